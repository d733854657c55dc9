"""The page's words: every language has every word, with the same blanks to fill in."""

import re

import pytest

from simulator.control import MODES
from simulator.notices import Notice
from simulator.server import PAGE

_TABLE = re.compile(r"^const (\w+) = \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r'^  "?([\w.]+)"?:\s+"(.*)",$', re.MULTILINE)
_BLANK = re.compile(r"\{\w+\}")


def tables() -> dict[str, dict[str, str]]:
    """Language -> key -> words, read from strings.js as it is laid out: one word a line."""
    source = (PAGE / "strings.js").read_text()
    return {language: dict(_WORD.findall(table)) for language, table in _TABLE.findall(source)}


def test_there_are_japanese_and_english() -> None:
    assert {language: len(words) > 100 for language, words in tables().items()} == {"en": True, "ja": True}


def test_each_language_has_the_same_words_with_the_same_blanks() -> None:
    en, ja = ({key: set(_BLANK.findall(text)) for key, text in words.items()} for words in tables().values())
    assert en == ja


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_notice_and_every_trouble_can_be_said(language: str) -> None:
    notices = {f"notice.{notice}" for notice in Notice}
    troubles = {f"banner.{mode}" for mode in MODES if mode != "none"} | {"banner.webhooks"}
    assert notices | troubles <= set(tables()[language])
