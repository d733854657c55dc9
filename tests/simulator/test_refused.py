"""What LINE refuses in a message, and the place it names; and that nothing odd breaks the checking."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator import objects as o
from tests.simulator.harness import text
from tests.simulator.objects import IN_BODY, QUICK, places, wrong

# name: (message, where the error is)
REFUSED: dict[str, tuple[Any, str]] = {
    "no text": ({"type": "text"}, "text"),
    "empty text": (text(""), "text"),
    "text that is no string": ({"type": "text", "text": 5}, "text"),
    "an unknown type": ({"type": "hologram"}, "type"),
    "no type": ({}, "type"),
    "no object": ("text", "type"),
    "an emoji off its dollar": (
        text("a$", emojis=[{"index": 0, "productId": "p", "emojiId": "1"}]),
        "emojis[0].index",
    ),
    "an emoji placed by code points": (
        text("🍎$", emojis=[{"index": 1, "productId": "p", "emojiId": "1"}]),
        "emojis[0].index",
    ),
    "an unknown placeholder": ({"type": "textV2", "text": "{who}"}, "text"),
    "a lone brace": ({"type": "textV2", "text": "a } b"}, "text"),
    "an odd key": (
        {
            "type": "textV2",
            "text": "x",
            "substitution": {"a-b": {"type": "mention", "mentionee": {"type": "all"}}},
        },
        "substitution.a-b",
    ),
    "a plain http image": (
        {**o.GOOD["image"], "previewImageUrl": "http://example.com/a.png"},
        "previewImageUrl",
    ),
    "a place off the earth": ({**o.GOOD["location"], "latitude": 90.1}, "latitude"),
    "a sticker without its id": ({"type": "sticker", "packageId": "1"}, "stickerId"),
    "quick reply without label": (
        o.quick({"type": "message", "text": "x"}),
        QUICK + ".label",
    ),
    "quick reply that switches the menu": (
        o.quick({"type": "richmenuswitch", "richMenuAliasId": "a", "data": "x", "label": "x"}),
        QUICK + ".type",
    ),
    "camera outside of quick replies": (
        o.buttons(actions=[{"type": "camera", "label": "x"}]),
        "template.actions[0].type",
    ),
    "postback without data": (o.quick({"type": "postback", "label": "x"}), QUICK + ".data"),
    "displayText and text": (
        o.quick(o.postback(displayText="a", text="b")),
        QUICK + ".text",
    ),
    "fillInText alone": (
        o.quick(o.postback(fillInText="a")),
        QUICK + ".fillInText",
    ),
    "an odd inputOption": (o.quick(o.postback(inputOption="sing")), QUICK + ".inputOption"),
    "a script as uri": (
        o.quick({"type": "uri", "label": "x", "uri": "javascript:alert(1)"}),
        QUICK + ".uri",
    ),
    "a uri with a space": (
        o.quick({"type": "uri", "label": "x", "uri": "https://example.com/a b"}),
        QUICK + ".uri",
    ),
    "an odd date": (
        o.picker("date", initial="24.12.2026"),
        QUICK + ".initial",
    ),
    "a date after 2100": (
        o.picker("date", max="2101-01-01"),
        QUICK + ".max",
    ),
    "min after max": (
        o.quick(
            {
                "type": "datetimepicker",
                "label": "x",
                "data": "d",
                "mode": "time",
                "min": "10:00",
                "max": "09:00",
            }
        ),
        QUICK + ".max",
    ),
    "columns with different numbers of actions": (
        o.columns(o.column(), o.column(actions=[o.postback()] * 2)),
        "template.columns",
    ),
    "an unknown template": (o.template("wheel"), "template.type"),
    "Flex text without text": (o.body({"type": "text"}), IN_BODY + ".text"),
    "Flex text of an odd size": (o.body(o.words(size="huge")), IN_BODY + ".size"),
    "Flex text of an odd weight": (o.body(o.words(weight="heavy")), IN_BODY + ".weight"),
    "Flex text oddly aligned": (o.body(o.words(align="left")), IN_BODY + ".align"),
    "Flex text of an odd color": (o.body(o.words(color="red")), IN_BODY + ".color"),
    "a box without layout": (
        o.body({"type": "box", "contents": []}),
        IN_BODY + ".layout",
    ),
    "a box without contents": (
        o.body({"type": "box", "layout": "vertical"}),
        IN_BODY + ".contents",
    ),
    "a button without action": (o.body({"type": "button"}), IN_BODY + ".action"),
    "a button without label": (
        o.body({"type": "button", "action": {"type": "message", "text": "x"}}),
        IN_BODY + ".action.label",
    ),
    "an image without address": (o.body({"type": "image"}), IN_BODY + ".url"),
    "an icon outside of a baseline": (
        o.body({"type": "icon", "url": o.IMAGE}),
        IN_BODY + ".type",
    ),
    "a button in a baseline": (
        o.body(o.box({"type": "button", "action": o.postback()}, layout="baseline")),
        IN_BODY + ".contents[0].type",
    ),
    "a span in a box": (o.body({"type": "span", "text": "x"}), IN_BODY + ".type"),
    "a text as body": (o.flex({"type": "bubble", "body": o.words()}), "contents.body.type"),
    "a text as hero": (o.flex({"type": "bubble", "hero": o.words()}), "contents.hero.type"),
    "a bubble of an odd size": (o.flex(o.bubble(o.words(), size="tera")), "contents.size"),
    "a box as container": (o.flex(o.box()), "contents.type"),
    "a carousel of boxes": (
        o.carousel(o.box()),
        "contents.contents[0].type",
    ),
    "bubbles of different width": (
        o.carousel(o.bubble(o.words()), o.bubble(o.words(), size="kilo")),
        "contents.contents",
    ),
    "no altText": ({"type": "flex", "contents": o.bubble(o.words())}, "altText"),
}


@pytest.mark.parametrize(("message", "place"), REFUSED.values(), ids=REFUSED.keys())
def test_what_line_refuses_is_refused_where_it_is_wrong(message: Any, place: str) -> None:
    assert places(message) == [f"messages[0].{place}"]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A good message with something odd somewhere in it."""
    return draw(_spoil(draw(st.sampled_from(list(o.GOOD.values())))))


def _spoil(value: Any) -> st.SearchStrategy[Any]:
    choices = [ODD]
    if isinstance(value, dict) and value:
        keys = st.sampled_from(sorted(value))
        choices.append(keys.flatmap(lambda key: _spoil(value[key]).map(lambda odd: {**value, key: odd})))
    if isinstance(value, list) and value:
        choices.append(_spoil(value[0]).map(lambda odd: [odd, *value[1:]]))
    return st.one_of(*reversed(choices))


@settings(max_examples=500, deadline=None)
@given(spoiled())
def test_no_message_however_odd_breaks_the_checking(message: Any) -> None:
    wrong(message)
