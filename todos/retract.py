"""Taking back what a message did because it was unsent or edited, and erasing what it said."""

from collections.abc import Collection, Iterable
from secrets import token_hex

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils import timezone

from todos.lists import BECOMES, INVERSE, Cause, ChatList
from todos.models import Change, Event, Retraction, Task

#: Event.did of a message that was taken back, before or after it was applied.
RETRACTED = "retracted"

SAYING = ("message", "messageEdited")


def retract(chat_list: ChatList, message_id: str, cause: Cause) -> list[Event]:
    """Undoes what this message has said before `cause`, as far as nobody touched it since.

    Its words are erased in any case, and what comes of it later is not applied. Returns the events that
    said it: the message and its edits.
    """
    note(message_id, cause.event.timestamp)
    chat_list.flush()
    said = said_before(chat_list, message_id, cause.event)
    for event in said:
        take_back(chat_list, event, cause)
        chat_list.disown(event)
    erase(chat_list, said, cause)
    forget(said)
    return said


def note(message_id: str, timestamp: int) -> None:
    known, new = Retraction.objects.get_or_create(message_id=message_id, defaults={"timestamp": timestamp})
    if not new and known.timestamp < timestamp:
        Retraction.objects.filter(pk=known.pk).update(timestamp=timestamp)


def said_before(chat_list: ChatList, message_id: str, later: Event) -> list[Event]:
    events = Event.objects.filter(
        source_id=chat_list.chat.line_id,
        message_id=message_id,
        type__in=SAYING,
        timestamp__lte=later.timestamp,
    )
    return list(events.exclude(pk=later.pk).exclude(did=RETRACTED))


def take_back(chat_list: ChatList, event: Event, cause: Cause) -> None:
    """Each change that is still the last of its task."""
    changes = Change.objects.filter(event=event).order_by("-pk").select_related("task")
    touched = last_by_others(event, {change.task_id for change in changes})
    held = chat_list.held([change.task for change in changes])
    made = []
    for change in changes:
        task, kind = held[change.task_id], INVERSE.get(Change.Kind(change.kind))
        if kind and touched.get(task.pk, 0) < change.pk and chat_list.fits(task, BECOMES[kind]):
            # In the name of that event: all its changes together are none.
            made.append(chat_list.change(task, kind, Cause(event, cause.at)))
    chat_list.changes += made


def last_by_others(event: Event, tasks: Iterable[int]) -> dict[int, int]:
    others = Change.objects.filter(Q(event__isnull=True) | ~Q(event=event), task__in=tasks)
    return dict(others.values_list("task").annotate(Max("pk")).order_by())


def erase(chat_list: ChatList, said: Collection[Event], cause: Cause) -> None:
    """The titles that these messages said, wherever they are."""
    by_pk = {event.pk: event for event in said}
    mine = Task.objects.filter(changes__event__in=said, said_in__in=by_pk).distinct()
    tasks = list(chat_list.held(mine).values())
    for task in tasks:
        event = by_pk[task.said_in or 0]
        chat_list.changes.append(chat_list.change(task, Change.Kind.ERASED, Cause(event, cause.at)))
        chat_list.forget(task)
        # Not made from the title any more: a short one could be guessed from it.
        task.title, task.key, task.said_in = "", token_hex(16), None
    Task.objects.bulk_update(tasks, ["title", "key", "said_in"])
    # The admin's own history of a task says its title.
    edits = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Task))
    edits.filter(object_id__in=[str(task.pk) for task in tasks]).update(object_repr="")


def forget(said: Iterable[Event]) -> None:
    """What was to be applied is not, and what was to be answered is not either."""
    blank = {"payload": "", "refused": [], "did": RETRACTED}
    events = Event.objects.filter(pk__in=[event.pk for event in said])
    waiting = [Event.State.PENDING, Event.State.APPLIED]
    over = {"state": Event.State.SETTLED, "reply_token": "", "due_at": None, "settled_at": timezone.now()}
    events.filter(state__in=waiting).update(**over, reply=Event.Reply.NONE, **blank)
    events.update(**blank)
