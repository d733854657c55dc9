"""manage.py prune: what is old and over goes, what is waited for stays; left chats are erased."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from tests.line import ALICE, BOB, FAMILY, Line, event, history, open_titles, text
from tests.todos.test_privacy import logged
from tests.todos.test_unsend import SECRET, stored, unsend
from todos.management.commands.prune import forget
from todos.models import Change, Chat, Event, Member, Sent, Task


def prune(*arguments: str) -> str:
    out = StringIO()
    call_command("prune", *arguments, stdout=out)
    return out.getvalue()


def age(days: int) -> None:
    for one in Event.objects.all():
        Event.objects.filter(pk=one.pk).update(received_at=one.received_at - timedelta(days=days))
    for change in Change.objects.all():
        Change.objects.filter(pk=change.pk).update(at=change.at - timedelta(days=days))


def test_settled_events_and_changes_over_30_days_old_go_and_tasks_stay(line: Line) -> None:
    line.says("牛乳\nパン")
    age(31)
    line.says("卵")
    assert prune().startswith("Pruned 1 events and 2 changes older than 30 days.\n")
    assert open_titles() == ["牛乳", "パン", "卵"]
    assert Change.objects.count() == Event.objects.count() == 1


def test_what_a_list_showed_is_forgotten_with_the_inbox(line: Line) -> None:
    line.says("牛乳")
    line.says("パン", by=BOB)
    old = Sent.objects.get(chat__line_id=ALICE)
    Sent.objects.filter(pk=old.pk).update(at=old.at - timedelta(days=31))
    prune()
    assert Sent.objects.get().chat.line_id == BOB
    assert "もうわかりません" in line.quotes(old.message_id, "1")
    assert open_titles() == ["牛乳"]


def test_what_is_younger_stays(line: Line) -> None:
    line.says("牛乳")
    age(29)
    assert prune().startswith("Pruned 0 events and 0 changes older than 30 days.\n")
    assert prune("--days", "28").startswith("Pruned 1 events and 1 changes older than 28 days.\n")


def test_what_waits_to_be_applied_is_never_pruned(line: Line) -> None:
    line.delivers(text("牛乳", by=BOB), event("hologram__from_next_year"))
    age(400)
    prune()
    assert [one.state for one in Event.objects.all()] == ["pending"]


def test_undo_after_the_history_is_gone_says_there_is_nothing(line: Line) -> None:
    line.says("牛乳")
    age(31)
    prune()
    assert line.says("元に戻す").startswith("元に戻すものはありません。")
    assert Task.objects.count() == 1


@pytest.mark.parametrize("option", ["--days", "--left-days"])
def test_a_senseless_age_is_refused_by_name(db: None, option: str) -> None:
    with pytest.raises(CommandError, match=f"{option} must be 1 or more"):
        prune(option, "0")


def test_what_came_late_where_all_was_erased_long_ago_goes_when_it_is_old(line: Line) -> None:
    late = text("牛乳")
    line.says("delete my data")
    line.says("yes")
    Chat.objects.update(erased_at=timezone.now() - timedelta(days=40))
    late["timestamp"] = 1
    line.answer_to(late)
    prune()
    assert Event.objects.filter(did="ignored").exists()
    age(31)
    prune()
    assert not Event.objects.exists()


# Chats that were left


def left(line: Line, days: float, said: str = SECRET) -> None:
    """Alice has said this and blocked the bot so many days ago."""
    line.says(f"{said}\nパン")
    line.says("パン")
    line.says(f"{said} withdrawn")
    line.says("undo")
    line.answer_to(unsend(text(said)))
    line.answer_to(event("unfollow__blocked"))
    Chat.objects.update(left_at=timezone.now() - timedelta(days=days), name=f"{said} Alice")


def test_a_chat_left_for_90_days_is_nowhere_any_more(line: Line) -> None:
    left(line, 90)
    logged(Task.objects.earliest("pk"))
    logged(Chat.objects.get())
    assert prune().endswith("\nErased 1 chats left 90 days ago or more.\n")
    assert SECRET not in stored()
    assert ALICE not in stored()
    assert not Event.objects.exists()


def test_one_left_for_less_or_not_at_all_stays(line: Line) -> None:
    line.says("卵", BOB)
    left(line, 89.9)
    line.says("米", BOB)
    Chat.objects.filter(line_id=BOB).update(left_at=None)
    assert prune().endswith("\nErased 0 chats left 90 days ago or more.\n")
    assert prune("--left-days", "89").endswith("\nErased 1 chats left 89 days ago or more.\n")
    assert open_titles(BOB) == ["卵", "米"]
    assert Event.objects.count() == 2


def test_whoever_has_just_come_back_keeps_the_list(line: Line) -> None:
    left(line, 100)
    line.delivers(event("follow__added"))
    assert "Erased 0" in prune()
    line.work()
    assert open_titles() == [SECRET]


def test_whoever_comes_back_before_the_lock_keeps_the_list(line: Line) -> None:
    left(line, 100)
    line.answer_to(event("follow__added"))
    assert not forget(ALICE, timezone.now() - timedelta(days=90))
    assert open_titles() == [SECRET]


if connection.vendor != "sqlite":  # which has no row locks: its writers take turns

    @pytest.mark.django_db(transaction=True)
    def test_whom_a_worker_holds_at_this_moment_keeps_the_list(line: Line) -> None:
        left(line, 100)
        with transaction.atomic():
            assert list(Chat.objects.free([ALICE]))
            with ThreadPoolExecutor(1) as other:
                assert (
                    other.submit(in_a_connection_of_its_own, prune)
                    .result(20)
                    .endswith("Erased 0 chats left 90 days ago or more.\n")
                )
        assert open_titles() == [SECRET]


def in_a_connection_of_its_own(call: Callable[[], str]) -> str:
    try:
        return call()
    finally:
        connection.close()


def test_somebody_who_writes_after_that_begins_anew(line: Line) -> None:
    left(line, 100, "牛乳")
    prune()
    assert line.says("牛乳").startswith("追加: 牛乳")
    assert history() == [("added", "牛乳")]


def test_a_group_that_was_left_goes_with_its_members_names(line: Line) -> None:
    line.says(f"todo {SECRET}", chat=FAMILY)
    chat = Chat.objects.get()
    Member.objects.create(chat=chat, user_id=BOB, name=SECRET, read_at=timezone.now())
    Sent.objects.create(chat=chat, message_id=SECRET, tasks=[], at=timezone.now())
    Chat.objects.update(left_at=timezone.now() - timedelta(days=91))
    prune()
    assert SECRET not in stored()
