"""Quoting a list of the bot's, or a message that added tasks, to finish them."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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
    quoting,
    redelivered,
    text,
)
from todos import words
from todos.apply import apply_due
from todos.jobs import jobs
from todos.line.client import Attempt, Fate
from todos.models import Chat, Event, Sent, Task
from todos.replies import Answer, Row, render
from todos.shown import shown

FOUR = "牛乳\nパン\n卵\n米"


def edit(said: dict[str, Any], new: str, quoted: str = "") -> dict[str, Any]:
    made = event("messageEdited__group", source=said["source"])
    made["message"] |= {"id": said["message"]["id"], "text": new}
    return made | {"message": made["message"] | ({"quotedMessageId": quoted} if quoted else {})}


def unsend(said: dict[str, Any]) -> dict[str, Any]:
    return event("unsend__text", source=said["source"], unsend={"messageId": said["message"]["id"]})


# A list of ours


@pytest.mark.parametrize("numbers", ["2 4", "２、４", "④ ②", "2-2\n4"])
def test_numbers_finish_those_rows(line: Line, numbers: str) -> None:
    line.says(FOUR)
    answer = line.quotes(line.last(), numbers)
    assert open_titles() == ["牛乳", "卵"]
    assert answer.endswith("やること 2件\n1. 牛乳\n2. 卵")


def test_numbers_are_those_of_the_list_as_it_was_shown(line: Line) -> None:
    line.says(FOUR)
    shown_then = line.last()
    line.says("牛乳")
    line.says("水")
    assert line.quotes(shown_then, "2").startswith("完了: パン")
    assert open_titles() == ["卵", "米", "水"]


def test_a_row_that_is_done_already_is_named_and_the_others_are_finished(line: Line) -> None:
    line.says(FOUR)
    shown_then = line.last()
    line.says("牛乳")
    answer = line.quotes(shown_then, "1-2")
    assert answer.startswith("完了: パン\nすでに完了しています。\n牛乳")
    assert open_titles() == ["卵", "米"]


def test_a_row_that_was_taken_back_is_gone(line: Line) -> None:
    line.says("牛乳")
    line.says("パン")
    shown_then = line.last()
    line.says("元に戻す")
    assert line.quotes(shown_then, "2").startswith("それはもう一覧にありません。\nパン")
    assert open_titles() == ["牛乳"]


def test_a_number_beyond_the_list_is_named_and_the_others_are_finished(line: Line) -> None:
    line.says("牛乳\nパン")
    line.says("卵", by=BOB)  # so that a number of all chats' lists would be found
    [mine] = Sent.objects.filter(chat__line_id=ALICE)
    answer = line.quotes(mine.message_id, "1 9 0")
    assert answer.startswith("完了: 牛乳\nその番号はありません:\n9, 0\n")
    assert open_titles() == ["パン"]


def test_many_numbers_beyond_the_list_are_not_all_named(line: Line) -> None:
    line.says("牛乳")
    assert "その番号はありません:\n2, 3, 4, 5, 6…\n" in line.quotes(line.last(), "2-400")


@pytest.mark.parametrize("word", ["済", "済み", "完了", "done", "ＤＯＮＥ", "✅", "✔️", "完成", "เสร็จ"])
def test_any_done_word_finishes_a_list_of_one(line: Line, word: str) -> None:
    line.says("牛乳")
    assert line.quotes(line.last(), word) == "完了: 牛乳\n\nやることはありません。"
    assert open_titles() == []


@pytest.mark.parametrize("said", ["Done!", "済み！", "完了✅", "done。", "👍", "☑️", "เสร็จแล้ว ✅"])
def test_a_tick_or_a_mark_behind_a_done_word_does_no_harm(line: Line, said: str) -> None:
    line.says("牛乳")
    line.quotes(line.api.ids[-1][0], said)
    assert open_titles() == []


def test_a_done_word_on_a_list_of_several_asks_for_numbers_and_changes_nothing(line: Line) -> None:
    line.says("牛乳\nパン")
    assert line.quotes(line.last(), "済").startswith("どれですか？")
    assert open_titles() == ["牛乳", "パン"]


def test_without_a_quote_done_words_and_numbers_are_titles(line: Line) -> None:
    line.says("済\n2 4-6")
    line.says("✅")
    assert open_titles() == ["済", "2 4-6", "✅"]


def test_what_says_more_than_that_is_a_title_with_a_quote_too(line: Line) -> None:
    line.says("牛乳")
    line.quotes(line.last(), "2 eggs")
    line.quotes(line.last(), "done deal")
    assert open_titles() == ["牛乳", "2 eggs", "done deal"]


def test_every_message_of_a_long_text_list_has_the_numbers_of_the_whole(line: Line) -> None:
    line.says("テキスト")
    for part in range(5):
        line.says("\n".join(f"{part}{number:02d}{'あ' * 70}" for number in range(60)))
    ids = line.api.ids[-1]
    assert len(ids) == 5
    first = "000" + "あ" * 70
    line.quotes(ids[-1], "1")
    assert first not in open_titles()
    shown_last = Sent.objects.get(message_id=ids[0]).tasks[-1]
    line.quotes(ids[0], str(len(Sent.objects.get(message_id=ids[0]).tasks)))
    assert Task.objects.get(pk=shown_last).state == "done"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("size", [1, 20, 300])
@pytest.mark.parametrize("count", [0, 1, 40, 500])
def test_what_is_kept_of_a_message_is_what_it_shows(plain: bool, size: int, count: int) -> None:
    tasks = tuple(Row(1000 + number, f"{number}." + "あ" * size) for number in range(count))
    answer = Answer("toggled", "ja", open_tasks=tasks, plain=plain, refused=(("full", "1. 0.あ"),))
    messages = render(answer)
    rows = shown(answer, messages)
    read = str([message.get("text") or message["contents"] for message in messages])
    assert (
        rows
        == [task for task, title, _by in tasks if f" {title[:-1]}" in read.replace("'", " ")][: len(rows)]
    )
    left = count - len(rows)
    assert (f"…ほか{left}件" in read) == bool(left)


# A message that added tasks


def test_a_done_word_finishes_all_that_the_message_added(line: Line) -> None:
    line.says("水")
    line.answer_to(said := text("牛乳\nパン"))
    line.quotes(said["message"]["id"], "done")
    assert open_titles() == ["水"]


def test_numbers_pick_among_its_lines(line: Line) -> None:
    line.says("水")
    line.answer_to(said := text("牛乳\n水\nパン\n卵"))
    line.quotes(said["message"]["id"], "2-3")
    assert open_titles() == ["牛乳"]


def test_what_it_opened_again_counts_as_added(line: Line) -> None:
    line.says("牛乳")
    line.says("牛乳")
    line.answer_to(said := text("牛乳"))
    assert line.quotes(said["message"]["id"], "✅").startswith("完了: 牛乳")


def test_a_done_word_means_what_is_still_open(line: Line) -> None:
    line.answer_to(said := text("牛乳\nパン"))
    line.says("牛乳")
    assert "すでに" not in line.quotes(said["message"]["id"], "済")
    assert open_titles() == []
    assert line.quotes(said["message"]["id"], "済").startswith("すでに完了しています。\n牛乳\nパン")


def test_message_and_quote_may_come_together(line: Line) -> None:
    said = text("牛乳\nパン\n卵")
    line.answer_to(said, quoting(said["message"]["id"], "3 1"))
    assert open_titles() == ["パン"]
    assert history()[3:] == [("done", "卵"), ("done", "牛乳")]


def test_message_and_quote_that_come_too_late_may_come_together(line: Line) -> None:
    said = text("牛乳\nパン")
    answer = line.answer_to(said, text("牛乳"), quoting(said["message"]["id"], "1"))
    assert "すでに完了しています。\n牛乳\n\nやること 1件\n1. パン" in answer


def test_message_unsend_and_quote_may_come_together(line: Line) -> None:
    said, other = text("牛乳"), text("パン")
    gone = unsend(said)
    quotes = [quoting(each["message"]["id"], "済") for each in (said, other)]
    answers = line.answer_to(said, other, gone, *quotes)
    assert "リプライ元のメッセージのことは、もうわかりません。" in answers
    assert history()[-1] == ("done", "パン")
    assert open_titles() == []


def test_unsending_what_was_quoted_and_done_leaves_nothing_of_it(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said, quoting(said["message"]["id"], "済"), unsend(said))
    assert [task.state for task in Task.objects.all()] == ["erased"]


def test_message_edit_and_quote_may_come_together(line: Line) -> None:
    said = text("todo 牛乳\nパン", chat=FAMILY)
    line.answer_to(said)
    line.answer_to(edit(said, "todo 牛乳\n卵"), quoting(said["message"]["id"], "済", chat=FAMILY))
    assert open_titles(FAMILY) == []
    assert Task.objects.filter(state="done").count() == 2


def test_a_message_that_only_finished_something_is_not_known(line: Line) -> None:
    line.says("牛乳")
    line.answer_to(said := text("牛乳"))
    assert line.quotes(said["message"]["id"], "済").startswith(
        "リプライ元のメッセージのことは、もうわかりません。"
    )


# What is not known


@pytest.mark.parametrize("said", ["2 4-6", "済"])
def test_a_quote_of_something_unknown_says_so_and_adds_nothing(line: Line, said: str) -> None:
    line.says("牛乳")
    answer = line.quotes("1" * 18, said)
    assert answer.startswith("リプライ元のメッセージのことは、もうわかりません。何も変更していません。")
    assert open_titles() == ["牛乳"]


@pytest.mark.parametrize("quoted", [5, None, "", "x" * 65, "あ", "\ud83c", ["1"], {}])
def test_what_is_no_message_id_is_no_quote(line: Line, quoted: Any) -> None:
    line.answer_to(quoting(quoted, "2"))
    assert open_titles() == ["2"]


def test_lists_and_messages_of_other_chats_are_not_known(line: Line) -> None:
    line.answer_to(said := text("牛乳", by=ALICE))
    line.says("水", by=CHARLIE)
    for quoted in (Sent.objects.get(chat__line_id=ALICE).message_id, said["message"]["id"]):
        assert "もうわかりません" in line.quotes(quoted, "1", by=CHARLIE)
    together = [quoting(said["message"]["id"], "1", by=who) for who in (CHARLIE, ALICE)]
    line.answer_to(*together)
    assert open_titles(ALICE) == []
    assert open_titles(CHARLIE) == ["水"]


def test_a_reply_without_a_list_is_not_kept(line: Line) -> None:
    line.says("ヘルプ")
    line.says("一覧")
    assert not Sent.objects.exists()


# In a group


def test_in_a_group_quoting_a_list_needs_no_mention_and_anybody_may(line: Line) -> None:
    line.says("todo 牛乳\nパン", by=ALICE, chat=FAMILY)
    assert line.quotes(line.last(), "2", by=BOB, chat=FAMILY).startswith("完了: パン")
    assert line.quotes(line.last(), "✅", by=BOB, chat=FAMILY).startswith("完了: 牛乳")


def test_in_a_group_anybody_finishes_what_a_message_added(line: Line) -> None:
    line.answer_to(said := text("todo 牛乳", ALICE, FAMILY))
    assert line.quotes(said["message"]["id"], "済", by=BOB, chat=FAMILY).startswith("完了: 牛乳")


@pytest.mark.parametrize("said", ["済", "2", "✅"])
def test_in_a_group_other_peoples_quotes_are_passed_over_in_silence(line: Line, said: str) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    assert line.quotes("1" * 18, said, chat=FAMILY) == ""
    last = Event.objects.latest("pk")
    assert (last.state, last.did, last.reply, last.payload) == ("settled", "ignored", "", "")
    assert open_titles(FAMILY) == ["牛乳"]


def test_in_a_group_a_quote_that_says_more_is_not_even_stored(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    assert line.quotes(line.last(), "ありがとう", chat=FAMILY) == ""
    assert line.quotes(line.last(), "done!!! milk", chat=FAMILY) == ""
    assert Event.objects.count() == 1


def test_in_a_group_done_words_and_numbers_without_a_quote_are_not_even_stored(line: Line) -> None:
    assert line.says("済", chat=FAMILY) == line.says("2", chat=FAMILY) == ""
    assert not Event.objects.exists()


def test_in_a_group_the_prefix_may_stand_before_the_numbers(line: Line) -> None:
    line.says("todo 牛乳\nパン", chat=FAMILY)
    line.quotes(line.last(), "todo 2", chat=FAMILY)
    assert open_titles(FAMILY) == ["牛乳"]
    assert "もうわかりません" in line.quotes("1" * 18, "todo 2", chat=FAMILY)


def test_what_people_say_to_each_other_answers_no_question_and_tells_no_language(line: Line) -> None:
    line.quotes("1" * 18, "done", chat=FAMILY)
    assert Chat.objects.get().language == ""
    line.says(f"todo {FOUR}", chat=FAMILY)
    line.says("todo 全部削除", chat=FAMILY)
    line.quotes("1" * 18, "済", chat=FAMILY)
    line.says("todo はい", chat=FAMILY)
    assert open_titles(FAMILY) == []


# Taking it back


def test_undo_takes_back_all_of_one_quote(line: Line) -> None:
    line.says(FOUR)
    line.quotes(line.last(), "1 3-4")
    line.says("元に戻す")
    assert open_titles() == FOUR.split("\n")


def test_unsending_the_numbers_takes_them_back_and_erases_nothing(line: Line) -> None:
    line.says(FOUR)
    said = quoting(line.last(), "1 3")
    line.answer_to(said)
    assert line.answer_to(unsend(said)) == ""
    assert open_titles() == FOUR.split("\n")


def test_editing_the_numbers_finishes_the_others_instead(line: Line) -> None:
    line.says(f"todo {FOUR}", chat=FAMILY)
    said = quoting(line.last(), "1", chat=FAMILY)
    line.answer_to(said)
    line.answer_to(edit(said, "2", said["message"]["quotedMessageId"]))
    assert open_titles(FAMILY) == ["牛乳", "卵", "米"]
    assert line.answer_to(edit(said, "3", "1" * 18)).startswith("元に戻しました。")
    assert open_titles(FAMILY) == FOUR.split("\n")


def test_a_second_delivery_changes_nothing(line: Line) -> None:
    line.says("牛乳\nパン")
    said = quoting(line.last(), "1")
    line.answer_to(said)
    line.says("牛乳")
    assert line.answer_to(redelivered(said)) == ""
    assert open_titles() == ["パン", "牛乳"]


# Keeping what was sent


def test_a_failed_insert_of_sent_ids_costs_no_settled_reply(line: Line, monkeypatch: Any) -> None:
    def broken(*_: object, **__: object) -> int:
        raise IntegrityError

    monkeypatch.setattr("todos.answer.insert", broken)
    line.says("牛乳")
    assert (inbox().state, inbox().reply) == ("settled", "sent")
    assert Chat.objects.get().profile_at


def test_an_id_that_line_gives_twice_is_kept_once(line: Line) -> None:
    line.api.fates = [Attempt(Fate.SENT, sent=("7",)), Attempt(Fate.SENT, sent=("7", "8"))]
    line.says("牛乳")
    line.says("パン")
    assert [len(sent.tasks) for sent in Sent.objects.order_by("message_id")] == [1, 2]


def test_a_batch_of_quotes_costs_as_many_statements_for_2_chats_as_for_20(line: Line) -> None:
    people = [f"U{number:032x}" for number in range(20)]
    counts = []
    for some in (people[:2], people):
        asked = [text("牛乳\nパン", by=one) for one in some]
        line.delivers(*asked).work()
        line.delivers(*[quoting(each["message"]["id"], "1 2", by=each["source"]["userId"]) for each in asked])
        line.worker.replies_at_once = 0
        with CaptureQueriesContext(connection) as queries:
            line.worker.turn()
        counts.append(len(queries))
        line.worker.replies_at_once = 64
        line.work()
        assert not Task.objects.open().exists()
    assert counts[0] == counts[1]


def test_refused_rows_of_many_chats_are_read_at_once(line: Line) -> None:
    people = [f"U{number:032x}" for number in range(20)]
    counts = []
    for some in (people[:2], people):
        asked = {one: text("牛乳\nパン", one) for one in some}
        line.delivers(*asked.values()).work()
        line.delivers(*[text("牛乳\nパン", one) for one in some]).work()
        line.delivers(*[quoting(said["message"]["id"], "1 2", one) for one, said in asked.items()])
        apply_due(timezone.now())
        with CaptureQueriesContext(connection) as queries:
            found = jobs(list(Event.objects.filter(reply="owed")), timezone.now())
        assert [len(job.answer.refused) for job in found] == [2] * len(some)
        counts.append(len(queries))
        line.work()
    assert counts[0] == counts[1]


def test_no_done_word_means_anything_else_already() -> None:
    assert not words.done_words() & (words.vocabulary().keys() | words.answers().keys())


def test_keeping_what_was_sent_waits_for_nobody_who_holds_the_chat(db: None) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Sent._meta.db_table)
    assert not [each for each in found.values() if each["foreign_key"]]


def test_quote_and_undo_may_come_together(line: Line) -> None:
    line.says(FOUR)
    line.answer_to(quoting(line.last(), "1 3"), text("元に戻す"))
    assert open_titles() == FOUR.split("\n")
