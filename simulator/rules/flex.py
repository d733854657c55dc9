"""Flex messages: which component may stand where, what it must have, and how large a bubble may be."""

import re
from typing import Any

from simulator.rules import actions
from simulator.rules.check import (
    WEB,
    Check,
    Need,
    Path,
    Report,
    array,
    boolean,
    choice,
    matching,
    number,
    record,
    string,
    tagged,
)
from simulator.wire import dump

BUBBLE = 30 * 1024  # bytes of JSON
CAROUSEL = 50 * 1024
BUBBLES = 12
MUST = "must be specified"

_STEPS = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
_KEYWORDS = ("none", "xs", "sm", "md", "lg", "xl", "xxl")


def _length(*words: str, percent: bool = False) -> Check:
    """A keyword, or pixels, or (for some properties) a share of the parent."""
    unit = "(px|%)" if percent else "px"
    form = re.compile("|".join([*words, rf"-?\d+(\.\d+)?{unit}"]))
    return matching(
        form.fullmatch, f"Must be pixels{' or a percentage' if percent else ''} or one of {words}"
    )


_COLOR = matching(re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?").fullmatch, "invalid color")
_RATIO = matching(re.compile(r"\d{1,6}(\.\d+)?:\d{1,6}(\.\d+)?").fullmatch, "Must be {width}:{height}")
_TEXT = string(BUBBLE)  # LINE names no limit but the bubble's
_FLEX = number(0, 2**31 - 1)
_GRAVITY = choice("top", "bottom", "center")
_ALIGN = choice("start", "end", "center")
_PLACED: dict[str, Check | Need] = {
    "position": choice("relative", "absolute"),
    "margin": _length(*_KEYWORDS),
    **{f"offset{side}": _length(*_KEYWORDS, percent=True) for side in ("Top", "Bottom", "Start", "End")},
}
_FONT: dict[str, Check | Need] = {
    "size": _length(*_STEPS),
    "color": _COLOR,
    "weight": choice("regular", "bold"),
    "style": choice("normal", "italic"),
    "decoration": choice("none", "underline", "line-through"),
}

_span = record({"text": Need(_TEXT, MUST), **_FONT})


def _texts(value: Any, path: Path, report: Report) -> None:
    if not value.get("text") and not value.get("contents"):
        report.add((*path, "text"), "must be specified: text or contents")


_text = record(
    {
        **_PLACED,
        **_FONT,
        "text": string(BUBBLE, empty=True),
        "contents": array(tagged({"span": _span}), 0, 1000),
        "flex": _FLEX,
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "wrap": boolean,
        "lineSpacing": _length(),
        "maxLines": number(0, 2**31 - 1),
        "action": actions.FLEX,
        "adjustMode": choice("shrink-to-fit"),
        "scaling": boolean,
    },
    _texts,
)
_button = record(
    {
        **_PLACED,
        "action": Need(actions.FLEX_BUTTON, MUST),
        "style": choice("primary", "secondary", "link"),
        "height": choice("sm", "md"),
        "color": _COLOR,
        "flex": _FLEX,
        "gravity": _GRAVITY,
        "adjustMode": choice("shrink-to-fit"),
        "scaling": boolean,
    }
)
_image = record(
    {
        **_PLACED,
        "url": Need(WEB, MUST),
        "size": _length(*_STEPS, "full", percent=True),
        "aspectRatio": _RATIO,
        "aspectMode": choice("fit", "cover"),
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "backgroundColor": _COLOR,
        "flex": _FLEX,
        "action": actions.FLEX,
        "animated": boolean,
    }
)
_icon = record(
    {**_PLACED, "url": Need(WEB, MUST), "size": _length(*_STEPS), "aspectRatio": _RATIO, "scaling": boolean}
)
_separator = record({"margin": _length(*_KEYWORDS), "color": _COLOR})
_filler = record({"flex": _FLEX})


def _contents(value: Any, path: Path, report: Report) -> None:
    """A baseline box takes only what stands on a line of text."""
    inside = _ON_LINE if value.get("layout") == "baseline" else _IN_BOX
    if value.get("contents") is not None:
        array(inside, 0, 1000)(value["contents"], (*path, "contents"), report)


def _anything(value: Any, path: Path, report: Report) -> None:
    """Checked elsewhere; only its presence is."""


_gradient = record(
    {
        "angle": Need(matching(re.compile(r"\d+(\.\d+)?deg").fullmatch, "Must be degrees"), MUST),
        "startColor": Need(_COLOR, MUST),
        "endColor": Need(_COLOR, MUST),
        "centerColor": _COLOR,
        "centerPosition": _length(percent=True),
    }
)
_box = record(
    {
        **_PLACED,
        "layout": Need(choice("horizontal", "vertical", "baseline"), MUST),
        "contents": Need(_anything, MUST),
        "flex": _FLEX,
        "spacing": _length(*_KEYWORDS),
        "backgroundColor": _COLOR,
        "borderColor": _COLOR,
        "borderWidth": _length("none", "light", "normal", "medium", "semi-bold", "bold"),
        "cornerRadius": _length(*_KEYWORDS),
        **{key: _length(percent=True) for key in ("width", "maxWidth", "height", "maxHeight")},
        **{
            f"padding{side}": _length(*_KEYWORDS, percent=True)
            for side in ("All", "Top", "Bottom", "Start", "End")
        },
        "action": actions.FLEX,
        "justifyContent": choice(
            "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
        ),
        "alignItems": choice("center", "flex-start", "flex-end"),
        "background": tagged({"linearGradient": _gradient}),
    },
    _contents,
)
_video = record(
    {
        "url": Need(WEB, MUST),
        "previewUrl": Need(WEB, MUST),
        "altContent": Need(tagged({"box": _box, "image": _image}), MUST),
        "aspectRatio": _RATIO,
        "action": actions.FLEX,
    }
)

_ON_LINE = tagged({"text": _text, "icon": _icon, "filler": _filler})
_IN_BOX = tagged(
    {
        "box": _box,
        "button": _button,
        "image": _image,
        "text": _text,
        "separator": _separator,
        "filler": _filler,
    }
)
_ONLY_BOX = tagged({"box": _box})
_style = record({"backgroundColor": _COLOR, "separator": boolean, "separatorColor": _COLOR})


def _at_most(size: int, name: str) -> Check:
    def check(value: Any, path: Path, report: Report) -> None:
        if len(dump(value)) > size:
            report.add(path, f"The {name} is larger than {size // 1024} KB")

    return check


_bubble = record(
    {
        "direction": choice("ltr", "rtl"),
        "size": choice("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
        "header": _ONLY_BOX,
        "hero": tagged({"box": _box, "image": _image, "video": _video}),
        "body": _ONLY_BOX,
        "footer": _ONLY_BOX,
        "styles": record(dict.fromkeys(("header", "hero", "body", "footer"), _style)),
        "action": actions.FLEX,
    },
    _at_most(BUBBLE, "bubble"),
)


def _same_width(value: Any, path: Path, report: Report) -> None:
    bubbles = value["contents"] if isinstance(value.get("contents"), list) else []
    sizes = {str(bubble.get("size", "mega")) for bubble in bubbles if isinstance(bubble, dict)}
    if len(sizes) > 1:
        report.add((*path, "contents"), "All bubbles in a carousel must have the same size")


_carousel = record(
    {"contents": Need(array(tagged({"bubble": _bubble}), 1, BUBBLES), MUST)},
    _at_most(CAROUSEL, "carousel"),
    _same_width,
)
CONTAINER = tagged({"bubble": _bubble, "carousel": _carousel})
