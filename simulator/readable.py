"""One short line of plain text for any message, for lists, notices and screen readers."""

import re
from collections.abc import Callable, Mapping
from typing import Any

MAX = 200
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9A-Za-z_]{1,20})\}")

Message = Mapping[str, Any]
Names = Callable[[str], str | None]  # a user id's name, if anybody has that id


def _alternative(message: Message, names: Names) -> str:
    return str(message.get("altText", ""))


def _text(message: Message, names: Names) -> str:
    return str(message.get("text", ""))


def _filled_in(message: Message, names: Names) -> str:
    """Text v2: doubled braces are single ones, and {key} is what `substitution` has under that key."""
    substitution = message.get("substitution") or {}

    def fill(found: re.Match[str]) -> str:
        key = found[1]
        if not key:
            return found[0][0]
        return _substitute(key, substitution[key], names) if key in substitution else found[0]

    return _PLACEHOLDER.sub(fill, _text(message, names))


def _substitute(key: str, value: Message, names: Names) -> str:
    if value.get("type") != "mention":
        return f"[{value.get('type')}]"
    mentionee = value["mentionee"]
    if mentionee["type"] == "all":
        return "@All"
    return f"@{names(mentionee.get('userId', '')) or key}"


_TEXTS: dict[str, Callable[[Message, Names], str]] = {
    "text": _text,
    "textV2": _filled_in,
    "file": lambda message, _: f"[file] {message.get('fileName', '')}",
    "location": lambda message, _: f"[location] {message.get('title', '')}".rstrip(),
    "flex": _alternative,
    "template": _alternative,
    "imagemap": _alternative,
}


def readable(message: Message, names: Names = lambda user: None) -> str:
    kind = str(message.get("type", ""))
    text = _TEXTS[kind](message, names) if kind in _TEXTS else f"[{kind}]"
    return " ".join(text[: MAX * 2].split())[:MAX]
