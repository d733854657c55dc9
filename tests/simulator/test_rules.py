"""What LINE accepts in a message, at each limit and one beyond it."""

from typing import Any

import pytest

from simulator.wire import dump
from tests.simulator import objects as o
from tests.simulator.harness import Line, text
from tests.simulator.objects import FAMILY, IN_BODY, QUICK, places, wrong

JSON = dict[str, Any]


@pytest.mark.parametrize("message", o.GOOD.values(), ids=o.GOOD.keys())
def test_what_line_accepts_passes(message: JSON) -> None:
    assert wrong(message) == []


def apples(units: int) -> str:
    """So many UTF-16 units in half as many characters."""
    return "🍎" * (units // 2) + "x" * (units % 2)


def fits(size: int, make: Any) -> JSON:
    """A Flex message whose container is so many bytes of JSON."""
    made: JSON = make("x" * (size - len(dump(make("")["contents"]))))
    assert len(dump(made["contents"])) == size
    return made


def padded(padding: str) -> JSON:
    return o.flex({**o.bubble(o.words()), "note": padding})


# name: (make a message of a length, the limit, where the error is)
LENGTHS: dict[str, tuple[Any, int, str]] = {
    "text": (lambda n: text("x" * n), 5000, "text"),
    "text in UTF-16 units": (lambda n: text(apples(n)), 5000, "text"),
    "textV2": (lambda n: {"type": "textV2", "text": "x" * n}, 5000, "text"),
    "altText": (lambda n: o.flex(o.bubble(o.words()), "x" * n), 1500, "altText"),
    "altText in UTF-16 units": (lambda n: o.flex(o.bubble(), apples(n)), 1500, "altText"),
    "quick reply label": (lambda n: o.quick(o.postback("x" * n)), 20, QUICK + ".label"),
    "quick reply label in graphemes": (
        lambda n: o.quick(o.postback(FAMILY * n)),
        20,
        QUICK + ".label",
    ),
    "postback data": (lambda n: o.quick(o.postback(data="x" * n)), 300, QUICK + ".data"),
    "postback data in UTF-16 units": (
        lambda n: o.quick(o.postback(data=apples(n))),
        300,
        QUICK + ".data",
    ),
    "displayText in graphemes": (
        lambda n: o.quick(o.postback(displayText=FAMILY * n)),
        300,
        QUICK + ".displayText",
    ),
    "fillInText in graphemes": (
        lambda n: o.quick(o.postback(inputOption="openKeyboard", fillInText=FAMILY * n)),
        300,
        QUICK + ".fillInText",
    ),
    "message text in graphemes": (
        lambda n: o.quick({"type": "message", "label": "x", "text": FAMILY * n}),
        300,
        QUICK + ".text",
    ),
    "clipboard text": (
        lambda n: o.quick({"type": "clipboard", "label": "x", "clipboardText": "x" * n}),
        1000,
        QUICK + ".clipboardText",
    ),
    "uri": (
        lambda n: o.quick({"type": "uri", "label": "x", "uri": "https://" + "x" * (n - 8)}),
        1000,
        QUICK + ".uri",
    ),
    "template label": (lambda n: o.buttons(actions=[o.postback("x" * n)]), 20, "template.actions[0].label"),
    "image carousel label": (
        lambda n: o.pictures(o.postback("家" * n)),
        12,
        "template.columns[0].action.label",
    ),
    "Flex button label": (
        lambda n: o.body({"type": "button", "action": o.postback(FAMILY * n)}),
        40,
        IN_BODY + ".action.label",
    ),
    "buttons title": (lambda n: o.buttons(title=FAMILY * n), 40, "template.title"),
    "buttons text": (lambda n: o.buttons(text=FAMILY * n), 160, "template.text"),
    "buttons text beside a title": (lambda n: o.buttons(title="t", text=FAMILY * n), 60, "template.text"),
    "confirm text": (lambda n: o.confirm(text="x" * n), 240, "template.text"),
    "carousel text": (lambda n: o.columns(o.column(text="x" * n)), 120, "template.columns[0].text"),
    "carousel text beside an image": (
        lambda n: o.columns(o.column(text="x" * n, thumbnailImageUrl=o.IMAGE)),
        60,
        "template.columns[0].text",
    ),
    "sender name": (lambda n: text(sender={"name": "x" * n}), 20, "sender.name"),
    "image address": (
        lambda n: {**o.GOOD["image"], "originalContentUrl": "https://" + "x" * (n - 8)},
        2000,
        "originalContentUrl",
    ),
    "location title": (lambda n: {**o.GOOD["location"], "title": "x" * n}, 100, "title"),
}


@pytest.mark.parametrize(("make", "limit", "place"), LENGTHS.values(), ids=LENGTHS.keys())
def test_a_length_may_reach_its_limit_and_no_further(make: Any, limit: int, place: str) -> None:
    assert wrong(make(limit)) == []
    expected = f"Length must be between 0 and {limit}"
    assert wrong(text(), make(limit + 1)) == [(f"messages[1].{place}", expected)]


COUNTS: dict[str, tuple[Any, int, int, str]] = {
    "quick replies": (lambda n: o.quick(*[o.postback()] * n), 1, 13, "quickReply.items"),
    "buttons": (lambda n: o.buttons(actions=[o.postback()] * n), 1, 4, "template.actions"),
    "confirm": (lambda n: o.confirm(actions=[o.postback()] * n), 2, 2, "template.actions"),
    "carousel": (lambda n: o.columns(*[o.column()] * n), 1, 10, "template.columns"),
    "carousel actions": (
        lambda n: o.columns(o.column(actions=[o.postback()] * n)),
        1,
        3,
        "template.columns[0].actions",
    ),
    "bubbles": (lambda n: o.carousel(*[o.bubble()] * n), 1, 12, "contents.contents"),
}


@pytest.mark.parametrize(("make", "low", "high", "place"), COUNTS.values(), ids=COUNTS.keys())
def test_a_list_has_as_many_items_as_it_may(make: Any, low: int, high: int, place: str) -> None:
    assert wrong(make(low)) == wrong(make(high)) == []
    message = f"Size must be between {low} and {high}"
    assert wrong(make(low - 1)) == wrong(make(high + 1)) == [(f"messages[0].{place}", message)]


def test_a_bubble_has_thirty_kilobytes_at_most() -> None:
    assert wrong(fits(30 * 1024, padded)) == []
    assert wrong(fits(30 * 1024 + 1, padded)) == [("messages[0].contents", "The bubble is larger than 30 KB")]


def test_a_carousel_has_fifty_kilobytes_at_most() -> None:
    def carousel(padding: str) -> JSON:
        half = len(padding) // 2
        parts = [{**o.bubble(o.words()), "note": part} for part in (padding[:half], padding[half:])]
        return o.carousel(*parts)

    assert wrong(fits(50 * 1024, carousel)) == []
    assert wrong(fits(50 * 1024 + 1, carousel)) == [
        ("messages[0].contents", "The carousel is larger than 50 KB")
    ]


def test_all_errors_are_told_at_once() -> None:
    assert places(text(""), o.quick(o.postback("", "x" * 301))) == [
        "messages[0].text",
        "messages[1].quickReply.items[0].action.data",
        "messages[1].quickReply.items[0].action.label",
    ]


def test_properties_that_line_may_add_are_tolerated() -> None:
    assert wrong(text("x", novelty=1), {**o.body(o.words(novelty=1)), "novelty": {}}) == []


def test_null_is_the_same_as_absent() -> None:
    assert wrong(text("x", quickReply=None, emojis=None)) == []


def test_hostile_nesting_ends() -> None:
    deep: JSON = o.words()
    for _ in range(400):
        deep = {"type": "box", "layout": "vertical", "contents": [deep]}
    assert [message for _, message in wrong(o.body(deep))] == ["Nested too deeply"]


def test_the_dry_run_answers_as_a_reply_would(line: Line) -> None:
    assert line.check(o.GOOD["buttons"]) == []
    assert line.check(text("")) == [("messages[0].text", "May not be empty")]
    assert line.api("POST", "message/validate/push", {"messages": [text()]}).body == {}
