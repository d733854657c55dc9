"""Sending the replies that are owed. The database is asked here; the network only in `send`.

A worker that takes an owed reply says so first (due_at a while ahead, `unsure`): if it dies, another one
takes it up, and the reply token, which works once, keeps the answer single.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from todos.line.client import Attempt, Client, Fate, Profile
from todos.models import Change, Chat, Event, Task
from todos.models.chat import supported
from todos.replies import Answer, render

log = logging.getLogger(__name__)

#: After this long another worker may take a reply for lost: over twice the client's timeouts.
LEASE = timedelta(seconds=12)
FIRST_PAUSE = timedelta(seconds=0.25)
LONGEST_PAUSE = timedelta(seconds=4)


@dataclass(frozen=True)
class Job:
    """One reply to send. `event` is as it was before this try."""

    event: Event
    chat: Chat
    answer: Answer


@dataclass(frozen=True)
class Result:
    job: Job
    attempt: Attempt
    profile: Profile | None = None


def claim(now: datetime, room: int, busy: Collection[str]) -> list[Job]:
    """Up to `room` owed replies, one a chat so that they arrive in order; none to `busy` chats."""
    with transaction.atomic():
        owed = Event.objects.due(now).filter(state=Event.State.APPLIED).exclude(source_id__in=busy)
        first: dict[str, Event] = {}
        for event in owed.order_by("due_at").select_for_update(skip_locked=True)[: 2 * room]:
            earlier = first.setdefault(event.source_id, event)
            if (event.timestamp, event.pk) < (earlier.timestamp, earlier.pk):
                first[event.source_id] = event
        events = list(first.values())[:room]
        late = [event for event in events if now >= event.answer_by]
        expire(late, now)
        events = [event for event in events if now < event.answer_by]
        taken = Event.objects.filter(pk__in=[event.pk for event in events])
        taken.update(due_at=now + LEASE, tries=F("tries") + 1, unsure=True)
    return jobs(events)


def jobs(events: list[Event]) -> list[Job]:
    chats = {chat.line_id: chat for chat in Chat.objects.filter(line_id__in={e.source_id for e in events})}
    changes: dict[int | None, list[tuple[str, str]]] = defaultdict(list)
    rows = Change.objects.filter(event__in=events).order_by("pk")
    for event_id, kind, title in rows.values_list("event_id", "kind", "task__title"):
        changes[event_id].append((kind, title))
    titles: dict[int, list[str]] = defaultdict(list)
    open_tasks = Task.objects.open().filter(chat__in=chats.values()).oldest_first()
    for chat_id, title in open_tasks.values_list("chat_id", "title"):
        titles[chat_id].append(title)
    return [
        Job(
            event,
            chat := chats[event.source_id],
            Answer(
                did=event.did,
                language=chat.speaks(),
                changes=tuple(changes[event.pk]),
                refused=tuple((why, line) for why, line in event.refused),
                open_titles=tuple(titles[chat.pk]),
                event=event.pk,
            ),
        )
        for event in events
    ]


def send(job: Job, client: Client) -> Result:
    """Runs in a thread of the worker's pool. Never raises: a reply that cannot be rendered is refused."""
    profile = None
    try:
        answer = job.answer
        if job.chat.kind == Chat.Kind.USER and job.chat.profile_at is None:
            profile = client.profile(job.chat.line_id)
            if profile and supported(profile.language):
                answer = replace(answer, language=supported(profile.language))
        return Result(job, client.reply(job.event.reply_token, render(answer)), profile)
    except Exception as error:
        log.exception("event %s could not be answered", job.event.pk)
        return Result(job, Attempt(Fate.REFUSED, f"not sent: {type(error).__name__}"), profile)


def settle(results: Iterable[Result], now: datetime) -> None:
    """Writes down what became of each reply, alike ones together."""
    alike: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for result in results:
        fields = outcome(result, now)
        alike.setdefault(repr(fields), (fields, []))[1].append(result.job.event.pk)
        report(result)
        keep_profile(result, now)
    for fields, ids in alike.values():
        Event.objects.filter(pk__in=ids, state=Event.State.APPLIED).update(**fields)


def report(result: Result) -> None:
    event, attempt = result.job.event, result.attempt
    log.info(
        "reply event=%s did=%s fate=%s tries=%s line_request=%s",
        event.webhook_event_id,
        event.did,
        attempt.fate.value,
        event.tries + 1,
        attempt.request_id,
    )


def outcome(result: Result, now: datetime) -> dict[str, Any]:
    """The columns of Event that this attempt sets."""
    event, attempt = result.job.event, result.attempt
    known = {"error": attempt.error, "request_id": attempt.request_id}
    if attempt.fate == Fate.SENT:
        return settled(Event.Reply.SENT, now, unsure=False, **known)
    if attempt.fate == Fate.REFUSED:
        return settled(Event.Reply.REFUSED, now, unsure=False, **known)
    if attempt.fate == Fate.SPENT and now >= event.answer_by:
        return settled(Event.Reply.EXPIRED, now, unsure=event.unsure, **known)
    if attempt.fate == Fate.SPENT:
        # A try before this one used it up, though we never saw the answer: so that one was delivered.
        fate = Event.Reply.SENT if event.unsure else Event.Reply.REFUSED
        return settled(fate, now, unsure=False, **known)
    unsure = event.unsure or attempt.fate == Fate.UNKNOWN
    due = now + pause(event.tries)
    if due >= event.answer_by:
        return settled(Event.Reply.EXPIRED, now, unsure=unsure, **known)
    return {"due_at": due, "unsure": unsure, **known}


def settled(reply: Event.Reply, now: datetime, **fields: Any) -> dict[str, Any]:
    """A reply that nobody need look at again; what it was made from is blanked."""
    blank = {"reply_token": "", "refused": []}
    return {
        "state": Event.State.SETTLED,
        "reply": reply,
        "due_at": None,
        "settled_at": now,
        **blank,
        **fields,
    }


def expire(events: list[Event], now: datetime) -> None:
    for event in events:
        fields = settled(Event.Reply.EXPIRED, now, error=event.error or "not sent within a minute")
        Event.objects.filter(pk=event.pk).update(**fields)
        log.warning("reply event=%s did=%s fate=expired", event.webhook_event_id, event.did)


def pause(tries: int) -> timedelta:
    """Doubles from try to try, spread so that what failed together does not come back together."""
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
    return doubled * random.uniform(0.75, 1)  # noqa: S311 (spread, not a secret)


def keep_profile(result: Result, now: datetime) -> None:
    profile = result.profile
    if profile is None:
        return
    fields: dict[str, Any] = {"profile_at": now, "name": profile.name[:100]}
    if supported(profile.language):
        fields["language"] = supported(profile.language)
    Chat.objects.filter(pk=result.job.chat.pk).update(**fields)
