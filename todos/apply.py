"""Applying pending events to the lists of their chats, a batch of chats at a time."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, transaction

from todos.commands import Clear, Command, Depart, Say, Toggle, Undo, command, said
from todos.lists import Cause, ChatList, load, save
from todos.models import Chat, Event
from todos.titles import shorten
from todos.words import guess_language

log = logging.getLogger(__name__)

#: Events, and so chats, in one batch.
BATCH = 200
#: How long an event waits on which the database failed while it served others.
PAUSE = timedelta(seconds=5)

OWED = {"state": Event.State.APPLIED, "reply": Event.Reply.OWED}
SETTLED = {"state": Event.State.SETTLED}


def apply_due(now: datetime) -> int:
    """Applies pending events of chats that no other worker holds; how many."""
    due = Event.objects.due(now).filter(state=Event.State.PENDING).order_by("due_at")
    waiting = dict(due.values_list("source_id", "source_kind")[:BATCH])
    if not waiting:
        return 0
    create_missing(waiting)
    try:
        return apply_batch(now, waiting)
    except Exception as error:  # whatever one event brought about must not keep the others waiting
        log.warning("a batch failed (%s): its events are applied one by one", describe(error))
    ids = due.filter(source_id__in=waiting).in_order().values_list("pk", flat=True)[:BATCH]
    return sum(apply_alone(now, waiting, pk) for pk in list(ids))


def create_missing(waiting: dict[str, str]) -> None:
    """A person may write who never followed: a chat exists from its first event on."""
    known = set(Chat.objects.filter(line_id__in=waiting).values_list("line_id", flat=True))
    missing = [Chat(line_id=line_id, kind=kind) for line_id, kind in waiting.items() if line_id not in known]
    if missing:
        Chat.objects.bulk_create(missing, ignore_conflicts=True)


def apply_alone(now: datetime, waiting: Iterable[str], pk: int) -> int:
    try:
        return apply_batch(now, waiting, only=pk)
    except OperationalError as error:
        # The database's trouble rather than the event's: later. If it is away, this raises too.
        Event.objects.filter(pk=pk).update(due_at=now + PAUSE, error=describe(error))
    except Exception as error:
        log.exception("event %s failed", pk)
        failed = {"state": Event.State.FAILED, "error": describe(error), "due_at": None}
        Event.objects.filter(pk=pk, state=Event.State.PENDING).update(**failed)
    return 0


@transaction.atomic
def apply_batch(now: datetime, line_ids: Iterable[str], only: int | None = None) -> int:
    chats = {chat.line_id: chat for chat in Chat.objects.locked(line_ids)}
    pending = Event.objects.due(now).filter(state=Event.State.PENDING, source_id__in=chats)
    if only is not None:
        pending = pending.filter(pk=only)
    asked = [(event, *read(event)) for event in pending.in_order()[:BATCH]]
    lists = load(chats.values(), named(asked, chats))
    for event, wish, text in asked:
        chat_list = lists[event.source_id]
        note_presence(chat_list.chat, wish, text)
        event.did, event.refused = perform(wish, chat_list, Cause(event, happened(event)))
    save(lists.values())
    Chat.objects.bulk_update(chats.values(), ["language", "active"])
    mark([event for event, *_ in asked], now)
    return len(asked)


def read(event: Event) -> tuple[Command, str]:
    """What the event asks for, and the text if it has one."""
    content = json.loads(event.payload)
    return command(content), said(content)


def named(asked: Iterable[tuple[Event, Command, str]], chats: dict[str, Chat]) -> list[tuple[Chat, str]]:
    return [
        (chats[event.source_id], title)
        for event, wish, _text in asked
        if isinstance(wish, Toggle)
        for title in wish.titles
    ]


def happened(event: Event) -> datetime:
    return datetime.fromtimestamp(event.timestamp / 1000, UTC)


def note_presence(chat: Chat, wish: Command, text: str) -> None:
    chat.active = not isinstance(wish, Depart)
    chat.language = chat.language or guess_language(text)


def perform(wish: Command, chat_list: ChatList, cause: Cause) -> tuple[str, list[list[str]]]:
    """Does it, and says what was done and which lines were refused for what reason."""
    match wish:
        case Toggle(titles, too_long):
            full = chat_list.toggle(titles, cause)
            refused = [["too_long", line] for line in too_long] + [["full", shorten(line)] for line in full]
            return "toggled", refused
        case Clear():
            return "cleared" if chat_list.clear(cause) else "empty", []
        case Undo(only):
            return "undone" if chat_list.undo(cause, only) else "nothing", []
        case Say(what):
            return what, []
        case Depart():
            return "departed", []


def mark(events: Iterable[Event], now: datetime) -> None:
    """Applied, with the reply owed where LINE gave a token for one. From here on the text is gone."""
    alike: dict[tuple[str, bool, str], list[int]] = defaultdict(list)
    for event in events:
        owed = bool(event.reply_token) and event.did != "departed"
        alike[event.did, owed, json.dumps(event.refused)].append(event.pk)
    for (did, owed, refused), ids in alike.items():
        fate = OWED if owed else SETTLED
        fields = {"did": did, "refused": json.loads(refused), "payload": "", "error": "", "applied_at": now}
        Event.objects.filter(pk__in=ids).update(
            **fate, **fields, due_at=now if owed else None, settled_at=None if owed else now
        )


def describe(error: Exception) -> str:
    """For logs and operators: the kind of error only, since its text may quote what somebody wrote."""
    return type(error).__name__
