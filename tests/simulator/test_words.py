"""The page's words: every language has every word, with the same blanks to fill in."""

import re

import pytest

from simulator.control import MODES
from simulator.notices import Notice
from simulator.server import PAGE

LANGUAGES = ["en", "ja", "th", "zh-hant"]
_WORD = re.compile(r'^  "?([\w.]+)"?:\s+"(.*)",$', re.MULTILINE)
_BLANK = re.compile(r"\{\w+\}")


def table(language: str) -> dict[str, str]:
    """Key -> words, read from the file as it is laid out: one word a line."""
    return dict(_WORD.findall((PAGE / f"strings-{language}.js").read_text()))


def blanks(language: str) -> dict[str, list[str]]:
    return {key: sorted(_BLANK.findall(text)) for key, text in table(language).items()}


def test_the_page_has_the_four_languages() -> None:
    assert sorted(path.stem for path in PAGE.glob("strings-*.js")) == [f"strings-{one}" for one in LANGUAGES]
    offered = re.findall(r'from "./strings-([\w-]+).js"', (PAGE / "strings.js").read_text())
    assert sorted(offered) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_table_is_a_word(language: str) -> None:
    lines = (PAGE / f"strings-{language}.js").read_text().splitlines()
    assert len(table(language)) == len(lines) - 2 > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_words_with_the_same_blanks(language: str) -> None:
    assert blanks(language) == blanks("en")
    assert all(text.strip() for text in table(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_and_every_trouble_can_be_said(language: str) -> None:
    notices = {f"notice.{notice}" for notice in Notice}
    troubles = {f"banner.{mode}" for mode in MODES if mode != "none"} | {"banner.webhooks"}
    assert notices | troubles <= set(table(language))
