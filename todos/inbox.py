"""Storing what LINE delivered: one INSERT, duplicates ignored."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection
from django.db.models.constants import OnConflict

from todos.line.events import Incoming
from todos.models import Event

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

#: Rows in one statement: SQLite takes 32,766 values. A body of 1 MiB is three such statements at most.
ROWS = 1500


def store(incoming: Iterable[Incoming], now: datetime) -> None:
    """The unique webhook_event_id is what makes a duplicate harmless, in one body or in two."""
    # Sorted: the same events in two bodies at once, each in an order of its own, could deadlock.
    rows = [row(one, now) for one in sorted(incoming, key=lambda one: one.webhook_event_id)]
    for start in range(0, len(rows), ROWS):
        try:
            insert(rows[start : start + ROWS])
        except OperationalError:
            # A deadlock's victim may try again at once; a database that is away fails again.
            insert(rows[start : start + ROWS])


def insert(rows: Sequence[dict[str, Any]]) -> None:
    """One statement, which commits itself.

    `bulk_create` would put a transaction around it, three more round trips to MySQL, and take three times
    the CPU to put it together. Every webhook waits for this.
    """
    verb = connection.ops.insert_statement(on_conflict=OnConflict.IGNORE)
    places = ", ".join(["(" + ", ".join(["%s"] * len(NEW)) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{verb} {Event._meta.db_table} ({', '.join(NEW)}) VALUES {places}",  # noqa: S608 (names of ours)
            [value for row in rows for value in row.values()],
        )


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
