"""The text of a message without what LINE put into it: placeholders of LINE emoji, the bot's mention.

https://developers.line.biz/en/reference/messaging-api/#wh-text
"""

from collections.abc import Iterable, Iterator
from typing import Any

Message = dict[str, Any]


def spoken(message: Message) -> str:
    """A text message's text, without LINE emoji and without the mention of the bot."""
    emojis = objects(message.get("emojis"))
    return without(message["text"], [*spans(emojis), *spans(self_mentions(message))])


def self_mentions(message: Message) -> list[Message]:
    """Where the bot itself is mentioned."""
    mention = message.get("mention")
    mentionees = objects(mention.get("mentionees")) if isinstance(mention, dict) else []
    return [mentionee for mentionee in mentionees if mentionee.get("isSelf") is True]


def objects(parts: Any) -> list[Message]:
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def spans(parts: Iterable[Message]) -> Iterator[tuple[int, int]]:
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


def whole(text: str) -> str:
    """The text with half surrogates joined or replaced, so that any database can hold it."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
