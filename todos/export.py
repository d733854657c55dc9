"""A chat's tasks as text to keep; what is open in messages of its own, a line each to be sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

from todos.dates import day, number
from todos.line.limits import MESSAGES, TEXT
from todos.pages import first_page

#: Done tasks that may fit into one reply, each with a day and a title as short as can be: "1月1日 a".
MOST = (MESSAGES - 1) * TEXT // 7


@dataclass(frozen=True)
class Finished:
    """The done tasks of a chat, latest first: as many as may fit, and how many there are. Its own time."""

    tasks: tuple[tuple[datetime, str], ...]
    count: int
    now: datetime


def texts(heading: str, titles: Sequence[str], finished: Finished) -> list[str]:
    """The texts of the messages; the first one tells what they are, and how many tasks did not fit."""
    rows = [f"{day(at, finished.now)} {title}" for at, title in finished.tasks]
    room = MESSAGES - 1
    opened = fill(titles, room)
    done = fill([done_heading(finished.count), *rows], room - len(opened)) if rows else []
    shown = sum(map(len, opened)) + max(sum(map(len, done)) - 1, 0)
    left_out = len(titles) + finished.count - shown
    first = [heading, *([unfit(left_out)] if left_out else [])]
    return ["\n".join(lines) for lines in [first, *opened, *done]]


def fill(lines: Sequence[str], room: int) -> list[list[str]]:
    """Lines by the messages that they go into, at most `room` of them."""
    found: list[list[str]] = []
    start = 0
    while start < len(lines) and len(found) < room:
        found.append(first_page(lines[start:], TEXT))
        start += len(found[-1])
    return found


def done_heading(count: int) -> str:
    found = ngettext("%(count)s task done", "%(count)s tasks done, the latest first", count)
    return found % {"count": number(count)}


def unfit(count: int) -> str:
    found = ngettext("%(count)s task does not fit in here.", "%(count)s tasks do not fit in here.", count)
    return found % {"count": number(count)}
