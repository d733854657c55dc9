"""A line sent, a task toggled: what a person sees."""

import pytest

from tests.line import ALICE, BOB, Line, history, open_titles, text


def test_a_new_line_becomes_a_task(line: Line) -> None:
    assert line.says("牛乳") == "追加: 牛乳\n\nやること 1件\n1. 牛乳"


def test_a_line_that_is_open_is_done_and_leaves_the_list(line: Line) -> None:
    line.says("牛乳")
    assert line.says("牛乳") == "完了: 牛乳\n\nやることはありません。"


def test_a_line_that_was_done_is_open_again(line: Line) -> None:
    for _ in range(3):
        answer = line.says("牛乳")
    assert answer == "再開: 牛乳\n\nやること 1件\n1. 牛乳"
    assert [kind for kind, _title in history()] == ["added", "done", "reopened"]


def test_several_lines_at_once_toggle_each(line: Line) -> None:
    line.says("卵")
    assert line.says("牛乳\n卵\nパン") == "追加: 牛乳\n完了: 卵\n追加: パン\n\nやること 2件\n1. 牛乳\n2. パン"


def test_the_same_line_twice_is_two_toggles_and_the_answer_says_so(line: Line) -> None:
    answer = line.says("牛乳\n牛乳")
    assert history() == [("added", "牛乳"), ("done", "牛乳")]
    assert "「牛乳」は2回ありました" in answer


def test_the_oldest_task_comes_first_and_one_that_reopens_comes_last(line: Line) -> None:
    line.says("卵\n牛乳\nパン")
    line.says("卵")
    line.says("卵")
    assert open_titles() == ["牛乳", "パン", "卵"]


def test_a_long_message_keeps_the_order_of_its_lines(line: Line) -> None:
    lines = [f"行{number}" for number in range(120)]
    line.says("\n".join(lines))
    assert open_titles() == lines


@pytest.mark.parametrize(
    "again",
    ["  milk ", "ＭＩＬＫ", "Milk\u200b", "\u3000milk\u3000", "mi\u00adlk", "milk\ufe0f", "mil\u200ck"],
)
def test_what_looks_the_same_is_the_same(line: Line, again: str) -> None:
    line.says("milk")
    line.says(again)
    assert open_titles() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ハハ", "パパ"),
        ("🍣", "🍺"),
        ("𠮷野家", "吉野家"),
        ("か", "が"),
        ("cafe", "café"),
        ("👍", "👍🏽"),
        ("は", "ば"),
    ],
)
def test_what_differs_stays_two(line: Line, one: str, other: str) -> None:
    line.says(f"{one}\n{other}")
    assert open_titles() == [one, other]


def test_a_combining_accent_and_the_composed_letter_are_the_same(line: Line) -> None:
    line.says("cafe\u0301")
    line.says("caf\u00e9")
    assert open_titles() == []


def test_the_title_is_kept_as_typed(line: Line) -> None:
    line.says("  Ｂuy  MILK  ")
    assert open_titles() == ["Ｂuy  MILK"]


def test_a_reopened_task_takes_its_place_among_the_lines_of_its_message(line: Line) -> None:
    line.says("古い")
    line.says("古い")
    line.says("新しい\n古い\nもっと新しい")
    assert open_titles() == ["新しい", "古い", "もっと新しい"]


def test_characters_newer_than_this_python_are_lines_too(line: Line) -> None:
    line.says("\U0001fae8\n\U0001fadf\n\uf8ff\n\ufffc\n牛乳")
    assert open_titles() == ["\U0001fae8", "\U0001fadf", "\uf8ff", "牛乳"]


def test_every_kind_of_line_break_separates_and_no_blank_makes_a_ghost(line: Line) -> None:
    line.says(
        "a\r\nb\rc\u2028d\u2029e\u0085f\x0bg\n\n \t\u3000\n\u200b\u200d\n\ufeff\n\u3164\n\u2800\n\x00\nh"
    )
    assert open_titles() == list("abcdefgh")


def test_line_emoji_leave_neither_ghosts_nor_parentheses(line: Line) -> None:
    from tests.line import event

    line.answer_to(event("message__line_emoji"))
    assert open_titles() == ["🍣買う", "パン"]


def test_a_family_emoji_stays_whole(line: Line) -> None:
    line.says("👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿")
    assert open_titles() == ["👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿"]


def test_half_a_surrogate_costs_neither_the_line_nor_its_neighbours(line: Line) -> None:
    line.says("牛乳\n\ud83c halb\nパン")
    assert open_titles() == ["牛乳", "\ufffd halb", "パン"]


def test_people_have_lists_of_their_own(line: Line) -> None:
    line.says("牛乳", by=ALICE)
    line.says("牛乳", by=BOB)
    assert open_titles(ALICE) == open_titles(BOB) == ["牛乳"]


def test_a_line_that_is_too_long_is_named_and_the_others_take_effect(line: Line) -> None:
    answer = line.says("牛乳\n" + "長" * 501 + "\nパン\n" + "ok" * 250)
    assert open_titles() == ["牛乳", "パン", "ok" * 250]
    assert "500文字まで" in answer
    assert "長" * 29 + "…" in answer


def test_a_full_list_says_so_and_still_lets_things_be_done(line: Line) -> None:
    for part in range(5):
        line.says("\n".join(f"{part}-{number}" for number in range(100)))
    answer = line.says("もう一つ\n0-7")
    assert "一覧は500件でいっぱいです。追加しませんでした:\nもう一つ" in answer
    assert len(open_titles()) == 499
    line.says("もう一つ")
    assert open_titles()[-1] == "もう一つ"


def test_events_that_arrive_together_are_applied_in_the_order_they_happened(line: Line) -> None:
    first, second, third = text("牛乳\nパン"), text("全部削除"), text("牛乳")
    line.answer_to(third, first, second)
    assert [kind for kind, _title in history()] == ["added", "added", "cleared", "cleared", "reopened"]
