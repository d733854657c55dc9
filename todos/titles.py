"""What a line of text says, and when two lines say the same. Pure functions on text."""

import hashlib
import re
import unicodedata

from todos.line.text import whole

#: Characters (code points) in a title; a longer line is refused by name.
TITLE_LIMIT = 500

# Takes no ink: soft hyphen, zero-width characters, direction marks, fillers, the blank Braille pattern,
# the stand-in for an object that could not be copied.
BLANKS = (
    "\u00ad\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\ufff9-\ufffc\uffa0"
)
ENDS = re.compile(rf"^[\s{BLANKS}]+|[\s{BLANKS}]+$")
# Two lines that differ only in these look the same, variation selectors (U+FE0x) included.
UNSEEN = re.compile(rf"[{BLANKS}\ufe00-\ufe0f]")
# A joiner says something before an emoji, and in Arabic and Indic scripts. Elsewhere it cannot be seen.
JOINER = re.compile("[\u200c\u200d]")
JOINED_SCRIPTS = re.compile("[\u0600-\u0dff]")
# A LINE emoji that the event does not list arrives as empty parentheses.
EMPTY_PARENTHESES = re.compile(r"(\(\s*\)\s*)+")
# Unassigned characters (Cn) show: this Python may not know the emoji of this year.
INKLESS = {"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"}


def titles(text: str) -> list[str]:
    """Each line that shows something, as typed but for its ends and its control characters.

    Every line break that Unicode knows separates: Windows', U+2028, U+0085, form feed and the rest.
    """
    return [title for line in whole(text).splitlines() if has_ink(title := trim(line))]


def trim(line: str) -> str:
    kept = "".join(char for char in line if char == "\t" or unicodedata.category(char) != "Cc")
    return ENDS.sub("", kept)


def has_ink(title: str) -> bool:
    if EMPTY_PARENTHESES.fullmatch(title):
        return False
    return any(unicodedata.category(char) not in INKLESS for char in UNSEEN.sub("", title))


def same(text: str) -> str:
    """What two texts that count as equal have in common: NFKC, casefold, white space squeezed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(UNSEEN.sub(visible_joiner, folded).split())


def visible_joiner(blank: re.Match[str]) -> str:
    """The joiner if that is what it is and if it changes what is seen, else nothing."""
    following = blank.string[blank.end() : blank.end() + 1]
    if not JOINER.fullmatch(blank[0]) or not following:
        return ""
    shown = JOINED_SCRIPTS.match(following) or unicodedata.category(following) in ("So", "Cn")
    return blank[0] if shown else ""


def key(chat_id: int, title: str) -> str:
    """32 hex digits that stand for this title in this chat, whatever the database's collation is."""
    return hashlib.blake2b(f"{chat_id}\n{same(title)}".encode(), digest_size=16).hexdigest()


def shorten(title: str, limit: int = 30) -> str:
    return title if len(title) <= limit else f"{title[: limit - 1]}…"
