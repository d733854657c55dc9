"""Erasing all that a chat has told: after one question everything is nowhere any more, and stays so."""

import time
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.line import ALICE, BOB, FAMILY, START, Line, event, inbox, open_titles, redelivered, tap, text
from tests.todos.test_unsend import SECRET, stored, unsend
from todos.apply import apply_due
from todos.line.client import Profile
from todos.models import Change, Chat, Event, Member, Retraction, Sent, Task

#: How to erase, in each language.
WORDS = ["データを消して", "delete my data", "刪除我的資料", "ลบข้อมูลของฉัน"]


def erased(line: Line, by: str = ALICE, chat: str | None = None) -> str:
    prefix = "todo " if chat else ""
    line.says(f"{prefix}delete my data", by, chat)
    return line.says(f"{prefix}yes", by, chat)


def logged(of: Model) -> None:
    """An operator has edited it, and the admin has written down what it was called then."""
    operator, _new = get_user_model().objects.get_or_create(username="operator")
    kind = ContentType.objects.get_for_model(type(of))
    LogEntry.objects.create(
        user=operator, content_type=kind, object_id=str(of.pk), object_repr=str(of), action_flag=CHANGE
    )


@pytest.mark.parametrize("word", WORDS)
def test_it_asks_first_and_says_that_nobody_can_take_it_back(line: Line, word: str) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    line.says("牛乳")
    answer = line.says(word)
    assert answer.startswith("あなたのデータをすべて消去します。")
    assert "元には戻せません" in answer
    assert list(line.buttons()) == ["はい", "いいえ"]
    assert open_titles() == ["牛乳"]


@pytest.mark.parametrize("yes", ["typed", "tapped"])
def test_a_yes_erases(line: Line, yes: str) -> None:
    line.says("牛乳")
    line.says("データを消して")
    answer = line.says("はい") if yes == "typed" else line.taps(line.buttons()["はい"])
    assert answer == "データをすべて消去しました。"
    assert "元に戻す" not in line.buttons()
    assert not Task.objects.exists()
    assert line.says("一覧") == "やることはありません。"


@pytest.mark.parametrize("said", ["いいえ", "パン", "一覧"])
def test_anything_but_a_yes_erases_nothing(line: Line, said: str) -> None:
    line.says("牛乳")
    line.says("データを消して")
    yes = line.buttons()["はい"]
    line.says(said)
    line.taps(yes)
    assert "牛乳" in open_titles()
    assert Chat.objects.get().erased_at is None


def test_a_yes_to_clear_is_none_to_erase(line: Line) -> None:
    line.says("牛乳\nパン\n卵\n米")
    line.says("データを消して")
    line.says("全部削除")
    line.says("はい")
    assert Task.objects.filter(state="done").count() == 4


def test_titles_names_and_messages_are_in_no_column_and_no_log(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.api.profiles[ALICE] = Profile(f"{SECRET} name", "ja")
    line.says(f"{SECRET} done\n{SECRET} open")
    line.says(f"{SECRET} done")
    line.says(f"{SECRET} withdrawn")
    line.says("undo")
    line.delivers(text(f"{SECRET} failed"))
    Event.objects.filter(state="pending").update(state="failed", due_at=None, error=f"{SECRET} error")
    chat = Chat.objects.get()
    Member.objects.create(chat=chat, user_id=BOB, name=f"{SECRET} Bob", read_at=timezone.now())
    Sent.objects.create(chat=chat, message_id=f"{SECRET} sent", tasks=[], at=timezone.now())
    logged(Task.objects.first() or chat)
    logged(chat)
    assert stored().count(SECRET) == 10
    erased(line)
    assert SECRET not in stored()
    assert SECRET not in caplog.text
    assert LogEntry.objects.count() == 2


def test_another_chats_data_stays_as_it_is(line: Line) -> None:
    line.api.profiles[BOB] = Profile("Bob", "en")
    line.says("牛乳\nパン", BOB)
    line.says("牛乳", BOB)
    line.says("todo 卵", chat=FAMILY)
    line.says("牛乳")
    logged(Task.objects.filter(chat__line_id=BOB)[0])
    line.answer_to(unsend(text("米", BOB)))
    before = of_others()
    erased(line)
    assert of_others() == before
    assert LogEntry.objects.get().object_repr == "牛乳"
    assert Retraction.objects.count() == 1
    assert Chat.objects.get(line_id=BOB).name == "Bob"


def of_others() -> list[Any]:
    tasks, changes = (of.objects.exclude(chat__line_id=ALICE) for of in (Task, Change))
    return [
        list(rows.order_by("pk").values())
        for rows in (tasks, changes, Event.objects.exclude(source_id=ALICE))
    ]


def test_how_the_chat_wishes_to_be_answered_stays(line: Line) -> None:
    line.says("language")
    line.says("English")
    line.says("plain text")
    erased(line)
    chat = Chat.objects.get()
    assert (chat.language, chat.language_chosen, chat.plain) == ("en", True, True)
    assert line.says("牛乳").startswith("Added")


def test_the_name_is_read_anew_with_the_next_message_and_not_before(line: Line) -> None:
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    line.says("牛乳")
    erased(line)
    assert Chat.objects.get().name == ""
    line.says("パン")
    assert Chat.objects.get().name == "Alice"


def test_a_name_that_was_asked_for_before_is_not_kept(line: Line) -> None:
    from todos.answer import Result, claim, settle
    from todos.line.client import Attempt, Fate

    line.delivers(text("牛乳"))
    apply_due(timezone.now())
    [job] = claim(timezone.now(), 8)
    line.delivers(text("delete my data"), text("yes"))
    apply_due(timezone.now())
    settle([Result(job, Attempt(Fate.SENT), Profile("Alice", "ja"))], timezone.now())
    assert Chat.objects.get().name == ""


def test_what_was_unsent_is_not_remembered_either(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said)
    line.answer_to(unsend(said))
    erased(line)
    assert not Retraction.objects.exists()


# Exactly once (P1)


def test_what_was_said_before_does_nothing_when_it_comes_again(line: Line) -> None:
    said, ask, yes = text(SECRET), text("delete my data"), text("yes")
    line.answer_to(said)
    line.answer_to(ask)
    line.answer_to(yes)
    line.answer_to(text("卵"))
    call_command("prune")
    assert not Event.objects.filter(webhook_event_id=yes["webhookEventId"]).exists()
    line.answer_to(text("米"), text("delete my data"))
    again = [redelivered(one) for one in (said, ask, yes)]
    assert line.answer_to(*again) == ""
    assert open_titles() == ["卵", "米"]
    assert SECRET not in stored()
    assert {inbox(webhook_event_id=one["webhookEventId"]).did for one in again} == {"ignored"}


def test_what_comes_late_is_neither_applied_nor_kept_nor_answered(line: Line) -> None:
    late, leaves = text(SECRET), event("unfollow__blocked")
    line.says("牛乳")
    erased(line)
    assert line.answer_to(late, leaves) == ""
    assert open_titles() == []
    assert SECRET not in stored()
    assert Chat.objects.get().left_at is None


def test_what_comes_late_does_not_answer_a_later_question(line: Line) -> None:
    late = text("yes")
    line.says("牛乳")
    erased(line)
    line.says("卵")
    line.says("delete my data")
    line.answer_to(late)
    line.says("no")
    assert open_titles() == ["卵"]


def test_what_comes_late_and_cannot_be_read_is_not_kept(line: Line) -> None:
    late = text("牛乳")
    line.says("牛乳")
    erased(line)
    line.delivers(late)
    Event.objects.filter(state="pending").update(payload=f"no JSON: {SECRET}")
    line.work()
    assert SECRET not in stored()


@pytest.mark.parametrize("bodies", ["one", "one each"])
def test_in_one_batch_what_was_before_goes_and_what_comes_after_stays(line: Line, bodies: str) -> None:
    line.says("パン")
    before = text(f"{SECRET}\n{SECRET * 100}")
    all_of_it = [before, text("delete my data"), text("yes"), text("パン\n牛乳")]
    if bodies == "one":
        line.delivers(*all_of_it)
    else:
        for one in all_of_it:
            line.delivers(one)
    line.worker.replies_at_once = 0
    line.worker.turn()
    assert SECRET not in stored()
    assert open_titles() == ["パン", "牛乳"]
    line.worker.replies_at_once = 8
    line.work()
    assert len(line.api.sent) == 5
    assert SECRET not in str(line.api.sent)


def test_after_it_in_the_batch_there_is_nothing_to_undo_or_tick(line: Line) -> None:
    line.says("パン\n卵")
    tick = f"done {Task.objects.earliest('pk').pk}"
    line.answer_to(text("米"), text("delete my data"), text("yes"), text("undo"), tap(tick))
    assert not Task.objects.exists()
    assert not Change.objects.exists()


def test_after_it_in_the_batch_what_was_said_before_is_not_known_when_quoted(line: Line) -> None:
    said = text("milk")
    line.answer_to(said)
    ask, yes, quote = text("delete my data"), text("yes"), text("done")
    quote["message"]["quotedMessageId"] = said["message"]["id"]
    assert "I do not know the quoted message any more." in line.answer_to(ask, yes, quote)


def test_an_answer_that_is_owed_from_before_shows_the_empty_list(line: Line) -> None:
    line.delivers(text(f"{SECRET}\n{SECRET * 100}"), text("clear"))
    apply_due(timezone.now())
    line.delivers(text("delete my data"), text("yes"))
    apply_due(timezone.now())
    assert SECRET not in stored()
    line.work()
    told = [messages[0].get("altText") or messages[0]["text"] for _token, messages in line.api.sent]
    assert told == ["Nothing to do."] * 3 + ["All data is erased."]


def test_what_was_applied_before_it_though_said_after_it_is_erased_for_good(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    line.says("todo delete my data", chat=FAMILY)
    yes = text("todo yes", chat=FAMILY)
    later = text(f"todo {SECRET}", chat=FAMILY)
    line.answer_to(later)
    Chat.objects.update(asked=f"erase {Event.objects.get(did='ask erase').pk}")
    line.answer_to(yes)
    assert SECRET not in stored()
    line.answer_to(redelivered(later) | {"webhookEventId": "01ARZ3NDEKTSV4RRFFFFFFFFFF"})
    assert open_titles(FAMILY) == []


def test_prune_takes_what_was_left_for_its_answer(line: Line) -> None:
    line.says("牛乳")
    erased(line)
    line.says("牛乳", BOB)
    assert [one.did for one in Event.objects.filter(source_id=ALICE)] == ["erased"]
    late = text("パン")
    late["timestamp"] = 1
    line.answer_to(late, text("卵"))
    call_command("prune")
    assert [one.did for one in Event.objects.filter(source_id=ALICE)] == ["toggled"]
    assert Event.objects.filter(source_id=BOB).count() == 1


# Times to come, which LINE does not send

YEAR = 365 * 24 * 60 * 60 * 1000


def test_after_an_event_of_next_year_the_chat_is_still_heard(line: Line) -> None:
    line.says(f"{SECRET} now")
    line.says(SECRET, timestamp=START + YEAR)
    erased(line)
    assert SECRET not in stored()
    assert not Event.objects.filter(timestamp__gt=START + YEAR).exists()
    line.says("milk")
    assert open_titles() == ["milk"]


def test_after_a_yes_of_next_year_the_chat_is_heard_at_once_and_what_was_before_is_not(line: Line) -> None:
    said, at = text(SECRET), START + YEAR
    late, long = text(SECRET), text(SECRET * 100, timestamp=at)
    line.answer_to(said)
    line.delivers(long, text("delete my data", timestamp=at + 1), text("yes", timestamp=at + 2))
    apply_due(timezone.now())
    assert SECRET not in stored()
    line.work()
    line.answer_to(late, redelivered(said))
    now = int(time.time() * 1000) + 1000
    line.says("milk", timestamp=now)
    assert open_titles() == ["milk"]


def test_an_answer_owed_to_an_event_of_next_year_goes_without_a_word_and_prune_takes_it(line: Line) -> None:
    line.delivers(text(SECRET * 100, timestamp=START + YEAR))
    apply_due(timezone.now())
    line.delivers(text("delete my data"), text("yes"))
    apply_due(timezone.now())
    assert SECRET not in stored()
    line.work()
    call_command("prune")
    assert [one.did for one in Event.objects.all()] == []


# Groups


def test_any_member_erases_the_groups_list_and_the_question_says_so(line: Line) -> None:
    line.says("todo milk", chat=FAMILY)
    line.says("bread")
    assert "all data of this group" in line.says("todo delete my data", BOB, FAMILY)
    assert line.says("todo yes", ALICE, FAMILY) == "All data is erased."
    assert open_titles(FAMILY) == []
    assert open_titles() == ["bread"]


def test_nobody_erases_another_chat(line: Line) -> None:
    line.says("milk")
    line.says("delete my data")
    yes = line.buttons()["Yes"]
    line.taps(yes, by=BOB)
    line.taps(yes, chat=FAMILY)
    assert open_titles() == ["milk"]


# Cost


def test_many_chats_that_were_erased_cost_prune_no_statement_each(line: Line) -> None:
    counts = []
    for number in (1, 9):
        for person in range(number):
            by = f"U{number}{person:031d}"
            line.says("milk", by)
            erased(line, by)
        with CaptureQueriesContext(connection) as queries:
            call_command("prune")
        counts.append(len(queries))
        assert not Event.objects.exists()
    assert counts[0] == counts[1]


def test_a_name_in_the_admins_history_is_found_without_reading_the_history(line: Line) -> None:
    line.says("牛乳", BOB)
    logged(Chat.objects.get())
    line.says("牛乳")
    line.says("delete my data")
    line.delivers(text("yes"))
    with CaptureQueriesContext(connection) as queries:
        line.work()
    found = [one["sql"] for one in queries if "django_admin_log" in one["sql"]]
    assert found
    assert not [sql for sql in found if sql.startswith("SELECT")]


def test_a_long_history_takes_no_more_statements_than_a_short_one(line: Line) -> None:
    counts = []
    for rows in (1, 3000):
        line.says("牛乳")
        chat, task, said = Chat.objects.get(), Task.objects.get(), Event.objects.latest("pk")
        more = {"chat": chat, "task": task, "event": said, "kind": "done", "at": timezone.now()}
        Change.objects.bulk_create(Change(**more) for _row in range(rows))
        line.says("delete my data")
        line.delivers(text("yes"))
        line.worker.replies_at_once = 0
        with CaptureQueriesContext(connection) as queries:
            line.worker.turn()
        counts.append(len(queries))
        line.worker.replies_at_once = 8
        line.work()
    assert not Change.objects.exists()
    assert counts[0] == counts[1] <= 40
