"""Erasing all that a chat has told, for good. The caller holds the chat's lock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Model, QuerySet
from django.utils import timezone

from todos.lists import Cause, ChatList
from todos.models import Change, Chat, Event, Member, Retraction, Sent, Task

#: Rows that one statement names.
BATCH = 2000
#: Event.did of those whose answers tell of tasks. When these are gone such an answer is the list.
TELLING = ["toggled", "cleared", "undone", "ask clear", "ask erase"]

#: How far LINE's clock may be ahead of ours. What is dated later is dated wrongly.
AHEAD = timedelta(minutes=5)

OVER = [Event.State.SETTLED, Event.State.FAILED]


def erase(chat_list: ChatList, cause: Cause) -> None:
    """The chat stays, with how it wishes to be answered; and what is still owed an answer, without a word."""
    chat = chat_list.chat
    until = last_applied(chat, cause.event)
    chat.name, chat.profile_at, chat.asked = "", None, ""
    chat.erased_at = datetime.fromtimestamp(until / 1000, UTC)
    chat.save(update_fields=["name", "profile_at", "asked", "erased_at"])
    erase_tasks(chat)
    events = Event.objects.filter(source_id=chat.line_id)
    delete(events.filter(state__in=OVER))
    owed = events.filter(state=Event.State.APPLIED)
    owed.filter(did__in=TELLING).update(did="list")
    owed.filter(timestamp__gt=until).update(timestamp=until)
    owed.update(refused=[], error="")
    delete(Retraction.objects.filter(source_id=chat.line_id))
    chat_list.empty()


def last_applied(chat: Chat, event: Event) -> int:
    """LINE's time of this event; or of a later one, if that was faster: its doings are erased, too.

    A time to come does not count: the chat would not be heard until then.
    """
    now = timezone.now()
    latest = milliseconds(now + AHEAD)
    applied = Event.objects.filter(source_id=chat.line_id, applied_at__isnull=False, timestamp__lte=latest)
    own = event.timestamp if event.timestamp <= latest else milliseconds(now)
    return max(own, applied.aggregate(last=Max("timestamp"))["last"] or 0)


def milliseconds(at: datetime) -> int:
    """As LINE counts them."""
    return int(at.timestamp() * 1000)


def erase_wholly(chat: Chat) -> None:
    """The chat as well, as if it had never been."""
    erase_tasks(chat)
    delete(Event.objects.filter(source_id=chat.line_id))
    delete(Retraction.objects.filter(source_id=chat.line_id))
    chat.delete()


def erase_tasks(chat: Chat) -> None:
    """With all that speaks of them, and what the admin's history calls them and their chat."""
    tasks = Task.objects.filter(chat=chat)
    unname(Task, tasks.values_list("pk", flat=True))
    unname(Chat, [chat.pk])
    for of_it in (Change, Sent, Member):
        delete(of_it._default_manager.filter(chat=chat))
    delete(tasks)


def unname(model: type[Model], ids: Iterable[int]) -> None:
    edits = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    mine = [str(pk) for pk in ids]
    for start in range(0, len(mine), BATCH):
        edits.filter(object_id__in=mine[start : start + BATCH]).update(object_repr="")


def delete(rows: QuerySet[Any]) -> None:
    """In one statement: what refers to them has gone before. Django would read them all to look for it."""
    rows._raw_delete(rows.db)
