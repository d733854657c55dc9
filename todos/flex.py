"""The list as a Flex message: one row a task, with a tick to tap. Pure.

A row's data names the task and the state that is wanted, so that tapping twice, or in a message of last week,
is harmless. https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

import json
from collections.abc import Sequence
from typing import Any

from todos.line.limits import BUBBLE, BUBBLES, CAROUSEL
from todos.pages import More
from todos.titles import shorten

Part = dict[str, Any]

#: Rows in one bubble; more would be a long way to scroll.
ROWS = 30
#: Bytes of a row but for its title and name, at most, and of each of their characters.
ROW, CHARACTER = 900, 12
#: Characters of a title in the label of its row, of LINE's 40.
NAMED = 20
#: Bytes of a bubble for what stands above the rows, at most, and of the frame of a bubble or carousel.
TOP, FRAME = 12_000, 1_000
GREEN, GREY, BLACK = "#06C755", "#767676", "#111111"


def size(part: Any) -> int:
    """Bytes of it as it is sent: JSON in ASCII, the longest of the ways to write it."""
    return len(json.dumps(part)) + 2


def line(text: str, **more: Any) -> Part:
    return {"type": "text", "text": text, "wrap": True, "size": "sm", "color": GREY} | more


def row(number: int, task: int, title: str, label: str, by: str) -> Part:
    """An open task; `label` is what a screen reader says of tapping it, `by` comes small behind the title."""
    words: Part = {"type": "text", "text": title, "wrap": True}
    if by:
        spans = [{"type": "span", "text": title}, {"type": "span", "text": by, "size": "xs", "color": GREY}]
        words = {"type": "text", "contents": spans, "wrap": True}
    parts = [{"type": "text", "text": f"○ {number}.", "flex": 0, "color": GREEN}, words]
    return tappable(parts, f"done {task}", label, title)


def done_row(task: int, title: str, label: str) -> Part:
    """A task that was done just now, to be tapped back."""
    parts = [
        {"type": "text", "text": "✓", "flex": 0, "size": "sm", "color": GREY},
        line(title, decoration="line-through"),
    ]
    return tappable(parts, f"open {task}", label, title)


def tappable(parts: Sequence[Part], data: str, label: str, title: str) -> Part:
    """As high as a finger needs, and without a gap to the next one."""
    action = {"type": "postback", "label": f"{label}: {shorten(title, NAMED)}", "data": data}
    room = {"paddingTop": "6px", "paddingBottom": "6px"}
    return {
        "type": "box",
        "layout": "horizontal",
        "spacing": "sm",
        "action": action,
        "contents": [*parts],
    } | room


def message(
    alt: str, top: Sequence[Part], heading: str, rows: Sequence[Part], characters: int, more: More
) -> Part:
    """One bubble, or a carousel where the rows are many; then it says how many more there are.

    `characters` are those of all titles and names in the rows.
    """
    above = [*fitting(top, TOP, more), {"type": "separator", "margin": "md"}] if top else []
    above.append({"type": "text", "text": heading, "weight": "bold", "wrap": True, "margin": "md"})
    pages, left = split(above, rows, characters)
    if left:
        pages[-1].append(line(more(left)))
    bubbles = [bubble(page) for page in pages]
    contents = bubbles[0] if len(bubbles) == 1 else {"type": "carousel", "contents": bubbles}
    return {"type": "flex", "altText": alt, "contents": contents}


def bubble(parts: Sequence[Part]) -> Part:
    body = {"type": "box", "layout": "vertical", "spacing": "xs", "contents": [*parts]}
    return {"type": "bubble", "body": body}


def fitting(parts: Sequence[Part], limit: int, more: More) -> list[Part]:
    kept: list[Part] = []
    for part in parts:
        limit -= size(part)
        if limit < 0:
            return [*kept, line(more(len(parts) - len(kept)))]
        kept.append(part)
    return kept


def split(above: list[Part], rows: Sequence[Part], characters: int) -> tuple[list[list[Part]], int]:
    """The parts of each bubble, and how many rows did not find room in LINE's limits."""
    start = FRAME + size(above)
    if len(rows) <= ROWS and start + ROW * len(rows) + CHARACTER * characters <= BUBBLE:
        return [[*above, *rows]], 0  # as nearly always: no need to measure each
    pages, here, whole = [above], start, start
    count = 0
    for number, part in enumerate(rows):
        cost = size(part)
        if count == ROWS or here + cost > BUBBLE:
            whole += FRAME
            pages, here, count = [*pages, []], FRAME, 0
        if len(pages) > BUBBLES or whole + cost > CAROUSEL:
            return [page for page in pages[:BUBBLES] if page], len(rows) - number
        pages[-1].append(part)
        here, whole, count = here + cost, whole + cost, count + 1
    return pages, 0
