"""Questions of the bot: what is done once they have their yes, and what else the next message may mean."""

import pytest

from tests.line import ALICE, BOB, FAMILY, Line, open_titles, text
from tests.todos.test_unsend import unsend

FOUR = "牛乳\nパン\n卵\n米"


def test_clear_asks_first_when_more_than_three_would_go(line: Line) -> None:
    line.says(FOUR)
    assert line.says("全部削除").startswith("4件すべてを完了にします。よろしいですか？")
    assert len(open_titles()) == 4
    assert list(line.buttons()) == ["はい", "いいえ"]


@pytest.mark.parametrize("yes", ["はい", "yes", "ＹＥＳ"])
def test_a_typed_yes_clears(line: Line, yes: str) -> None:
    line.says(FOUR)
    line.says("全部削除")
    assert line.says(yes).startswith("4件すべて完了にしました。")
    assert open_titles() == []


def test_a_tapped_yes_clears_and_undo_brings_all_back(line: Line) -> None:
    line.says(FOUR)
    line.says("全部削除")
    line.taps(line.buttons()["はい"])
    assert open_titles() == []
    line.says("元に戻す")
    assert len(open_titles()) == 4


@pytest.mark.parametrize("no", ["いいえ", "no"])
def test_a_no_changes_nothing_and_says_so(line: Line, no: str) -> None:
    line.says(FOUR)
    line.says("全部削除")
    assert line.says(no).startswith("何も変更していません。")
    assert len(open_titles()) == 4


def test_yes_without_a_question_is_a_task_like_any_other(line: Line) -> None:
    line.says("はい")
    assert open_titles() == ["はい"]


def test_another_message_takes_the_question_away(line: Line) -> None:
    line.says(FOUR)
    line.says("全部削除")
    line.says("豆腐")
    line.says("はい")
    assert open_titles() == ["牛乳", "パン", "卵", "米", "豆腐", "はい"]


def test_an_old_yes_button_does_nothing(line: Line) -> None:
    line.says(FOUR)
    line.says("全部削除")
    yes = line.buttons()["はい"]
    line.says("豆腐")
    line.taps(yes)
    assert len(open_titles()) == 5


def test_nobody_says_yes_for_another_chat(line: Line) -> None:
    line.says(FOUR)
    line.says("全部削除")
    yes = line.buttons()["はい"]
    line.taps(yes, by=BOB)
    line.taps(yes, by=ALICE, chat=FAMILY)
    assert len(open_titles()) == 4


def test_a_yes_from_before_the_question_answers_nothing(line: Line) -> None:
    line.says(FOUR)
    line.says("全部削除")
    late = text("はい")
    line.says("データを消して")
    line.answer_to(late)
    assert open_titles() == ["牛乳", "パン", "卵", "米", "はい"]


def test_what_comes_late_does_not_take_the_question_away(line: Line) -> None:
    line.says(FOUR)
    late = text("豆腐")
    line.says("全部削除")
    line.answer_to(late)
    line.says("はい")
    assert open_titles() == []


@pytest.mark.parametrize("asking", ["全部削除", "データを消して"])
def test_an_unsent_question_is_not_asked_any_more(line: Line, asking: str) -> None:
    line.says(FOUR)
    said = text(asking)
    line.answer_to(said)
    line.answer_to(unsend(said))
    line.says("はい")
    assert open_titles() == ["牛乳", "パン", "卵", "米", "はい"]
