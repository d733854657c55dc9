"""Who sees which rich menu: the worker links a person to that of their language, after the reply."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.line import ALICE, BOB, FAMILY, Line, event
from tests.simulator.conftest import Pair, loop, pair  # noqa: F401  (a simulator)
from tests.simulator.harness import TOKEN
from tests.simulator.harness import Line as Simulated
from tests.simulator.menus import made, png, upload
from todos.line import menus
from todos.line.client import Attempt, Client, Fate, Profile
from todos.models import Chat


def english(line: Line, by: str = ALICE) -> None:
    line.api.profiles[by] = Profile("Alice", "en-GB")


def test_who_speaks_english_gets_the_english_menu(line: Line) -> None:
    english(line)
    assert line.says("milk")
    assert line.api.menus == [(ALICE, "todobot-en")]
    assert Chat.objects.get().menu == "en"


def test_who_has_it_is_not_linked_again(line: Line) -> None:
    english(line)
    line.says("milk")
    line.says("eggs")
    assert len(line.api.menus) == 1


def test_who_speaks_japanese_has_the_default_menu_and_costs_nothing(line: Line) -> None:
    line.says("牛乳")
    assert line.api.menus == []


def test_who_speaks_japanese_again_goes_back_to_the_default_menu(line: Line) -> None:
    english(line)
    line.says("milk")
    Chat.objects.update(language="ja")
    line.says("eggs")
    assert line.api.menus[1:] == [(ALICE, "")]
    assert Chat.objects.get().menu == ""


@pytest.mark.parametrize(("language", "menu"), [("ja", ""), ("en", "todobot-en")])
def test_who_comes_back_sees_the_menu_of_the_language_whatever_was_linked_before(
    line: Line, language: str, menu: str
) -> None:
    line.api.profiles[ALICE] = Profile("Alice", language)
    line.answer_to(event("follow__added"))
    assert line.api.menus == [(ALICE, menu)]


def test_a_menu_that_line_does_not_show_costs_no_reply_and_is_tried_again(line: Line) -> None:
    english(line)
    line.api.shows_menus = False
    assert "Added: milk" in line.says("milk")
    assert Chat.objects.get().menu == ""
    line.api.shows_menus = True
    line.says("eggs")
    assert Chat.objects.get().menu == "en"


def test_a_client_that_breaks_costs_no_reply(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: str) -> bool:
        raise RuntimeError

    monkeypatch.setattr(line.api, "show_menu", broken)
    english(line)
    assert "Added: milk" in line.says("milk")
    assert "Added: eggs" in line.says("eggs")


def test_groups_have_no_menu(line: Line) -> None:
    english(line, BOB)
    line.says("todo milk", by=BOB, chat=FAMILY)
    assert line.api.menus == []


def test_without_a_reply_no_menu_is_shown(line: Line) -> None:
    english(line)
    line.api.fates = [Attempt(Fate.REFUSED)]
    line.says("milk")
    assert line.api.menus == []


def test_the_menus_under_way_are_few(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("todos.worker.MENUS_AT_ONCE", 0)
    english(line)
    assert "Added: milk" in line.says("milk")
    assert line.api.menus == []


# The client


class Shown:
    """The real client, each call of it run to its end, and what LINE was asked."""

    def __init__(self, line: Simulated) -> None:
        self.line, self.runner = line, asyncio.Runner()
        self.client = Client(line.url, TOKEN, connections=2)

    def show(self, alias: str) -> bool:
        return self.runner.run(self.client.show_menu(self.line.id("alice"), alias))

    def asked(self) -> list[tuple[str, int]]:
        return [(call["method"], call["status"]) for call in self.line.state()["calls"]]

    def seen(self) -> Any:
        return self.line.chat("alice")["richMenuId"]

    def close(self) -> None:
        self.runner.run(self.client.close())
        self.runner.close()


@pytest.fixture
def shown(pair: Pair) -> Iterator[Shown]:  # noqa: F811
    pair.line.do("reset")
    started = Shown(pair.line)
    yield started
    started.close()
    pair.line.do("reset")


@pytest.fixture
def menu(shown: Shown) -> str:
    """A menu that an alias leads to."""
    menu = made(shown.line)
    upload(shown.line, menu, png())
    shown.line.api("POST", "richmenu/alias", {"richMenuAliasId": "todobot-en", "richMenuId": menu})
    return menu


def test_a_person_is_linked_to_the_menu_of_the_alias(shown: Shown, menu: str) -> None:
    assert shown.show("todobot-en")
    assert shown.seen() == menu


def test_and_goes_back_to_the_default_menu(shown: Shown, menu: str) -> None:
    shown.show("todobot-en")
    assert shown.show("")
    assert shown.seen() is None


def test_where_an_alias_leads_is_asked_once(shown: Shown, menu: str) -> None:
    before = len(shown.asked())
    for _ in range(3):
        shown.show("todobot-en")
    assert shown.asked()[before:] == [("GET", 200), ("POST", 200), ("POST", 200), ("POST", 200)]


def test_that_there_is_no_alias_is_remembered_too(shown: Shown) -> None:
    assert [shown.show("todobot-en") for _ in range(3)] == [False] * 3
    assert shown.asked() == [("GET", 404)]


def test_what_is_remembered_is_asked_again_one_day(
    shown: Shown, menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus, "KNOWN", 0)
    before = len(shown.asked())
    shown.show("todobot-en")
    shown.show("todobot-en")
    assert [method for method, _status in shown.asked()[before:]] == ["GET", "POST"] * 2


def test_after_trouble_nothing_is_asked_for_a_while(shown: Shown, menu: str) -> None:
    shown.line.do("trouble", mode="500")
    before = len(shown.asked())
    assert [shown.show("todobot-en") for _ in range(3)] == [False] * 3
    assert shown.asked()[before:] == [("GET", 500)]


def test_no_answer_is_trouble(shown: Shown, menu: str) -> None:
    shown.line.do("trouble", mode="down")
    assert not shown.show("todobot-en")


def test_a_menu_that_was_replaced_is_found_again(
    shown: Shown, menu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus, "PAUSE", 0)
    shown.show("todobot-en")
    new = made(shown.line)
    upload(shown.line, new, png())
    shown.line.api("POST", "richmenu/alias/todobot-en", {"richMenuId": new})
    shown.line.api("DELETE", f"richmenu/{menu}")
    assert [shown.show("todobot-en") for _ in range(2)] == [False, True]
    assert shown.seen() == new
