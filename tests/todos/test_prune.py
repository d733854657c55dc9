"""manage.py prune: what is old and over goes, what is waited for stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.line import ALICE, BOB, Line, event, open_titles, text
from todos.models import Change, Event, Sent, Task


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
    assert prune() == "Pruned 1 events and 2 changes older than 30 days.\n"
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
    assert prune() == "Pruned 0 events and 0 changes older than 30 days.\n"
    assert prune("--days", "28") == "Pruned 1 events and 1 changes older than 28 days.\n"


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


def test_a_senseless_age_is_refused_by_name(db: None) -> None:
    with pytest.raises(CommandError, match="--days must be 1 or more"):
        prune("--days", "0")
