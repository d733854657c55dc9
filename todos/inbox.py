"""Storing what LINE delivered: one INSERT, duplicates ignored."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection

from todos import record
from todos.line.events import Incoming
from todos.models import Event
from todos.rows import insert

#: A new event's columns, all but its number. What LINE does not tell is as here.
NEW: dict[str, Any] = {
    "webhook_event_id": "",
    "type": "",
    "source_kind": "",
    "source_id": "",
    "user_id": "",
    "message_id": "",
    "timestamp": 0,
    "received_at": None,
    "payload": "",
    "reply_token": "",
    "state": Event.State.PENDING.value,
    "reply": Event.Reply.NONE.value,
    "due_at": None,
    "did": "",
    "refused": "[]",
    "tries": 0,
    "unsure": False,
    "error": "",
    "request_id": "",
    "applied_at": None,
    "settled_at": None,
}


def store(incoming: Iterable[Incoming], now: datetime) -> None:
    """The unique webhook_event_id is what makes a duplicate harmless, in one body or in two."""
    # Sorted: the same events in two bodies at once, each in an order of its own, could deadlock.
    rows = [row(one, now) for one in sorted(incoming, key=lambda one: one.webhook_event_id)]
    try:
        new = insert(Event, rows, ignore_duplicates=True)
    except OperationalError:
        # A deadlock's victim may try again at once; a database that is away fails again.
        new = insert(Event, rows, ignore_duplicates=True)
    record.received(rows, new)


def row(one: Incoming, now: datetime) -> dict[str, Any]:
    at = connection.ops.adapt_datetimefield_value(now)
    known = NEW | {
        "webhook_event_id": one.webhook_event_id,
        "type": one.type,
        "source_kind": one.source_kind,
        "source_id": one.source_id,
        "user_id": one.user_id,
        "message_id": one.message_id,
        "timestamp": int(now.timestamp() * 1000) if one.timestamp is None else one.timestamp,
        "received_at": at,
        "error": one.error,
    }
    if one.error:
        return known | {"state": Event.State.FAILED.value}
    if one.content is None:
        return known | {"state": Event.State.SETTLED.value, "settled_at": at}
    # ASCII, so that no half surrogate in it can trouble a database.
    payload = json.dumps({**one.content, "replyToken": None})
    return known | {"payload": payload, "reply_token": one.reply_token, "due_at": at}
