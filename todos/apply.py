"""Applying pending events to the lists of their chats, a batch of chats at a time."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Count, Min

from todos import record
from todos.commands import (
    Agree,
    Choose,
    Clear,
    Command,
    Depart,
    Edit,
    Finish,
    Mark,
    Say,
    Toggle,
    Undo,
    Unsend,
    command,
    written,
)
from todos.erase import TELLING
from todos.lists import OPEN_LIMIT, Cause, ChatList, load, save
from todos.models import Chat, Event
from todos.perform import happened, perform
from todos.quotes import find, pointed
from todos.retract import IGNORED, RETRACTED, concerned
from todos.trouble import describe
from todos.words import guess_language

log = logging.getLogger(__name__)

#: Chats in one batch, and how many are looked at for as many that no other worker holds.
CHATS, CANDIDATES = 200, 800
#: Events of one chat in one batch: a flood in one chat does not keep the others waiting.
OF_ONE_CHAT = 50
#: Tasks that one batch may touch, about. It bounds the time for which a batch holds its locks.
TASKS = 2000
#: Tasks that one could touch for what it costs to take a message back.
RETRACTION = 100
#: And what finishing all that a message added costs, about: nobody knows yet what it added.
QUOTE = 50

#: What an event may change of its chat.
KNOWN = ["language", "language_chosen", "plain", "left_at", "asked"]

OWED = {"state": Event.State.APPLIED, "reply": Event.Reply.OWED}
SETTLED = {"state": Event.State.SETTLED}


@dataclass(frozen=True)
class Asked:
    """An event with what it asks for, and the whole text if it has one."""

    event: Event
    wish: Command
    text: str

    @property
    def weight(self) -> int:
        """Tasks that it may touch."""
        if isinstance(self.deed, Toggle):
            return len(self.deed.titles)
        if isinstance(self.deed, Finish):
            return len(self.deed.numbers) or QUOTE
        return OPEN_LIMIT if isinstance(self.wish, Clear | Undo | Agree) else 1

    @property
    def deed(self) -> Command | None:
        """What it says, edited or not, where it answers no question."""
        wish = self.wish.instead if isinstance(self.wish, Edit) else self.wish
        return wish.instead if isinstance(wish, Choose) else wish


def apply_due(now: datetime) -> int:
    """Applies pending events of chats that no other worker holds; how many.

    Raises OperationalError when the database is away, once what could be applied is.
    """
    pending = Event.objects.due(now).filter(state=Event.State.PENDING)
    by_chat = pending.values_list("source_id").annotate(Count("pk"), first=Min("due_at")).order_by("first")
    waiting = {line_id: count for line_id, count, _first in by_chat[:CANDIDATES]}
    if not waiting:
        return 0
    create_missing(waiting)
    try:
        return apply_batch(now, waiting)
    except Exception as error:  # whatever one event brought about must not keep the others waiting
        log.warning("a batch failed: its events are applied one by one", extra={"error": describe(error)})
    return apply_one_by_one(now, list(waiting)[:CHATS])


def create_missing(waiting: Iterable[str]) -> None:
    """A person may write who never followed: a chat exists from its first event on."""
    known = set(Chat.objects.filter(line_id__in=waiting).values_list("line_id", flat=True))
    missing = [
        Chat(line_id=line_id, kind=Chat.KINDS[line_id[0]]) for line_id in waiting if line_id not in known
    ]
    if missing:
        Chat.objects.bulk_create(missing, ignore_conflicts=True)


def apply_one_by_one(now: datetime, line_ids: list[str]) -> int:
    pending = Event.objects.due(now).filter(state=Event.State.PENDING, source_id__in=line_ids)
    events = list(pending.order_by("source_id", "timestamp", "pk").values_list("source_id", "pk")[:CHATS])
    applied, trouble = 0, None
    for line_id, of_one_chat in groupby(events, key=lambda event: event[0]):
        try:
            applied += sum(apply_alone(now, line_id, pk) for _line_id, pk in of_one_chat)
        except OperationalError as error:
            # The database's trouble, not the event's: the rest of this chat waits, to stay in order.
            trouble = error
    if trouble:
        raise trouble
    return applied


def apply_alone(now: datetime, line_id: str, pk: int) -> int:
    """Raises OperationalError; an event that fails otherwise is marked so."""
    try:
        return apply_batch(now, {line_id: 1}, only=pk)
    except OperationalError:
        raise
    except Exception as error:
        record.failed(pk, error)
        failed = {"state": Event.State.FAILED, "error": describe(error), "due_at": None}
        Event.objects.filter(pk=pk, state=Event.State.PENDING).update(**failed)
        return 0


@transaction.atomic
def apply_batch(now: datetime, waiting: dict[str, int], only: int | None = None) -> int:
    """`waiting` tells how many events each chat has; with `only`, nothing but that event is applied."""
    chats = {chat.line_id: chat for chat in Chat.objects.free(waiting)[:CHATS]}
    found = [read(event, chats[event.source_id]) for event in events_of(chats, waiting, now, only)]
    matters = concerned(each.event for each in found if isinstance(each.wish, Unsend | Edit))
    asked = within_bounds(found, matters)
    ticked = [each.wish.task for each in asked if isinstance(each.wish, Mark)]
    wishes = [(chats[each.event.source_id], each.deed) for each in asked]
    quoted = find(wishes)
    lists = load(chats.values(), named(asked, chats), [*ticked, *pointed(wishes, quoted)])
    before = {chat.pk: known(chat) for chat in chats.values()}
    for each in asked:
        event, chat_list = each.event, lists[each.event.source_id]
        if chat_list.chat.has_erased(event.timestamp):
            event.did = IGNORED
            continue
        note_presence(chat_list.chat, each)
        if event.is_retracted or event.pk in chat_list.retracted:
            event.did = RETRACTED
        else:
            cause = Cause(event, happened(event), event.message_id in matters)
            if isinstance(each.deed, Finish):
                cause = replace(cause, quoted=quoted.get((chat_list.chat.pk, each.deed.quoted)))
            event.did, event.refused = perform(each.wish, chat_list, cause)
    erased: set[str] = set()
    for each in reversed(asked):
        revise(each.event, lists[each.event.source_id], erased)
    save(lists.values())
    changed = [chat for chat in chats.values() if before[chat.pk] != known(chat)]
    Chat.objects.bulk_update(changed, KNOWN)
    mark([each.event for each in asked], now)
    return len(asked)


def revise(event: Event, chat_list: ChatList, erased: set[str]) -> None:
    """An event after it in the batch may have taken away what it did; all of it in the chats `erased`."""
    if event.pk in chat_list.retracted:
        event.did, event.refused = RETRACTED, []
    elif event.source_id in erased and event.did in TELLING:
        event.did, event.refused = "list", []
    elif event.did == "erased":
        erased.add(event.source_id)


def known(chat: Chat) -> list[Any]:
    return [getattr(chat, name) for name in KNOWN]


def events_of(
    chats: Iterable[str], waiting: dict[str, int], now: datetime, only: int | None
) -> Iterable[Event]:
    """Each chat's pending events, in the order in which they happened at LINE."""
    pending = Event.objects.due(now).filter(state=Event.State.PENDING).in_order().with_retractions()
    if only is not None:
        return pending.filter(pk=only, source_id__in=chats)
    flooded = [line_id for line_id in chats if waiting[line_id] > OF_ONE_CHAT]
    events = list(pending.filter(source_id__in=[line_id for line_id in chats if line_id not in flooded]))
    for line_id in flooded:
        events += pending.filter(source_id=line_id)[:OF_ONE_CHAT]
    return events


def within_bounds(asked: Iterable[Asked], matters: Collection[str] = ()) -> list[Asked]:
    """As many as may share a batch, from the first on, and always one."""
    kept: list[Asked] = []
    weight = 0
    for each in asked:
        retracts = isinstance(each.wish, Unsend | Edit) and each.event.message_id in matters
        weight += each.weight + (RETRACTION if retracts else 0)
        if kept and weight > TASKS:
            break
        kept.append(each)
    return kept


def read(event: Event, chat: Chat) -> Asked:
    if chat.has_erased(event.timestamp):
        return Asked(event, Say(IGNORED), "")
    content = json.loads(event.payload)
    return Asked(event, command(content), written(content))


def named(asked: Iterable[Asked], chats: dict[str, Chat]) -> list[tuple[Chat, str]]:
    return [
        (chats[each.event.source_id], title)
        for each in asked
        if isinstance(each.deed, Toggle)
        for title in each.deed.titles
    ]


def note_presence(chat: Chat, asked: Asked) -> None:
    at = happened(asked.event)
    if isinstance(asked.wish, Depart):
        chat.left_at = chat.left_at if came_back(asked.event) else at
    elif chat.left_at and at > chat.left_at:
        # A message that is only late does not bring back whom it left behind.
        chat.left_at = None
    if not isinstance(asked.deed, Finish):  # the same words are understood in all languages
        chat.language = chat.language or guess_language(asked.text)


def came_back(departed: Event) -> bool:
    """Whether what says that they left comes late."""
    later = Event.objects.filter(source_id=departed.source_id, timestamp__gt=departed.timestamp)
    return later.filter(type__in=["follow", "join"]).exclude(state=Event.State.PENDING).exists()


def mark(events: Sequence[Event], now: datetime) -> None:
    """Applied, with the reply owed where LINE gave a token for one. From here on the text is gone."""
    alike: dict[tuple[str, bool, str], list[int]] = defaultdict(list)
    for event in events:
        owed = event.wants_answer
        # Refused lines are kept for the answer alone.
        alike[event.did, owed, json.dumps(event.refused if owed else [])].append(event.pk)
    for (did, owed, refused), ids in alike.items():
        fate = OWED if owed else SETTLED
        fields = {"did": did, "refused": json.loads(refused), "payload": "", "error": "", "applied_at": now}
        Event.objects.filter(pk__in=ids).update(
            **fate, **fields, due_at=now if owed else None, settled_at=None if owed else now
        )
    record.applied(events)
