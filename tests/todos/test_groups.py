"""Coming to a group and leaving it, whose its tasks are, and silence about everything else."""

from typing import Any

import pytest

from tests.line import ALICE, BOB, CHARLIE, FAMILY, ROOM, Line, event, inbox, open_titles, source, tap, text
from todos.models import Chat, Event, Member, Task
from todos.perform import happened


@pytest.fixture(autouse=True)
def names(line: Line) -> None:
    line.api.names |= {(FAMILY, ALICE): "ママ", (FAMILY, BOB): "ボブ"}


def unsend(said: dict[str, Any]) -> dict[str, Any]:
    return event("unsend__text", source=said["source"], unsend={"messageId": said["message"]["id"]})


def opener(title: str = "牛乳") -> str:
    return Task.objects.get(title=title).opened_by


# Coming and going


@pytest.mark.parametrize("kind", ["group", "room"])
def test_joining_greets_with_the_way_to_talk_to_the_bot(line: Line, kind: str) -> None:
    place = {"group": {"groupId": FAMILY}, "room": {"roomId": ROOM}}[kind]
    greeting = line.answer_to(event("join__group", source={"type": kind} | place))
    assert "「タスク 牛乳」" in greeting
    assert "メンション" in greeting


def test_a_bot_that_is_back_finds_the_groups_list(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.answer_to(event("leave__group"))
    greeting = line.answer_to(event("join__group"))
    assert "メンション" in greeting
    assert greeting.endswith("やること 1件\n1. 牛乳（ママ）")


def test_a_friend_who_is_back_finds_the_list(line: Line) -> None:
    line.says("牛乳")
    line.answer_to(event("unfollow__blocked"))
    greeting = line.answer_to(event("follow__added"))
    assert greeting == "お帰りなさい！ リストはそのまま残っています。\n\nやること 1件\n1. 牛乳"


def test_a_friend_without_tasks_is_told_how_it_works(line: Line) -> None:
    line.answer_to(event("unfollow__blocked"))
    assert line.answer_to(event("follow__added")).startswith("こんにちは！")


def test_what_is_owed_to_a_group_that_was_left_is_not_sent(line: Line) -> None:
    line.delivers(
        text("todo 牛乳", ALICE, FAMILY), text("todo パン", BOB, FAMILY), event("leave__group")
    ).work()
    assert line.api.tries == []
    owed = Event.objects.filter(type="message")
    assert {(one.reply, one.state, one.error) for one in owed} == {
        ("expired", "settled", "not sent: they have left")
    }
    assert open_titles(FAMILY) == ["牛乳", "パン"]


def test_a_late_message_from_before_leaving_counts_but_is_not_answered(line: Line) -> None:
    late = text("todo 牛乳", ALICE, FAMILY)
    line.answer_to(event("leave__group"))
    assert line.answer_to(late) == ""
    assert Chat.objects.get().left_at
    assert open_titles(FAMILY) == ["牛乳"]


def test_leaving_that_is_told_after_coming_back_closes_nothing(line: Line) -> None:
    left = event("leave__group")
    line.answer_to(event("join__group"))
    line.answer_to(left)
    assert Chat.objects.get().left_at is None


def test_nobodys_name_is_kept_once_the_group_is_left(line: Line) -> None:
    line.delivers(text("todo 牛乳", ALICE, FAMILY)).worker.turn()
    line.delivers(event("leave__group")).worker.turn()  # while the reply is under way
    line.work()
    assert len(line.api.sent) == 1
    assert not Member.objects.exists()


def test_nobodys_name_is_kept_of_before_the_groups_data_was_erased(line: Line) -> None:
    line.delivers(text("todo 牛乳", ALICE, FAMILY)).worker.turn()
    Chat.objects.update(erased_at=happened(Event.objects.get()))  # while the reply is under way
    line.work()
    assert not Member.objects.exists()
    line.says("todo パン", ALICE, FAMILY)
    assert Member.objects.exists()


def test_a_groups_own_name_is_read_once_for_the_operators(line: Line) -> None:
    line.api.groups[FAMILY] = "家族"
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo パン", ALICE, FAMILY)
    assert str(Chat.objects.get()) == "家族"
    assert line.api.asked.count((FAMILY,)) == 1


# Silence


@pytest.mark.parametrize("kind", ["sticker", "image", "video", "audio", "file", "location"])
def test_what_is_not_text_is_not_heard_in_a_group(line: Line, kind: str) -> None:
    assert line.answer_to(event(f"message__{kind}", source=source(ALICE, FAMILY))) == ""
    assert not Event.objects.exists()


def test_who_comes_and_goes_in_a_group_is_no_matter_of_the_bots(line: Line) -> None:
    left = event("memberJoined__group", type="memberLeft")
    assert line.answer_to(event("memberJoined__group"), left) == ""
    assert {one.payload for one in Event.objects.all()} == {""}
    assert not Chat.objects.exists()


def test_a_tap_in_a_group_is_answered_there(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    tapped = tap("list", BOB, FAMILY)
    assert line.answer_to(tapped) == "やること 1件\n1. 牛乳（ママ）"
    assert inbox(type="postback").source_id == FAMILY


# Who has opened a task


def test_reopening_makes_it_the_task_of_who_did(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    assert opener() == ALICE
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 牛乳", BOB, FAMILY)
    assert opener() == BOB
    line.says("todo 牛乳", BOB, FAMILY)
    line.taps(f"open {Task.objects.get().pk}", ALICE, FAMILY)
    assert opener() == ALICE


def test_an_undo_leaves_a_task_to_who_had_it(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 牛乳", ALICE, FAMILY)
    assert "1. 牛乳（ママ）" in line.says("todo 元に戻す", BOB, FAMILY)
    assert opener() == ALICE


def test_who_unsends_is_not_named_at_the_task_any_more(line: Line) -> None:
    said = text("todo 牛乳", ALICE, FAMILY)
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert Task.objects.get().opened_by == ""


def test_what_was_opened_again_by_an_unsent_message_is_whose_it_was(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 牛乳", ALICE, FAMILY)
    said = text("todo 牛乳", BOB, FAMILY)
    line.answer_to(said)
    line.says("todo 牛乳", ALICE, FAMILY)
    line.taps(f"open {Task.objects.get().pk}", ALICE, FAMILY)
    line.answer_to(unsend(said))
    assert (opener(), open_titles(FAMILY)) == (ALICE, ["牛乳"])


def test_the_opener_goes_though_others_have_touched_the_task_since(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 牛乳", ALICE, FAMILY)
    said = text("todo 牛乳", BOB, FAMILY)
    line.answer_to(said)
    line.says("todo 牛乳", ALICE, FAMILY)
    line.answer_to(unsend(said))
    assert opener() == ALICE


def test_an_undo_makes_nobody_the_opener_of_what_is_unsent_later(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 元に戻す", BOB, FAMILY)
    line.says("todo 牛乳", BOB, FAMILY)
    said = text("todo 牛乳", CHARLIE, FAMILY)
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert opener() == ALICE


def test_an_edit_leaves_its_line_to_who_wrote_it(line: Line) -> None:
    said = text("todo 牛乳\nパン", ALICE, FAMILY)
    line.answer_to(said)
    edit = event("messageEdited__group", source=said["source"])
    edit["message"] |= {"id": said["message"]["id"], "text": "todo 牛乳\n卵"}
    line.answer_to(edit)
    assert (opener("牛乳"), opener("卵")) == (ALICE, ALICE)


@pytest.mark.parametrize("said", ["todo: 牛乳", "todo:牛乳", "タスク：牛乳", "待辦： 牛乳"])
def test_a_colon_may_stand_behind_the_prefix(line: Line, said: str) -> None:
    line.says(said, ALICE, FAMILY)
    assert open_titles(FAMILY) == ["牛乳"]


def test_the_words_in_a_groups_help_are_heard_as_they_stand_there(line: Line) -> None:
    told = line.says("タスク ヘルプ", ALICE, FAMILY)
    assert "「タスク 一覧」" in told
    assert line.says("タスク 一覧", ALICE, FAMILY).startswith("やることはありません。")


def test_a_groups_question_says_how_to_answer_it_there(line: Line) -> None:
    line.says("タスク 牛乳\nパン\n卵\n米", ALICE, FAMILY)
    assert "「タスク はい」" in line.says("タスク 全部削除", ALICE, FAMILY)
    line.says("タスク はい", BOB, FAMILY)
    assert open_titles(FAMILY) == []
