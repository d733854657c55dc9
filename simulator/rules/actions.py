"""Actions: what a button does. Which are allowed, and how long a label may be, depends on the place."""

import re
from collections.abc import Iterable
from typing import Any

from simulator.rules.check import (
    Check,
    Need,
    Path,
    Report,
    choice,
    matching,
    record,
    seen,
    string,
    tagged,
    uri,
)

_DATE = r"(?:19\d\d|20\d\d|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_FORMATS = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}"),
}
_DATA = string(300, empty=True)
_ALIAS = matching(re.compile(r"[a-z0-9_-]{1,32}").fullmatch, "invalid richMenuAliasId")
_LINK = uri("http", "https", "line", "tel", most=1000)
_BUTTONS = ("postback", "message", "uri", "datetimepicker", "clipboard")


def _postback(value: Any, path: Path, report: Report) -> None:
    if value.get("displayText") is not None and value.get("text") is not None:
        report.add((*path, "text"), "displayText and text can't both be used")
    if value.get("fillInText") is not None and value.get("inputOption") != "openKeyboard":
        report.add((*path, "fillInText"), "Must be used with inputOption openKeyboard")


def _picked(value: Any, path: Path, report: Report) -> None:
    """`initial`, `min` and `max` have the mode's format, and min comes before max."""
    form = _FORMATS.get(str(value.get("mode")))
    if form is None:
        return
    for key in ("initial", "min", "max"):
        if value.get(key) is not None:
            matching(form.fullmatch, "invalid date or time")(value[key], (*path, key), report)
    low, high = value.get("min"), value.get("max")
    if isinstance(low, str) and isinstance(high, str) and low.upper() >= high.upper():
        report.add((*path, "max"), "Must be greater than min")


_FIELDS: dict[str, dict[str, Check | Need]] = {
    "postback": {
        "data": Need(_DATA),
        "displayText": seen(300),
        "text": seen(300),
        "fillInText": seen(300),
        "inputOption": choice("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
    },
    "message": {"text": Need(seen(300))},
    "uri": {"uri": Need(_LINK), "altUri": record({"desktop": _LINK})},
    "datetimepicker": {"data": Need(_DATA), "mode": Need(choice(*_FORMATS))},
    "clipboard": {"clipboardText": Need(string(1000))},
    "richmenuswitch": {"richMenuAliasId": Need(_ALIAS), "data": Need(_DATA)},
    "camera": {},
    "cameraRoll": {},
    "location": {},
}
_FURTHER: dict[str, tuple[Check, ...]] = {"postback": (_postback,), "datetimepicker": (_picked,)}


def _action(kinds: Iterable[str], label: Check | Need) -> Check:
    table = {}
    for kind in kinds:
        table[kind] = record({**_FIELDS[kind], "label": label}, *_FURTHER.get(kind, ()))
    return tagged(table)


QUICK_REPLY = _action((*_BUTTONS, "camera", "cameraRoll", "location"), Need(seen(20)))
TEMPLATE = _action(_BUTTONS, Need(seen(20)))
TEMPLATE_DEFAULT = _action(_BUTTONS, seen(20))  # the label is not displayed
IMAGE_CAROUSEL = _action(_BUTTONS, seen(12))
RICH_MENU = _action((*_BUTTONS, "richmenuswitch"), seen(20))
FLEX_BUTTON = _action(_BUTTONS, Need(seen(40)))
FLEX = _action(_BUTTONS, seen(40))  # boxes, images, texts, whole bubbles: not displayed
