"""A chat's language, when somebody chooses it, and what goes with it."""

import pytest

from tests.line import ALICE, BOB, FAMILY, Line, event, open_titles, tap
from todos.line.client import Profile
from todos.models import Chat

FOUR = {
    "日本語": "language ja",
    "English": "language en",
    "ไทย": "language th",
    "繁體中文": "language zh-hant",
}


@pytest.mark.parametrize(
    ("word", "question"),
    [
        ("言語", "どの言語で返信しますか？"),
        ("language", "Which language shall I answer in?"),
        ("語言", "要用哪種語言回覆？"),
        ("ภาษา", "ต้องการให้ตอบเป็นภาษาอะไร"),
    ],
)
def test_the_four_languages_are_offered_in_the_words_of_the_one_that_asks(
    line: Line, word: str, question: str
) -> None:
    assert line.says(word) == question + "\n日本語 / English / ไทย / 繁體中文"
    assert line.buttons() == FOUR


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("日本語", "これからは日本語で返信します。\n\nやること 1件\n1. 牛乳"),
        ("English", "From now on I answer in English.\n\n1 task to do\n1. 牛乳"),
        ("繁體中文", "之後會用繁體中文回覆。\n\n待辦事項 1 項\n1. 牛乳"),
        ("ไทย", "จากนี้ไปจะตอบเป็นภาษาไทย\n\nงานที่ต้องทำ 1 งาน\n1. 牛乳"),
    ],
)
def test_a_language_is_chosen_by_typing_or_tapping_its_name(line: Line, name: str, answer: str) -> None:
    line.says("牛乳")
    line.says("言語")
    assert line.says(name) == answer
    line.says("undo")
    line.says("牛乳")
    line.says("言語")
    assert line.taps(FOUR[name]) == answer


@pytest.mark.parametrize("name", ["en", "ＥＮＧＬＩＳＨ", "英語", "英文"])
def test_a_language_goes_by_other_names_too(line: Line, name: str) -> None:
    line.says("牛乳")
    line.says("言語")
    assert line.says(name).startswith("From now on")


def test_a_languages_name_without_a_question_is_a_task(line: Line) -> None:
    line.says("英語")
    assert open_titles() == ["英語"]


def test_another_line_takes_the_question_away(line: Line) -> None:
    line.says("言語")
    line.says("牛乳")
    assert line.says("English").startswith("追加: English")


def test_yes_is_no_language(line: Line) -> None:
    line.says("言語")
    assert line.says("はい").startswith("追加: はい")


def test_a_yes_made_up_for_this_question_shows_the_list(line: Line) -> None:
    line.says("言語")
    asked = Chat.objects.get().asked
    assert asked.startswith("language ")
    assert line.taps(f"yes {asked}") == "やることはありません。"


@pytest.mark.parametrize("data", ["language xx", "language ", "language JA", "language zh_Hant"])
def test_a_button_for_no_language_of_ours_changes_none(line: Line, data: str) -> None:
    line.says("牛乳")
    assert line.taps(data).startswith("やること")
    assert not Chat.objects.get().language_chosen


def test_a_button_of_last_week_still_chooses(line: Line) -> None:
    line.says("言語")
    line.says("牛乳")
    assert line.taps("language th").startswith("จากนี้ไป")


def test_a_profile_that_is_read_later_does_not_replace_the_choice(line: Line) -> None:
    line.api.profiles[ALICE] = None
    line.says("言語")
    line.says("English")
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    assert line.says("牛乳").startswith("Added")
    assert line.says("パン").startswith("Added")
    assert Chat.objects.get().name == "Alice"


def test_the_choice_stays_when_somebody_comes_back(line: Line) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    line.says("言語")
    line.says("English")
    line.delivers(event("unfollow__blocked")).work()
    assert line.answer_to(event("follow__added")).startswith("Hello!")


def test_a_group_chooses_for_all_of_it(line: Line) -> None:
    line.says("タスク 牛乳", chat=FAMILY)
    line.says("タスク 言語", chat=FAMILY)
    assert line.says("English", by=BOB, chat=FAMILY) == ""
    assert line.says("todo English", by=BOB, chat=FAMILY).startswith("From now on")
    assert line.says("タスク パン", chat=FAMILY).startswith("Added")


def test_a_new_group_is_offered_the_four_languages_at_once(line: Line) -> None:
    line.answer_to(event("join__group"))
    assert line.buttons().items() >= FOUR.items()


def test_help_leads_to_the_languages(line: Line) -> None:
    line.says("help")
    line.taps(line.buttons()["Language"])
    assert line.buttons() == FOUR


def test_who_chooses_chooses_for_no_other_chat(line: Line) -> None:
    line.answer_to(tap("language en", by=ALICE))
    assert line.says("牛乳", by=BOB).startswith("追加")


@pytest.mark.parametrize(
    ("language", "zone"),
    [("ja", "Asia/Tokyo"), ("zh-hant", "Asia/Taipei"), ("th", "Asia/Bangkok"), ("", "Asia/Tokyo")],
)
def test_the_time_zone_is_that_of_the_language(language: str, zone: str) -> None:
    assert Chat(language=language).zone().key == zone


def test_a_time_zone_that_was_set_counts_more(db: None) -> None:
    assert Chat(language="th", time_zone="Europe/Berlin").zone().key == "Europe/Berlin"
