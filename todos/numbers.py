"""Numbers of rows as people type them: "2 4-6", "２、４〜６", "②". Pure."""

import re
import unicodedata

from todos.titles import same

#: Rows that a list can have.
ROWS = 500
#: Characters of a text that can be numbers, and how many numbers beyond a list are kept to be named: both
#: bound the work.
LONGEST, BEYOND = 500, 10

KEYCAP = "\u20e3"
# Hyphens and dashes, the minus, tildes, and the long vowel mark that is beside the 0 of Japanese keyboards.
DASH = re.compile(" ?[-\u2010-\u2015\u2212~\u301cー] ?")
SEPARATOR = re.compile("[ ,、・]+")
RANGE = re.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?")


def numbers(text: str) -> tuple[int, ...]:
    """The numbers that the text consists of, each once and in its order; none where it says anything else.

    What no list can have is kept up to BEYOND, of a range its end: ROWS and BEYOND bound what comes out.
    """
    if len(text) > LONGEST:
        return ()
    found: dict[int, None] = {}
    for part in filter(None, SEPARATOR.split(DASH.sub("-", plain(text)))):
        read = RANGE.fullmatch(part)
        if not read:
            return ()
        found |= dict.fromkeys(spread(int(read[1]), int(read[2] or read[1])))
    inside = tuple(number for number in found if 1 <= number <= ROWS)
    return inside + tuple(number for number in found if number not in range(1, ROWS + 1))[:BEYOND]


def plain(text: str) -> str:
    """In digits from 0 to 9, white space squeezed."""
    return same("".join(map(character, text)))


def character(char: str) -> str:
    if char == KEYCAP:
        return " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    # NFKC would make 13 of ①③.
    return f" {char} " if category == "No" else char


def spread(one: int, other: int) -> list[int]:
    low, high = min(one, other), max(one, other)
    return [*range(low, min(high, ROWS) + 1), high]
