"""One short line of plain text for any message, for lists, notices and screen readers."""

from collections.abc import Callable, Mapping
from typing import Any

MAX = 200


def _alternative(message: Mapping[str, Any]) -> str:
    return str(message.get("altText", ""))


_TEXTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "text": lambda message: str(message.get("text", "")),
    "textV2": lambda message: str(message.get("text", "")),
    "file": lambda message: f"[file] {message.get('fileName', '')}",
    "location": lambda message: f"[location] {message.get('title', '')}".rstrip(),
    "flex": _alternative,
    "template": _alternative,
    "imagemap": _alternative,
}


def readable(message: Mapping[str, Any]) -> str:
    kind = str(message.get("type", ""))
    text = _TEXTS[kind](message) if kind in _TEXTS else f"[{kind}]"
    return " ".join(text[: MAX * 2].split())[:MAX]
