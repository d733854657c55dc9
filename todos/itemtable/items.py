"""A row of the old table read by today's rules. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from todos.itemtable.dump import Value
from todos.line.events import LINE_ID
from todos.titles import TITLE_LIMIT, titles

#: A BIT arrives as its byte.
FLAGS = {"\0": 0, "0": 0, "false": 0, "\1": 1, "1": 1, "true": 1}

#: MySQL's latin1 is Windows' cp1252, and has a character for each of the 256 bytes.
LATIN1 = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}


class Garbled(StrEnum):
    """What to do with UTF-8 that was stored as latin1: `牛乳` that reads `ç‰›ä¹³`."""

    REFUSE = "refuse"
    MEND = "mend"
    KEEP = "keep"


class Refused(ValueError):
    """The text says why, without saying what the row holds."""


@dataclass(frozen=True)
class Item:
    line_id: str
    title: str
    is_open: bool


def item(row: Sequence[Value], open_flag: int, garbled: Garbled) -> Item:
    """Raises Refused."""
    user_id, text, flag = row
    line_id = (written(user_id) or "").strip()
    if not LINE_ID.fullmatch(line_id):
        raise Refused("user_id is no LINE id")
    return Item(line_id, title(text, garbled), number(flag) == open_flag)


def title(text: Value, garbled: Garbled) -> str:
    """One line: a line break in it becomes a space."""
    line = written(text)
    if line is None:
        raise Refused("item is not UTF-8")
    if garbled != Garbled.KEEP and (mended := as_utf8(line)):
        if garbled == Garbled.REFUSE:
            raise Refused("item looks like UTF-8 that was stored as latin1 (see --garbled)")
        line = mended
    line = " ".join(titles(line))
    if not line:
        raise Refused("item shows nothing")
    if len(line) > TITLE_LIMIT:
        raise Refused(f"item is over {TITLE_LIMIT} characters")
    return line


def written(value: Value) -> str | None:
    """None for bytes that are not UTF-8."""
    if not isinstance(value, bytes):
        return "" if value is None else str(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def as_utf8(text: str) -> str | None:
    """What the text was if it is UTF-8 read as latin1."""
    if text.isascii() or any(char not in LATIN1 for char in text):
        return None
    return written(bytes(LATIN1[char] for char in text))


def number(flag: Value) -> int:
    """0 or 1. Raises Refused."""
    found = FLAGS.get((written(flag) or "").strip().lower())
    if found is None:
        raise Refused("todo_flg is neither 0 nor 1")
    return found
