"""Counting as LINE counts: UTF-16 units, and grapheme clusters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.limits import graphemes, utf16

CLUSTERS = {
    "a letter": "a",
    "a kanji": "家",
    "an apple": "🍎",
    "a letter and a combining accent": "e\u0301",
    "a stack of accents": "z\u0351\u036b\u0343",
    "a dakuten on its own": "か\u3099",
    "a half-width dakuten": "ｶ\uff9e",
    "Thai with vowel and tone": "\u0e01\u0e35\u0e49",
    "Thai sara am": "\u0e19\u0e49\u0e33",
    "Devanagari with a vowel sign": "\u0928\u093f",
    "Tamil with a spacing vowel": "\u0ba8\u0bbf",
    "a heart with a variation selector": "❤\ufe0f",
    "a skin tone": "👍🏽",
    "a family": "👨\u200d👩\u200d👧\u200d👦",
    "a family with skin tones": "👩🏽\u200d🤝\u200d👨🏿",
    "a rainbow flag": "🏳\ufe0f\u200d🌈",
    "a woman shrugging": "🤷🏻\u200d♀\ufe0f",
    "Japan": "🇯🇵",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a keycap": "1\ufe0f\u20e3",
    "a Hangul syllable": "각",
    "Hangul jamo": "\u1100\u1161\u11a8",
    "a Hangul syllable and a trailing jamo": "가\u11a8",
    "a line break of two characters": "\r\n",
}


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS.keys())
def test_what_a_person_sees_as_one_character_counts_as_one(cluster: str) -> None:
    assert graphemes(cluster) == 1
    assert graphemes("x" + cluster + "x") == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("牛乳を買う", 5),
        ("🇯🇵🇹🇭", 2),
        ("🇯🇵🇹", 2),
        ("👍🏽👍🏿", 2),
        ("가나", 2),
        ("e\u0301e\u0301", 2),
        ("\n\r", 2),
        ("\n\u0301", 2),
        ("a\u200db", 2),
        ("👨\u200dx", 2),
        ("한글\u1100", 3),
    ],
)
def test_neighbours_stay_apart(text: str, count: int) -> None:
    assert graphemes(text) == count


@given(st.text(alphabet=st.characters(max_codepoint=0x7F, exclude_characters="\r")))
def test_each_ascii_character_is_one(text: str) -> None:
    assert graphemes(text) == utf16(text) == len(text)


@given(st.text(st.characters(codec=None, categories=None)))
def test_graphemes_are_never_more_than_code_points_nor_those_than_units(text: str) -> None:
    assert graphemes(text) <= len(text) <= utf16(text)


@given(st.text())
def test_units_are_counted_as_utf16_does(text: str) -> None:
    assert utf16(text) == len(text.encode("utf-16-le")) // 2


def test_an_apple_is_two_units() -> None:
    assert (utf16("🍎"), utf16("家"), utf16("\ud83c")) == (2, 1, 1)
