"""Lines of text into as few text messages as LINE's limits need. Pure."""

from collections.abc import Callable, Sequence

from todos.line.limits import MESSAGES, TEXT, utf16

More = Callable[[int], str]

#: UTF-16 units kept free for the line that says how many more there are.
ROOM_FOR_MORE = 100


def clip(lines: Sequence[str], more: More, size: int = TEXT - 500) -> list[str]:
    """As many lines as fit into one text, and how many more there are."""
    kept = first_page(lines, size - ROOM_FOR_MORE)
    return [*lines] if len(kept) == len(lines) else [*kept, more(len(lines) - len(kept))]


def pages(top: Sequence[str], heading: str, rows: Sequence[str], more: More) -> list[str]:
    """The texts of the messages: what is on top, then the rows under their heading as far as they fit."""
    page = [*top, "", heading] if top else [heading]
    found = []
    left = list(rows)
    for number in range(1, MESSAGES + 1):
        last = number == MESSAGES
        used = utf16("\n".join(page)) + 1 if page else 0
        size = TEXT - used - (ROOM_FOR_MORE if last else 0)
        fitting = first_page(left, size)
        left = left[len(fitting) :]
        page += fitting
        if last and left:
            page.append(more(len(left)))
        found.append("\n".join(page))
        if not left:
            break
        page = []
    return found


def first_page(lines: Sequence[str], size: int) -> list[str]:
    """The lines from the first on that fit into `size` UTF-16 units, with the breaks between them."""
    kept = []
    for line in lines:
        size -= utf16(line) + 1
        if size < -1:
            break
        kept.append(line)
    return kept
