"""Storing what LINE delivered: one INSERT, duplicates ignored."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import OperationalError

from todos.line.events import Incoming
from todos.models import Event


def store(incoming: Iterable[Incoming], now: datetime) -> None:
    """The unique webhook_event_id is what makes a duplicate harmless, in one body or in two."""
    # Sorted: the same events in two bodies at once, each in an order of its own, could deadlock.
    rows = [row(one, now) for one in sorted(incoming, key=lambda one: one.webhook_event_id)]
    try:
        Event.objects.bulk_create(rows, ignore_conflicts=True)
    except OperationalError:
        # A deadlock's victim may try again at once; a database that is away fails again.
        Event.objects.bulk_create(rows, ignore_conflicts=True)


def row(one: Incoming, now: datetime) -> Event:
    event = Event(
        webhook_event_id=one.webhook_event_id,
        type=one.type,
        source_kind=one.source_kind,
        source_id=one.source_id,
        user_id=one.user_id,
        message_id=one.message_id,
        timestamp=int(now.timestamp() * 1000) if one.timestamp is None else one.timestamp,
        received_at=now,
        error=one.error,
    )
    if one.error:
        event.state = Event.State.FAILED
    elif one.content is None:
        event.state, event.settled_at = Event.State.SETTLED, now
    else:
        # ASCII, so that no half surrogate in it can trouble a database.
        event.payload = json.dumps({**one.content, "replyToken": None})
        event.reply_token = one.reply_token
        event.due_at = now
    return event
