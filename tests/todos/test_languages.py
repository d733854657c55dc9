"""Which language a chat is answered in, and whether every catalogue is complete."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override, to_locale

from simulator.limits import graphemes
from tests.line import ALICE, FAMILY, Line, event, text
from todos import words
from todos.line.client import Profile
from todos.line.limits import QUICK_REPLY_LABEL
from todos.models import Chat
from todos.replies import Answer, Changed, Row, render
from todos.titles import same

LANGUAGES = [code for code, _name in settings.LANGUAGES]
TODOS = Path(__file__).parents[2] / "todos"
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def test_the_profiles_language_counts_more_than_the_text(line: Line) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "en")
    assert line.says("牛乳").startswith("Added: 牛乳")
    assert Chat.objects.get().name == "Alice"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ja", "ja"),
        ("EN", "en"),
        ("en-US", "en"),
        ("en_GB", "en"),
        ("th", "th"),
        ("th-TH", "th"),
        ("zh-TW", "zh-hant"),
        ("zh_TW", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh-CN", "zh-hant"),
        ("zh-Hans", "zh-hant"),
        ("zh", "zh-hant"),
        ("xx", "ja"),
        ("", "ja"),
    ],
)
def test_a_profile_language_is_matched_with_ours_or_the_text_decides(
    line: Line, tag: str, language: str
) -> None:
    line.api.profiles[ALICE] = Profile("Alice", tag)
    line.says("牛乳")
    assert Chat.objects.get().language == language


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("milk", "en"),
        ("牛乳", "ja"),
        ("ミルク", "ja"),
        ("iPhoneの充電器", "ja"),
        ("🍣", ""),
        ("12", ""),
        ("milk\nパン", "ja"),
        ("牛奶", "zh-hant"),
        ("買雞蛋", "zh-hant"),
        ("买鸡蛋", "zh-hant"),
        ("ㄋㄋ 2", "zh-hant"),
        ("iPhone 充電線要買", "ja"),
        ("iPhone 的檔案", "zh-hant"),
        ("鶏肉を買う、咖啡も", "ja"),
        ("นม", "th"),
        ("ซื้อ iPhone", "th"),
        ("語言", "zh-hant"),
        ("一覧", "ja"),
    ],
)
def test_without_a_profile_the_first_text_decides(line: Line, said: str, language: str) -> None:
    line.says(said)
    assert Chat.objects.get().language == language


@pytest.mark.parametrize(
    ("said", "language"),
    [("待辦 買菜", "zh-hant"), ("タスク milk", "ja"), ("จดงาน milk", "th"), ("todo 牛乳", "ja")],
)
def test_in_a_group_the_prefix_tells_too(line: Line, said: str, language: str) -> None:
    line.says(said, chat=FAMILY)
    assert Chat.objects.get().language == language


def test_where_no_letter_tells_it_is_japanese_until_one_does(line: Line) -> None:
    assert line.says("🍣").startswith("追加")
    assert line.says("milk").startswith("Added")
    assert line.says("牛乳").startswith("Added")


def test_the_profile_is_read_once(line: Line) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "en")
    line.says("牛乳")
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    assert line.says("パン").startswith("Added")


def test_a_profile_that_does_not_come_is_asked_for_again(line: Line) -> None:
    line.api.profiles[ALICE] = None
    assert line.says("牛乳").startswith("追加")
    line.api.profiles[ALICE] = Profile("Alice", "en")
    assert line.says("パン").startswith("Added")


def test_whoever_had_blocked_us_is_asked_for_again_when_back(line: Line) -> None:
    line.delivers(text("牛乳")).worker.turn()
    line.delivers(event("unfollow__blocked")).worker.turn()  # while the reply is under way
    line.work()
    line.api.profiles[ALICE] = Profile("Alice", "en")
    assert line.answer_to(event("follow__added")).startswith("Hello again!")
    assert Chat.objects.get().name == "Alice"


def test_a_friend_is_greeted_in_the_language_of_the_profile(line: Line) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "en")
    assert line.answer_to(event("follow__added")).startswith("Hello!")


def test_no_typed_word_means_two_things() -> None:
    meanings = []
    for code in LANGUAGES:
        with override(code):
            meanings += [
                (same(word), action) for action, some in words.typed().items() for word in some.split("|")
            ]
    assert len(set(meanings)) == len(words.vocabulary())
    assert words.vocabulary()[same("一覧")] == "list"


@cache
def catalogue(language: str) -> Catalog:
    with (TODOS / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def texts_of(language: str) -> list[Message]:
    return [each for each in catalogue(language) if each.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_every_text_and_nothing_else(language: str) -> None:
    needed = {
        (context, message[0] if isinstance(message, tuple) else message)
        for _file, _line, message, _comments, context in extract_from_dir(TODOS, keywords=KEYWORDS)
    }
    texts = texts_of(language)
    found = {(each.context, each.id[0] if isinstance(each.id, tuple) else each.id) for each in texts}
    assert found == needed
    assert not [
        each.id
        for each in texts
        if each.fuzzy or not all(each.string if isinstance(each.string, tuple) else [each.string])
    ]
    assert not [error for each in texts for error in each.check(catalogue(language))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_has_a_label_that_line_takes(language: str) -> None:
    labels = [str(entry.string) for entry in texts_of(language) if entry.context == "button"]
    assert labels
    assert {label: graphemes(label) for label in labels if graphemes(label) > QUICK_REPLY_LABEL} == {}


def test_a_language_we_do_not_have_yet_is_answered_in_japanese() -> None:
    assert Chat(language="").speaks() == "ja"
    assert Chat(language="fr").speaks() == "ja"


def test_what_people_type_is_never_taken_for_a_format() -> None:
    [message] = render(
        Answer("toggled", "en", (Changed("added", "100% {x} %(title)s"),), open_tasks=(Row(1, "%s"),))
    )
    assert message["altText"] == "Added: 100% {x} %(title)s\n\n1 task to do\n1. %s"


def test_the_readme_has_every_typed_word() -> None:
    readme = (TODOS.parent / "README.md").read_text()
    [table] = re.findall(r"^\| English \|.*?\n\n", readme, re.MULTILINE | re.DOTALL)
    told = {same(word) for word in re.findall("`(.*?)`", table)}
    assert told == {*words.vocabulary(), *words.done_words(), *map(same, words.prefixes())}
