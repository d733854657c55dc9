"""What became of calls, events and replies, for the log and for the metrics. Never what anybody wrote.

A record in the log is a word or two, and its fields are in `extra`.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial, wraps
from time import perf_counter
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from todos import metrics
from todos.line.client import Attempt, Fate
from todos.line.events import TYPES
from todos.models import Event
from todos.trouble import describe

log = logging.getLogger(__name__)

#: An event's state when it is stored -> what that means for it
OUTCOMES = {"pending": "pending", "settled": "ignored", "failed": "failed"}

View = Callable[[HttpRequest], HttpResponse]


def calls(view: View) -> View:
    """Counts and times the answers of a view; what it raises becomes a 500."""

    @wraps(view)
    def recorded(request: HttpRequest) -> HttpResponse:
        begun, status = perf_counter(), 500
        try:
            answer = view(request)
            status = answer.status_code
            return answer
        finally:
            metrics.CALLBACKS.labels(status).observe(perf_counter() - begun)

    return recorded


def received(rows: Sequence[dict[str, Any]], new: int) -> None:
    """Rows for the inbox, of which so many were not there before."""
    for row in rows:
        known = row["type"] if row["type"] in TYPES else "other"
        metrics.EVENTS.labels(known, OUTCOMES[row["state"]]).inc()
    if new < len(rows):
        metrics.DUPLICATES.inc(len(rows) - new)


def applied(events: Sequence[Event]) -> None:
    """Call it in the transaction that applies them: it is told once that has come through."""
    transaction.on_commit(partial(tell_applied, events), robust=True)


def tell_applied(events: Sequence[Event]) -> None:
    now = timezone.now()
    metrics.BATCHES.observe(len(events))
    for event in events:
        metrics.APPLIED.labels(event.did).inc()
        metrics.TO_APPLIED.observe((now - event.received_at).total_seconds())
        if not event.wants_answer:  # the others' line comes with their reply
            fields = {"event": event.webhook_event_id, "type": event.type, "did": event.did}
            log.info("applied", extra=fields | {"ms": milliseconds(event, now)})


def failed(pk: int, error: Exception) -> None:
    metrics.APPLIED.labels("failed").inc()
    log.error("failed", extra={"event_pk": pk, "error": describe(error)})


def replied(event: Event, attempt: Attempt, now: datetime, was_last: bool) -> None:
    """`was_last`: there is no time for another try."""
    outcome = metrics.EXPIRED if was_last else attempt.fate.value
    metrics.REPLIES.labels(outcome).inc()
    if attempt.fate == Fate.SENT:
        metrics.TO_REPLIED.observe((now - event.received_at).total_seconds())
    fields = {"event": event.webhook_event_id, "type": event.type, "did": event.did}
    sent = {"outcome": outcome, "tries": event.tries + 1, "line_request": attempt.request_id}
    log.info("reply", extra=fields | sent | {"ms": milliseconds(event, now)})


def expired(webhook_event_id: str) -> None:
    metrics.REPLIES.labels(metrics.EXPIRED).inc()
    log.warning("reply", extra={"event": webhook_event_id, "outcome": metrics.EXPIRED})


def milliseconds(event: Event, now: datetime) -> int:
    """Since LINE's call came."""
    return (now - event.received_at) // timedelta(milliseconds=1)
