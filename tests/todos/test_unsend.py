"""A message that is unsent, or edited: what it did is undone, and what it said is nowhere any more (P5)."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.line import (
    ALICE,
    BOB,
    FAMILY,
    Line,
    event,
    history,
    inbox,
    open_titles,
    redelivered,
    source,
    text,
)
from todos.models import Event, Retraction, Task

#: Nothing else in the database looks like it, and JSON writes it as it is.
SECRET = "zebra-milk-4711"


def unsend(said: dict[str, Any]) -> dict[str, Any]:
    return event("unsend__text", source=said["source"], unsend={"messageId": said["message"]["id"]})


def edit(said: dict[str, Any], new: str) -> dict[str, Any]:
    made = event("messageEdited__group", source=said["source"])
    made["message"] |= {"id": said["message"]["id"], "text": new}
    return made


def in_group(said: str, by: str = ALICE) -> dict[str, Any]:
    return text(f"todo {said}", by, FAMILY)


def stored() -> str:
    """Every column of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def test_unsent_is_the_task_gone_and_its_words_are_nowhere(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    said = text(f"{SECRET}\nパン")
    line.answer_to(said)
    assert SECRET in stored()
    assert line.answer_to(unsend(said)) == ""
    assert open_titles() == []
    assert SECRET not in stored()
    assert SECRET not in caplog.text
    assert line.says("一覧") == "やることはありません。"


def test_what_it_finished_is_open_again(line: Line) -> None:
    line.says("牛乳\nパン")
    said = text("牛乳")
    line.answer_to(said, unsend(said))
    assert open_titles() == ["牛乳", "パン"]


def test_what_others_touched_since_stays_as_they_left_it(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    said = in_group("牛乳")
    line.answer_to(said)
    line.says("todo 牛乳", BOB, FAMILY)
    line.says("todo 牛乳", BOB, FAMILY)
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == []
    assert [kind for kind, _title in history(FAMILY)] == ["added", "done", "reopened", "done"]


def test_words_that_somebody_said_again_are_theirs(line: Line) -> None:
    said = in_group("Milk")
    line.answer_to(said)
    line.says("todo milk", BOB, FAMILY)
    line.says("todo MILK", BOB, FAMILY)
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == ["MILK"]
    assert "Milk" not in stored()


def test_words_of_a_task_that_others_finished_go_too(line: Line) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    line.says(f"todo {SECRET}", BOB, FAMILY)
    line.answer_to(unsend(said))
    assert SECRET not in stored()
    assert line.says("todo undo", BOB, FAMILY).startswith("There is nothing to take back.")


def test_no_button_brings_unsent_words_back(line: Line) -> None:
    said = in_group(f"{SECRET}\nパン")
    line.answer_to(said)
    line.says("todo clear", BOB, FAMILY)
    button = line.buttons()["元に戻す"]
    line.answer_to(unsend(said))
    line.taps(button, BOB, FAMILY)
    line.says("todo undo", BOB, FAMILY)
    assert open_titles(FAMILY) == []


@pytest.mark.parametrize("when", ["before", "same body", "same batch, other body", "never"])
def test_it_may_come_before_its_message_or_without_it(line: Line, when: str) -> None:
    line.says("パン")
    said = text(SECRET)
    gone = unsend(said)
    if when in ("before", "never"):
        line.answer_to(gone)
    if when == "same body":
        line.delivers(gone, said)
    if when == "same batch, other body":
        line.delivers(gone).delivers(said)
    if when != "never":
        assert line.answer_to(redelivered(said)) == ""
    assert open_titles() == ["パン"]
    assert history() == [("added", "パン")] or when.startswith("same")
    assert SECRET not in stored()
    assert not Event.objects.exclude(state="settled", reply__in=["", "sent"]).exists()


def test_a_message_that_comes_again_later_does_nothing(line: Line) -> None:
    said = text(SECRET)
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert line.answer_to(redelivered(said) | {"webhookEventId": "01ARZ3NDEKTSV4RRFFFFFFFFFF"}) == ""
    assert SECRET not in stored()


def test_the_same_words_may_be_said_again(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said, unsend(said), text("牛乳"))
    assert open_titles() == ["牛乳"]
    assert Task.objects.filter(state="erased", title="").count() == 1
    again = text("牛乳\nパン")
    line.answer_to(again)
    line.answer_to(unsend(again))
    line.says("パン")
    assert open_titles() == ["牛乳", "パン"]
    assert Task.objects.filter(state="erased", title="").count() == 2


def test_undo_in_the_same_batch_is_of_the_message_before(line: Line) -> None:
    first, said = text("牛乳"), text("パン")
    line.answer_to(first, said, unsend(said), text("undo"))
    assert open_titles() == []
    assert ("withdrawn", "牛乳") in history()


def test_an_answer_that_is_owed_does_not_tell_what_was_unsent_since(line: Line) -> None:
    from django.utils import timezone

    from todos.apply import apply_due

    said = in_group(SECRET)
    line.answer_to(said)
    line.delivers(text(f"todo {SECRET}", BOB, FAMILY))
    apply_due(timezone.now())
    answer = line.answer_to(unsend(said))
    assert answer == "Nothing to do."


def test_unsending_twice_is_unsending_once(line: Line) -> None:
    line.says("牛乳")
    said = text("牛乳")
    line.answer_to(said)
    line.answer_to(unsend(said))
    line.answer_to(unsend(said))
    assert open_titles() == ["牛乳"]


def test_the_answer_that_is_still_owed_is_not_given(line: Line) -> None:
    from django.utils import timezone

    from todos.apply import apply_due

    said = text(SECRET)
    line.delivers(said)
    apply_due(timezone.now())
    line.delivers(unsend(said)).work()
    assert line.api.sent == []
    assert inbox(type="message").did == "retracted"


def test_a_message_that_failed_says_nothing_any_more(line: Line) -> None:
    said = text(SECRET)
    line.delivers(said)
    Event.objects.update(state="failed", due_at=None)
    line.answer_to(unsend(said))
    assert SECRET not in stored()


def test_refused_lines_go_too(line: Line) -> None:
    said = text(SECRET * 100)
    line.delivers(said)
    line.worker.replies_at_once = 0
    line.worker.turn()
    assert SECRET in stored()
    line.delivers(unsend(said))
    line.worker.turn()
    assert SECRET not in stored()


def test_clear_that_is_unsent_brings_all_back(line: Line) -> None:
    line.says("牛乳\nパン")
    said = text("全部削除")
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert open_titles() == ["牛乳", "パン"]


def test_undo_after_an_unsend_is_of_the_message_before(line: Line) -> None:
    line.says("牛乳")
    said = text("パン")
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert line.says("元に戻す").startswith("元に戻しました。\n取り消し: 牛乳")


def test_what_an_operator_wrote_stays_but_its_history_does_not_tell_the_old(line: Line) -> None:
    said = text(SECRET)
    line.answer_to(said)
    task = Task.objects.get()
    LogEntry.objects.create(
        user=get_user_model().objects.create(username="operator"),
        content_type=ContentType.objects.get_for_model(Task),
        object_id=str(task.pk),
        object_repr=SECRET,
        action_flag=CHANGE,
    )
    line.answer_to(unsend(said))
    assert SECRET not in stored()


def test_another_chats_message_is_out_of_reach(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said)
    line.answer_to(unsend(said) | {"source": source(BOB)})
    assert open_titles() == ["牛乳"]


def test_an_unsend_counts_while_another_channel_is_in_control(line: Line) -> None:
    said = text(SECRET)
    line.answer_to(said)
    line.answer_to(unsend(said) | {"mode": "standby"})
    assert SECRET not in stored()


def test_what_came_before_is_pruned_in_the_end(line: Line) -> None:
    line.answer_to(unsend(text("牛乳")))
    call_command("prune", days=1)
    assert Retraction.objects.count() == 1
    Retraction.objects.update(timestamp=0)
    call_command("prune", days=1)
    assert Retraction.objects.count() == 0


def test_a_batch_asks_nothing_more_for_it(line: Line) -> None:
    line.says("卵")
    line.delivers(text("牛乳"))
    line.worker.replies_at_once = 0
    with CaptureQueriesContext(connection) as queries:
        line.worker.turn()
    assert len(queries) <= 14


# Edits, of which LINE tells in groups


def test_an_edit_replaces_what_the_message_did(line: Line) -> None:
    line.says("todo 卵", chat=FAMILY)
    said = in_group(SECRET)
    line.answer_to(said)
    line.says("todo 米", chat=FAMILY)
    assert line.answer_to(edit(said, "todo パン")) == "追加: パン\n\nやること 3件\n1. 卵\n2. パン\n3. 米"
    assert SECRET not in stored()


def test_an_edit_of_an_edit_replaces_that(line: Line) -> None:
    line.says("todo 卵", chat=FAMILY)
    said = in_group("卵")
    line.answer_to(said)
    line.answer_to(edit(said, f"todo {SECRET}"))
    line.answer_to(edit(said, "todo パン"))
    assert open_titles(FAMILY) == ["卵", "パン"]
    assert SECRET not in stored()


def test_an_edit_to_the_same_lines_changes_nothing_that_is_seen(line: Line) -> None:
    said = in_group("牛乳\nパン")
    line.answer_to(said)
    line.answer_to(edit(said, "todo 牛乳\nパン"))
    assert open_titles(FAMILY) == ["牛乳", "パン"]


def test_edits_that_come_in_the_wrong_order_end_with_the_last(line: Line) -> None:
    said = in_group("牛乳")
    first, second = edit(said, f"todo {SECRET}"), edit(said, "todo パン")
    line.answer_to(second)
    assert line.answer_to(said) == ""
    assert line.answer_to(first) == ""
    assert open_titles(FAMILY) == ["パン"]
    assert SECRET not in stored()


def test_an_edit_that_comes_again_counts_once(line: Line) -> None:
    said = in_group("牛乳")
    first, second = edit(said, "todo 卵"), edit(said, "todo パン")
    for number, one in enumerate([said, first, second, second, first, said]):
        line.answer_to(one | {"webhookEventId": f"01ARZ3NDEKTSV4RRGG{number:08d}"})
    assert len(line.api.sent) == 3
    assert open_titles(FAMILY) == ["パン"]


def test_edits_in_one_batch_end_with_the_last(line: Line) -> None:
    said = in_group("牛乳")
    answer = line.answer_to(said, edit(said, "todo 卵"), edit(said, "todo パン"))
    assert answer.startswith("追加: パン")
    assert open_titles(FAMILY) == ["パン"]


def test_an_edit_between_two_that_are_known_is_over(line: Line) -> None:
    said = in_group("牛乳")
    first, second, third = (edit(said, f"todo {title}") for title in ("卵", "米", "パン"))
    for one in (said, first, third, second):
        line.answer_to(one)
    assert open_titles(FAMILY) == ["パン"]


def test_an_edit_that_no_longer_speaks_to_the_bot_takes_back(line: Line) -> None:
    said = in_group("牛乳")
    line.answer_to(said)
    edited = edit(said, SECRET)
    line.delivers(edited)
    assert SECRET not in stored()
    line.work()
    assert open_titles(FAMILY) == []
    assert line.api.sent[-1][1][0]["altText"] == "元に戻しました。\n\nやることはありません。"


def test_an_edit_between_people_is_neither_kept_nor_answered(line: Line) -> None:
    said = text("おはよう", chat=FAMILY)
    line.delivers(edit(said, SECRET))
    assert SECRET not in stored()
    line.work()
    assert (inbox().state, inbox().reply) == ("settled", "")


def test_an_edit_that_now_speaks_to_the_bot_is_a_message(line: Line) -> None:
    said = text("牛乳", chat=FAMILY)
    assert line.answer_to(said) == ""
    assert line.answer_to(edit(said, "todo 牛乳")).startswith("追加: 牛乳")


def test_an_edited_message_may_be_unsent(line: Line) -> None:
    said = in_group("牛乳")
    line.answer_to(said)
    line.answer_to(edit(said, f"todo {SECRET}"))
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == []
    assert SECRET not in stored()


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("unsend__text", {"unsend": {}}),
        ("messageEdited__group", {"message": {"type": "text", "text": "todo"}}),
    ],
)
def test_one_that_does_not_say_which_message_is_kept_as_failed(
    line: Line, name: str, part: dict[str, Any]
) -> None:
    line.delivers(event(name, **part), text("牛乳")).work()
    assert "missing" in inbox(state="failed").error
    assert open_titles() == ["牛乳"]
