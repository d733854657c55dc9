"""Sending the replies that are owed. The database is asked here; the network only in `send`.

A worker that takes an owed reply says so first (due_at a while ahead, `unsure`): if it dies, another one
takes it up, and the reply token, which works once, keeps the answer single.
"""

import logging
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F

from todos import record
from todos.jobs import Job, jobs
from todos.line.client import Attempt, Client, Fate, Profile
from todos.members import ask, keep_names
from todos.models import Chat, Event, Sent
from todos.models.chat import supported
from todos.models.event import TOKEN_LIFE
from todos.replies import render
from todos.rows import insert
from todos.shown import shown
from todos.trouble import describe

log = logging.getLogger(__name__)

#: Replies that expire in one go.
BATCH = 500
#: After this long another worker may take a reply for lost: over twice the client's timeouts.
LEASE = timedelta(seconds=12)
FIRST_PAUSE = timedelta(seconds=0.25)
LONGEST_PAUSE = timedelta(seconds=4)


@dataclass(frozen=True)
class Result:
    job: Job
    attempt: Attempt
    profile: Profile | None = None
    #: What who acts in a group is called; None where LINE was not asked or did not tell.
    name: str | None = None
    #: The tasks that it showed, by their numbers.
    rows: Sequence[int] = ()


def expire_late(now: datetime) -> int:
    """Settles replies whose token has died unused, so that they do not stand before live ones; how many."""
    owed = Event.objects.due(now).filter(state=Event.State.APPLIED, received_at__lte=now - TOKEN_LIFE)
    late = list(owed.order_by("due_at").values_list("pk", "webhook_event_id", "error")[:BATCH])
    fields = settled(Event.Reply.EXPIRED, now)
    for pk, webhook_event_id, error in late:
        still = Event.objects.due(now).filter(pk=pk, state=Event.State.APPLIED)
        if still.update(**fields, error=error or "not sent within a minute"):
            record.expired(webhook_event_id)
    return len(late)


def claim(now: datetime, room: int) -> list[Job]:
    """Takes up to `room` owed replies, the earliest of each chat, and none while one is under way there.

    So replies arrive in the order of the messages.
    """
    # Found before the transaction, in which webhooks would wait on SQLite. What it locks is looked at again.
    next_owed = Event.objects.next_owed(now, room)
    return take(next_owed, now) if next_owed else []


@transaction.atomic
def take(next_owed: list[int], now: datetime) -> list[Job]:
    owed = Event.objects.due(now).filter(state=Event.State.APPLIED, pk__in=next_owed)
    events = list(owed.select_for_update(skip_locked=True))
    found = jobs(events, now)
    here = [job for job in found if not job.chat.left_at]
    taken = Event.objects.filter(pk__in=[job.event.pk for job in here])
    taken.update(due_at=now + LEASE, tries=F("tries") + 1, unsure=True)
    if len(here) < len(found):
        give_up([job.chat for job in found if job.chat.left_at], now)
    return here


def give_up(chats: Collection[Chat], now: datetime) -> None:
    """Nobody is there any more to read what these are owed."""
    owed = Event.objects.filter(state=Event.State.APPLIED, source_id__in=[chat.line_id for chat in chats])
    ids = list(owed.values_list("webhook_event_id", flat=True))
    owed.update(**settled(Event.Reply.EXPIRED, now), error="not sent: they have left")
    for webhook_event_id in ids:
        transaction.on_commit(partial(record.expired, webhook_event_id))


async def send(job: Job, client: Client) -> Result:
    """Never raises: a reply that cannot be rendered is refused. Must not ask the database."""
    profile = name = None
    try:
        answer = job.answer
        if job.chat.kind != Chat.Kind.USER:
            profile, name = await ask(client, job.chat, job.stranger)
            if name is not None:
                answer = replace(answer, names=answer.names | {answer.actor: name})
        elif job.chat.profile_at is None:
            profile = await client.profile(job.chat.line_id)
            if profile and supported(profile.language) and not job.chat.language_chosen:
                answer = replace(answer, language=supported(profile.language))
        messages = render(answer)
        rows = shown(answer, messages)
        attempt = await client.reply(job.event.reply_token, messages)
        return Result(job, attempt, profile, name, rows)
    except Exception as error:
        log.error("no answer", extra={"event": job.event.webhook_event_id, "error": describe(error)})
        return Result(job, Attempt(Fate.REFUSED, f"not sent: {describe(error)}"), profile, name)


def settle(results: Sequence[Result], now: datetime) -> None:
    """Writes down what became of each reply, alike ones together."""
    keep_sent(results, now)
    alike: dict[str, tuple[dict[str, Any], list[int]]] = {}
    outcomes = [outcome(result, now) for result in results]
    for result, fields in zip(results, outcomes, strict=True):
        alike.setdefault(repr(fields), (fields, []))[1].append(result.job.event.pk)
    # Each commits itself: after a failure all are tried again, and rows that are settled are left alone.
    for fields, ids in alike.values():
        Event.objects.filter(pk__in=ids, state=Event.State.APPLIED).update(**fields)
    profiles = {
        result.job.chat.line_id: (result.profile, result.job.event.timestamp)
        for result in results
        if result.profile
    }
    if profiles:
        keep_profiles(profiles, now)
    names = {
        result.job.chat.line_id: (result.job.chat, result.job.stranger, result.name)
        for result in results
        if result.name is not None
    }
    if names:
        keep_names(names, now)
    for result, fields in zip(results, outcomes, strict=True):
        record.replied(result.job.event, result.attempt, now, fields.get("reply") == Event.Reply.EXPIRED)


def outcome(result: Result, now: datetime) -> dict[str, Any]:
    """The columns of Event that this attempt sets."""
    event, attempt = result.job.event, result.attempt
    if attempt.fate == Fate.SENT:
        # Without LINE's request id, which the log has: so that all of a batch are one statement.
        return settled(Event.Reply.SENT, now, unsure=False, error="")
    known = {"error": attempt.error, "request_id": attempt.request_id}
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


def pause(tries: int) -> timedelta:
    """Doubles from try to try, spread so that what failed together does not come back together."""
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
    return doubled * random.uniform(0.75, 1)  # noqa: S311 (spread, not a secret)


def keep_sent(results: Sequence[Result], now: datetime) -> None:
    """What each list has shown, for those who quote it. Raises OperationalError when the database is away."""
    at = connection.ops.adapt_datetimefield_value(now)
    rows = [
        {"message_id": sent, "chat_id": result.job.chat.pk, "tasks": tasks, "at": at}
        for result in results
        if result.rows and result.attempt.sent
        for tasks in [f"[{','.join(map(str, result.rows))}]"]
        for sent in result.attempt.sent
    ]
    try:
        insert(Sent, rows, ignore_duplicates=True)
    except OperationalError:
        raise
    except DatabaseError as error:
        # Quoting these will find nothing; that is no reason to leave the replies unsettled.
        log.error("not kept for quotes", extra={"replies": len(results), "error": describe(error)})


@transaction.atomic
def keep_profiles(profiles: dict[str, tuple[Profile, int]], now: datetime) -> None:
    """Of chats that nobody holds; the others' are asked for again with their next message.

    Each with LINE's time of that for which it was read.
    """
    for chat in Chat.objects.free(profiles):
        profile, timestamp = profiles[chat.line_id]
        if chat.left_at or chat.has_erased(timestamp):
            continue  # LINE tells nothing of who has blocked us: asked again when they are back
        chat.profile_at, chat.name = now, profile.name[:100]
        if not chat.language_chosen:
            chat.language = supported(profile.language) or chat.language
        chat.save(update_fields=["profile_at", "name", "language"])
