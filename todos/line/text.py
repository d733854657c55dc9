"""The text of a message without what LINE put into it: placeholders of LINE emoji, the bot's mention.

https://developers.line.biz/en/reference/messaging-api/#wh-text
"""

from collections.abc import Iterable, Iterator
from typing import Any

from todos.titles import same, whole


def spoken(message: dict[str, Any], prefixes: tuple[str, ...] = ()) -> str:
    """What the person said, without LINE emoji, without the mention or the prefix that addresses the bot."""
    bare = without(message["text"], [*spans(objects(message.get("emojis"))), *self_mentions(message)])
    return bare[len(prefix(bare, prefixes)) :]


def addressed(message: Any, prefixes: tuple[str, ...]) -> bool:
    """Whether a message in a group or room speaks to the bot."""
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        return False
    return any(part.get("isSelf") is True for part in mentionees(message)) or bool(
        prefix(message["text"], prefixes)
    )


def prefix(text: str, prefixes: tuple[str, ...]) -> str:
    """The words, followed by white space, that the text starts with, or nothing."""
    start = text.lstrip()
    for word in prefixes:
        head, rest = start[: len(word)], start[len(word) :]
        if same(head) == same(word) and rest[:1].isspace():
            return text[: len(text) - len(rest)]
    return ""


def mentionees(message: dict[str, Any]) -> list[dict[str, Any]]:
    mention = message.get("mention")
    return objects(mention.get("mentionees")) if isinstance(mention, dict) else []


def self_mentions(message: dict[str, Any]) -> Iterator[tuple[int, int]]:
    return spans(part for part in mentionees(message) if part.get("isSelf") is True)


def objects(parts: Any) -> list[dict[str, Any]]:
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def spans(parts: Iterable[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """(start, end) in UTF-16 units of each part whose index and length can be used."""
    for part in parts:
        index, length = part.get("index"), part.get("length")
        if isinstance(index, int) and isinstance(length, int) and index >= 0 and length > 0:
            yield index, index + length


def without(text: str, cut: list[tuple[int, int]]) -> str:
    """LINE counts positions in UTF-16 units, Python in code points: so cut in UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    for start, end in sorted(cut, reverse=True):
        units = units[: 2 * start] + units[2 * end :]
    return whole(units.decode("utf-16-le", "surrogatepass"))
