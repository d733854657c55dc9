"""How LINE counts characters: UTF-16 code units, or grapheme clusters for what a person sees as a label.

`graphemes` follows UAX #29 as far as the standard library's tables allow. It does not cover: the Indic
conjunct rule (GB9c), prepended marks other than number signs, and emoji newer than this Python.
"""

import unicodedata

_ZWJ, _KEYCAP = "\u200d", "\u20e3"
_EXTENDERS = {_ZWJ, "\u200c", _KEYCAP, "\uff9e", "\uff9f"}
# Thai and Lao SARA AM are letters to Unicode's categories, but SpacingMark to UAX #29.
_SPACING = {"\u0e33", "\u0eb3"}
_PREPENDED = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2\U000110bd\U000110cd")


def utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """How many characters a person would count."""
    return sum(_breaks(text, at) for at in range(len(text)))


def _breaks(text: str, at: int) -> bool:
    """Whether a cluster starts at this index."""
    if at == 0:
        return True
    before, here = text[at - 1], text[at]
    if before == "\r" and here == "\n":
        return False
    if unicodedata.category(before) in ("Cc", "Zl", "Zp") or unicodedata.category(here) in ("Cc", "Zl", "Zp"):
        return True
    return not (
        _extends(here)
        or before in _PREPENDED
        or _joins_hangul(before, here)
        or (before == _ZWJ and _pictographic(here) and _after_pictograph(text, at - 1))
        or (_regional(here) and _odd_regionals(text, at))
    )


def _extends(char: str) -> bool:
    """Marks, joiners, variation selectors, skin tones and the tags of flags like England's."""
    return (
        char in _EXTENDERS
        or char in _SPACING
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _hangul(char: str) -> str:
    """The syllable type of UAX #29: leading, vowel or trailing jamo, or a whole syllable (LV or LVT)."""
    if "\uac00" <= char <= "\ud7a3":
        return "LV" if (ord(char) - 0xAC00) % 28 == 0 else "LVT"
    for kind, ranges in _JAMO.items():
        if any(low <= char <= high for low, high in ranges):
            return kind
    return ""


_JAMO = {
    "L": (("\u1100", "\u115f"), ("\ua960", "\ua97c")),
    "V": (("\u1160", "\u11a7"), ("\ud7b0", "\ud7c6")),
    "T": (("\u11a8", "\u11ff"), ("\ud7cb", "\ud7fb")),
}
_HANGUL_PAIRS = {
    "L": {"L", "V", "LV", "LVT"},
    "V": {"V", "T"},
    "LV": {"V", "T"},
    "T": {"T"},
    "LVT": {"T"},
}


def _joins_hangul(before: str, here: str) -> bool:
    return _hangul(here) in _HANGUL_PAIRS.get(_hangul(before), ())


def _pictographic(char: str) -> bool:
    return char in "\u00a9\u00ae\u203c\u2049" or (
        unicodedata.category(char) == "So" and (char >= "\U0001f000" or "\u2100" <= char <= "\u3299")
    )


def _after_pictograph(text: str, joiner: int) -> bool:
    """Whether the joiner follows an emoji, itself perhaps with a skin tone or a variation selector."""
    at = joiner - 1
    while at > 0 and _extends(text[at]) and text[at] != _ZWJ:
        at -= 1
    return at >= 0 and _pictographic(text[at])


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _odd_regionals(text: str, at: int) -> bool:
    """Flags are pairs: a letter joins its predecessor if an odd number of letters stands before it."""
    start = at
    while start > 0 and _regional(text[start - 1]):
        start -= 1
    return (at - start) % 2 == 1
