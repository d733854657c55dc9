"""The rich menus and their pictures, as they lie in the repository."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image

from todos import menus
from todos.commands import WORDS
from todos.menus import draw

ROOT = Path(__file__).parents[2]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
#: https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image-requirements
MOST = 1_000_000

each_language = pytest.mark.parametrize("language", LANGUAGES)


def told(language: str) -> dict[Any, Any]:
    """What a picture says of itself."""
    with Image.open(menus.picture(language)) as image:
        return dict(image.info)


@each_language
def test_a_picture_is_one_that_line_takes(language: str) -> None:
    file = menus.picture(language)
    with Image.open(file) as image:
        assert (image.format, image.size) == ("PNG", (menus.WIDTH, menus.HEIGHT))
    assert file.stat().st_size < MOST / 10
    assert 800 <= menus.WIDTH <= 2500
    assert menus.HEIGHT >= 250
    assert menus.WIDTH / menus.HEIGHT >= 1.45


@each_language
def test_a_picture_has_the_words_of_the_catalogue(language: str) -> None:
    """Else: `make menus`."""
    drawn = told(language)
    assert drawn["Language"] == language
    assert json.loads(drawn["Labels"]) == list(menus.labels(language).values())


@each_language
def test_drawing_it_again_gives_the_same_picture(language: str) -> None:
    try:
        font = draw.font_digest(language)
    except draw.Missing as missing:
        pytest.skip(f"needs {missing}: apt install fonts-noto-core fonts-noto-cjk libfribidi0")
    if font != told(language)["Font"]:
        pytest.skip(f"needs the font of Debian 12, not {font}")
    again = draw.draw(language, list(menus.labels(language).values()), menus.WIDTH, menus.HEIGHT)
    with Image.open(menus.picture(language)) as there:
        assert not draw.differ(there, again)


@each_language
def test_its_buttons_lie_side_by_side_and_fill_it(language: str) -> None:
    bounds = [area["bounds"] for area in menus.content(language)["areas"]]
    assert [one["x"] for one in bounds] == [0, *(one["x"] + one["width"] for one in bounds[:-1])]
    assert bounds[-1]["x"] + bounds[-1]["width"] == menus.WIDTH
    assert {(one["y"], one["height"]) for one in bounds} == {(0, menus.HEIGHT)}


@each_language
def test_its_words_fit(language: str) -> None:
    assert 0 < len(menus.content(language)["chatBarText"]) <= 14
    assert all(0 < len(label) <= 20 for label in menus.labels(language).values())


def test_no_picture_is_left_of_a_language_that_is_no_more() -> None:
    assert sorted(file.stem for file in menus.FOLDER.glob("*.png")) == sorted(LANGUAGES)


def test_each_button_is_a_word_that_the_bot_knows() -> None:
    assert menus.labels("ja").keys() <= WORDS.keys()


def test_names_of_menus_are_told_from_those_of_others() -> None:
    [menu] = [menu for menu in menus.menus() if menu.language == "ja"]
    assert menus.language_of(menu.name) == "ja"
    assert menus.language_of("todobot autumn") == ""


def test_the_bot_itself_needs_no_pillow() -> None:
    imported = {
        file.relative_to(ROOT).as_posix()
        for folder in ("todobot", "todos")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("PIL", "todos.menus.draw"))
    }
    assert imported == {"todos/menus/draw.py"}
