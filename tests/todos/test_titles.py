"""Lines, and when two are the same: the pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from todos.titles import has_ink, key, same, shorten, titles


@given(st.text())
def test_no_title_is_empty_or_has_a_line_break_or_a_control_character(text: str) -> None:
    for title in titles(text):
        assert has_ink(title)
        assert title == title.strip()
        assert len(title.splitlines()) == 1
        assert same(title)


@given(st.text())
def test_what_is_the_same_stays_the_same(text: str) -> None:
    for title in titles(text):
        assert titles(title) == [title]
        assert same(f"  {title}\u3000") == same(title)
        assert same(same(title)) == same(title)


@given(st.text())
def test_every_text_can_be_stored(text: str) -> None:
    for title in titles(text):
        title.encode()


@pytest.mark.parametrize(
    "blank", ["", " ", "\u3000", "\u200b", "\ufeff", "\u2060", "\u3164", "\u115f", "\u2800", "\u00ad"]
)
@pytest.mark.parametrize("frame", ["{}", "{0}{0}", "\t{}", "{}\u200d"])
def test_what_shows_nothing_is_no_title(blank: str, frame: str) -> None:
    assert titles(frame.format(blank)) == []


@pytest.mark.parametrize("placeholder", ["()", "( )", "()()", " () "])
def test_empty_parentheses_are_line_emoji_and_no_title(placeholder: str) -> None:
    assert titles(placeholder) == []


def test_the_key_depends_on_the_chat() -> None:
    assert key(1, "牛乳") != key(2, "牛乳")
    assert key(1, "１２") == key(1, "12")
    assert len(key(1, "🍣")) == 32


def test_a_long_title_is_shortened_for_naming() -> None:
    assert shorten("あ" * 31) == "あ" * 29 + "…"
    assert shorten("あ" * 30) == "あ" * 30
