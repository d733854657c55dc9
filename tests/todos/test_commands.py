"""Undo, clear, list, help, buttons: what is asked for besides toggling."""

import pytest

from tests.line import (
    ALICE,
    BOB,
    CHARLIE,
    FAMILY,
    Line,
    event,
    history,
    inbox,
    open_titles,
    redelivered,
    tap,
    text,
)
from todos.models import Change, Chat, Task


def test_clear_marks_all_done_and_loses_nothing(line: Line) -> None:
    line.says("牛乳\nパン")
    assert line.says("全部削除") == "2件すべて完了にしました。\n\nやることはありません。"
    assert history()[2:] == [("cleared", "牛乳"), ("cleared", "パン")]
    assert Task.objects.filter(state="done").count() == 2


@pytest.mark.parametrize("word", ["全部削除", "全削除", "Delete  All", "clear", " CLEAR "])
def test_each_word_for_clear_is_understood(line: Line, word: str) -> None:
    line.says("牛乳")
    line.says(word)
    assert open_titles() == []


@pytest.mark.parametrize("word", ["一覧", "リスト", "ﾘｽﾄ", "list", "ＬＩＳＴ"])
def test_each_word_for_list_shows_exactly_the_open_tasks(line: Line, word: str) -> None:
    line.says("牛乳\nパン\n卵")
    line.says("パン")
    assert line.says(word) == "やること 2件\n1. 牛乳\n2. 卵"


def test_a_word_among_other_lines_is_a_line(line: Line) -> None:
    line.says("牛乳\nclear")
    assert open_titles() == ["牛乳", "clear"]


def test_undo_takes_back_a_message_with_all_its_lines(line: Line) -> None:
    line.says("牛乳\nパン")
    line.says("牛乳\n卵")
    assert (
        line.says("元に戻す")
        == "元に戻しました。\n取り消し: 卵\n再開: 牛乳\n\nやること 2件\n1. 牛乳\n2. パン"
    )


def test_undo_takes_back_a_clear_in_the_old_order(line: Line) -> None:
    line.says("牛乳\nパン\n卵")
    line.says("clear")
    line.says("undo")
    assert open_titles() == ["牛乳", "パン", "卵"]


def test_undo_is_undone_by_another_undo(line: Line) -> None:
    line.says("牛乳")
    line.says("undo")
    assert open_titles() == []
    line.says("undo")
    assert open_titles() == ["牛乳"]
    line.says("undo")
    assert open_titles() == []


def test_undo_of_one_line_sent_twice_restores_what_was_before(line: Line) -> None:
    line.says("牛乳")
    line.says("牛乳\n牛乳\n牛乳")
    assert open_titles() == []
    line.says("undo")
    assert open_titles() == ["牛乳"]


def test_undo_passes_over_messages_that_changed_nothing(line: Line) -> None:
    line.says("牛乳")
    line.says("list")
    line.says("help")
    line.says("undo")
    assert open_titles() == []


def test_undo_with_nothing_to_undo_says_so(line: Line) -> None:
    assert line.says("元に戻す").startswith("元に戻すものはありません。")


def test_undo_and_what_it_undoes_may_arrive_in_one_body(line: Line) -> None:
    line.answer_to(text("牛乳"), text("undo"), text("パン"), text("undo"), text("undo"))
    assert open_titles() == ["パン"]
    assert [kind for kind, _ in history()] == ["added", "withdrawn", "added", "withdrawn", "added"]


def test_undo_leaves_alone_what_an_operator_changed_since(line: Line) -> None:
    line.says("牛乳")
    line.says("牛乳")
    task = Task.objects.get()
    task.state, task.done_at = Task.State.OPEN, None
    task.save()
    assert line.says("undo").startswith("元に戻すものはありません。")
    assert open_titles() == ["牛乳"]


def test_a_task_taken_back_and_sent_again_counts_as_added(line: Line) -> None:
    line.says("牛乳")
    line.says("undo")
    assert line.says("牛乳").startswith("追加: 牛乳")


# Buttons


def test_the_undo_button_takes_back_its_own_message(line: Line) -> None:
    line.says("牛乳")
    undo = line.buttons()["元に戻す"]
    line.taps(undo)
    assert open_titles() == []


def test_tapping_undo_twice_does_it_once(line: Line) -> None:
    line.says("牛乳")
    undo = line.buttons()["元に戻す"]
    line.answer_to(tap(undo), tap(undo))
    assert open_titles() == []


def test_an_old_undo_button_does_not_touch_what_came_later(line: Line) -> None:
    line.says("牛乳")
    undo = line.buttons()["元に戻す"]
    line.says("パン")
    line.taps(undo)
    assert open_titles() == ["牛乳", "パン"]


def test_alices_button_in_charlies_hands_changes_nothing_and_tells_nothing(line: Line) -> None:
    line.says("秘密の牛乳", by=ALICE)
    undo = line.buttons()["元に戻す"]
    answer = line.taps(undo, by=CHARLIE)
    assert open_titles(ALICE) == ["秘密の牛乳"]
    assert "秘密" not in answer
    assert Change.objects.filter(chat__line_id=CHARLIE).count() == 0


def test_the_groups_button_in_bobs_own_chat_changes_nothing(line: Line) -> None:
    line.says("todo 牛乳", by=ALICE, chat=FAMILY)
    undo = line.buttons()["元に戻す"]
    line.taps(undo, by=BOB)
    assert open_titles(FAMILY) == ["牛乳"]


@pytest.mark.parametrize(
    "data", ["", "undo", "undo -1", "undo 0", "undo 1 or 1=1", "undo ٣", "undo " + "9" * 300, "{}", "\x00"]
)
def test_made_up_button_data_harms_nobody(line: Line, data: str) -> None:
    line.says("牛乳", by=BOB)
    line.taps(data, by=ALICE)
    assert open_titles(BOB) == ["牛乳"]


def test_buttons_fit_the_moment(line: Line) -> None:
    line.says("牛乳")
    assert list(line.buttons()) == ["元に戻す", "一覧", "全部完了", "ヘルプ"]
    line.says("一覧")
    assert list(line.buttons()) == ["全部完了", "ヘルプ"]
    line.says("牛乳")
    line.says("ヘルプ")
    assert list(line.buttons()) == ["一覧", "エクスポート", "言語"]


# What is not text; coming and going


@pytest.mark.parametrize("kind", ["sticker", "image", "audio", "video", "file", "location"])
def test_what_is_not_text_gets_a_short_hint_in_a_1_to_1_chat(line: Line, kind: str) -> None:
    assert (
        line.answer_to(event(f"message__{kind}"))
        == "文字だけ読めます。やることを1行に1件ずつ書いて送ってください。"
    )


def test_a_message_of_nothing_but_blanks_gets_the_hint(line: Line) -> None:
    assert line.says("\u3000\n\u200b").startswith("文字だけ読めます")


def test_a_friend_is_greeted_in_three_lines(line: Line) -> None:
    assert len(line.answer_to(event("follow__added")).splitlines()) == 3


def test_whoever_never_followed_is_served(line: Line) -> None:
    assert "追加: 牛乳" in line.says("牛乳", by=CHARLIE)


def test_a_block_makes_the_chat_inactive_until_it_speaks_again(line: Line) -> None:
    line.says("牛乳")
    assert line.answer_to(event("unfollow__blocked")) == ""
    assert Chat.objects.get(line_id=ALICE).left_at
    line.answer_to(event("follow__added"))
    assert not Chat.objects.get(line_id=ALICE).left_at
    assert open_titles() == ["牛乳"]


def test_a_message_that_arrives_after_the_block_does_not_undo_it(line: Line) -> None:
    late = text("牛乳")
    line.answer_to(event("unfollow__blocked"))
    line.answer_to(late)
    assert Chat.objects.get(line_id=ALICE).left_at
    assert open_titles() == ["牛乳"]


def test_leaving_makes_a_group_inactive_and_joining_greets(line: Line) -> None:
    line.answer_to(event("leave__group"))
    assert Chat.objects.get(line_id=FAMILY).left_at
    assert "「タスク 牛乳」" in line.answer_to(event("join__group"))


# Groups


def test_people_talking_in_a_group_are_neither_heard_nor_stored(line: Line) -> None:
    from todos.models import Event

    assert line.says("今日は寒いね", by=ALICE, chat=FAMILY) == ""
    assert line.answer_to(event("message__mention_of_another")) == ""
    assert line.says("todolist を買う", by=BOB, chat=FAMILY) == ""
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "said",
    ["todo 牛乳", "TODO 牛乳", "タスク 牛乳", "タスク\u3000牛乳", "Todo\n牛乳", "ﾀｽｸ 牛乳", " todo 牛乳"],
)
def test_a_prefix_addresses_the_bot_in_a_group(line: Line, said: str) -> None:
    line.says(said, chat=FAMILY)
    assert open_titles(FAMILY) == ["牛乳"]


def test_a_mention_addresses_the_bot_and_is_not_part_of_the_task(line: Line) -> None:
    line.answer_to(event("message__mention"))
    assert open_titles(FAMILY) == ["牛乳", "パン"]


def test_a_mention_alone_shows_the_groups_list(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    alone = event("message__mention")
    alone["message"]["text"] = "@todobot"
    assert line.answer_to(alone) == "やること 1件\n1. 牛乳"


def test_a_group_has_one_list_whoever_writes(line: Line) -> None:
    line.says("todo 牛乳", by=ALICE, chat=FAMILY)
    line.says("todo 牛乳", by=BOB, chat=FAMILY)
    assert open_titles(FAMILY) == []
    assert list(Change.objects.order_by("pk").values_list("user_id", flat=True)) == [ALICE, BOB]


def test_words_work_in_a_group_behind_the_prefix(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    assert line.says("todo list", chat=FAMILY) == "やること 1件\n1. 牛乳"


def test_in_a_1_to_1_chat_a_prefix_is_part_of_the_task(line: Line) -> None:
    line.says("todo 牛乳")
    assert open_titles() == ["todo 牛乳"]


def test_a_redelivered_group_message_is_one_toggle(line: Line) -> None:
    said = text("todo 牛乳", chat=FAMILY)
    line.answer_to(said)
    line.answer_to(redelivered(said))
    assert open_titles(FAMILY) == ["牛乳"]
    assert inbox().reply == "sent"
