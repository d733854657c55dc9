"""What LINE accepts as a rich menu, at each limit and one beyond it."""

from typing import Any

import pytest

from simulator.rules import richmenu
from simulator.rules.check import Report
from tests.simulator import objects as o
from tests.simulator.objects import FAMILY

JSON = dict[str, Any]


def menu(**more: Any) -> list[str]:
    report = Report()
    richmenu.check(o.rich_menu(**more), (), report)
    return [place for place, _ in report.details]


MENUS: dict[str, tuple[JSON, JSON, list[str]]] = {
    "name": ({"name": "家" * 300}, {"name": "家" * 301}, ["name"]),
    "chatBarText in graphemes": ({"chatBarText": FAMILY * 14}, {"chatBarText": FAMILY * 15}, ["chatBarText"]),
    "areas": ({"areas": o.rich_menu()["areas"] * 20}, {"areas": o.rich_menu()["areas"] * 21}, ["areas"]),
    "width": (
        {"size": {"width": 2500, "height": 810}},
        {"size": {"width": 2501, "height": 810}},
        ["size.width"],
    ),
    "proportions": (
        {"size": {"width": 1450, "height": 1000}, "areas": []},
        {"size": {"width": 1449, "height": 1000}, "areas": []},
        ["size.height"],
    ),
    "an area's edge": (
        {"areas": [{"bounds": {"x": 1000, "y": 0, "width": 200, "height": 1}, "action": o.postback()}]},
        {"areas": [{"bounds": {"x": 1001, "y": 0, "width": 200, "height": 1}, "action": o.postback()}]},
        ["areas[0].bounds"],
    ),
    "label": (
        {"areas": [{**o.rich_menu()["areas"][0], "action": o.postback("x" * 20)}]},
        {"areas": [{**o.rich_menu()["areas"][0], "action": o.postback("x" * 21)}]},
        ["areas[0].action.label"],
    ),
    "selected": ({"selected": False}, {"selected": None}, ["selected"]),
}


@pytest.mark.parametrize(("good", "bad", "place"), MENUS.values(), ids=MENUS.keys())
def test_a_rich_menu_keeps_its_limits(good: JSON, bad: JSON, place: list[str]) -> None:
    assert menu(**good) == []
    assert menu(**bad) == place


def test_a_rich_menu_may_switch_to_another() -> None:
    action = {"type": "richmenuswitch", "richMenuAliasId": "other", "data": "x"}
    assert menu(areas=[{**o.rich_menu()["areas"][0], "action": action}]) == []
