"""Message objects: the kinds a bot may send, one to five at a time."""

import re
from typing import Any

from simulator.limits import utf16
from simulator.rules import actions
from simulator.rules.check import (
    WEB,
    Check,
    Need,
    Path,
    Report,
    array,
    choice,
    matching,
    number,
    record,
    string,
    tagged,
    uri,
)
from simulator.rules.flex import CONTAINER
from simulator.rules.templates import TEMPLATE

QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex", "imagemap"}
MOST = 5
_TEXT = Need(string(5000))
_ALT = Need(string(1500))
_ID = Need(string(100))
_AREA = record({key: Need(number(0, 2**31 - 1)) for key in ("x", "y", "width", "height")})
_KEY = re.compile(r"[0-9A-Za-z_]{1,20}")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9A-Za-z_]{1,20})\}|[{}]")


def _emojis(value: Any, path: Path, report: Report) -> None:
    """Each emoji stands for a `$`; positions count UTF-16 units."""
    text, emojis = value.get("text"), value.get("emojis")
    if not isinstance(text, str) or not isinstance(emojis, list):
        return
    units = text.encode("utf-16-le", "surrogatepass")
    for index, emoji in enumerate(emojis):
        at = emoji.get("index") if isinstance(emoji, dict) else None
        if isinstance(at, int) and (at < 0 or units[at * 2 : at * 2 + 2] != b"$\0"):
            report.add((*path, "emojis", index, "index"), "Must be the position of a $ in text")


def _placeholders(value: Any, path: Path, report: Report) -> None:
    text, substitution = value.get("text"), value.get("substitution") or {}
    if not isinstance(text, str) or not isinstance(substitution, dict):
        return
    for found in _PLACEHOLDER.finditer(text):
        if found[0] in ("{", "}") or (found[1] and found[1] not in substitution):
            report.add((*path, "text"), f"Invalid placeholder at {utf16(text[: found.start()])}")


_substitute = tagged(
    {
        "mention": record({"mentionee": Need(tagged({"user": record({"userId": _ID}), "all": record({})}))}),
        "emoji": record({"productId": _ID, "emojiId": _ID}),
    }
)


def _substitution(value: Any, path: Path, report: Report) -> None:
    if not isinstance(value, dict) or len(value) > 100:
        report.add(path, "Size must be between 0 and 100")
        return
    for key, one in value.items():
        matching(_KEY.fullmatch, "invalid key")(key, (*path, key), report)
        _substitute(one, (*path, key), report)


_imagemap_action = tagged(
    {
        "uri": record({"linkUri": Need(uri("http", "https", "line", "tel", most=1000)), "area": Need(_AREA)}),
        "message": record({"text": Need(string(400)), "area": Need(_AREA)}),
        "clipboard": record({"clipboardText": Need(string(1000)), "area": Need(_AREA)}),
    }
)
_imagemap: dict[str, Check | Need] = {
    "baseUrl": Need(WEB),
    "altText": _ALT,
    "baseSize": Need(record({"width": Need(number(1, 2**31 - 1)), "height": Need(number(1, 2**31 - 1))})),
    "actions": Need(array(_imagemap_action, 0, 50)),
}
_location: dict[str, Check | Need] = {
    "title": Need(string(100)),
    "address": Need(string(100)),
    "latitude": Need(number(-90, 90, whole=False)),
    "longitude": Need(number(-180, 180, whole=False)),
}
_emoji = record({"index": Need(number(0, 2**31 - 1)), "productId": _ID, "emojiId": _ID})
_TOKEN = string(1000)

_quick_reply = record(
    {"type": choice("action"), "action": Need(actions.QUICK_REPLY), "imageUrl": WEB},
)
_common: dict[str, Check | Need] = {
    "quickReply": record({"items": Need(array(_quick_reply, 1, 13))}),
    "sender": record({"name": string(20), "iconUrl": WEB}),
}


def _message(fields: dict[str, Check | Need], *further: Check) -> Check:
    return record({**fields, **_common}, *further)


MESSAGE = tagged(
    {
        "text": _message({"text": _TEXT, "emojis": array(_emoji, 0, 20), "quoteToken": _TOKEN}, _emojis),
        "textV2": _message(
            {"text": _TEXT, "substitution": _substitution, "quoteToken": _TOKEN}, _placeholders
        ),
        "sticker": _message({"packageId": _ID, "stickerId": _ID, "quoteToken": _TOKEN}),
        "image": _message({"originalContentUrl": Need(WEB), "previewImageUrl": Need(WEB)}),
        "video": _message(
            {"originalContentUrl": Need(WEB), "previewImageUrl": Need(WEB), "trackingId": string(100)}
        ),
        "audio": _message({"originalContentUrl": Need(WEB), "duration": Need(number(1, 2**53))}),
        "location": _message(_location),
        "imagemap": _message(_imagemap),
        "template": _message({"altText": _ALT, "template": Need(TEMPLATE)}),
        "flex": _message({"altText": _ALT, "contents": Need(CONTAINER)}),
    }
)
_MESSAGES = array(MESSAGE, 1, MOST)


def check(messages: Any, report: Report) -> None:
    """`messages` is a request's property of that name."""
    _MESSAGES(messages, ("messages",), report)
