"""Taking back what a message did because it was unsent or edited, and erasing what it said."""

from collections import Counter
from collections.abc import Collection, Iterable
from secrets import token_hex

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q
from django.utils import timezone

from todos.lists import AT_ONCE, BECOMES, INVERSE, Cause, ChatList
from todos.models import Change, Event, Retraction, Task
from todos.titles import key, same

#: Event.did of a message that was taken back, before or after it was applied.
RETRACTED = "retracted"
#: Event.did of what was not for us.
IGNORED = "ignored"

SAYING = ("message", "messageEdited")
#: What adds to a list.
OPENING = (Change.Kind.ADDED, Change.Kind.REOPENED)


def concerned(events: Iterable[Event]) -> set[str]:
    """Of these unsends and edits the message ids of which something was said to us."""
    ids = {event.pk: event.message_id for event in events}
    if not ids:
        return set()
    said = Event.objects.filter(message_id__in=set(ids.values()), type__in=SAYING).exclude(did=IGNORED)
    return set(said.exclude(pk__in=ids).values_list("message_id", flat=True)) | edited_twice(ids.values())


def edited_twice(ids: Iterable[str]) -> set[str]:
    """Of which this batch has several edits: the later ones replace the earlier ones."""
    return {one for one, count in Counter(ids).items() if count > 1}


def note(cause: Cause) -> None:
    """From now on what comes of that message is not applied if it was said before."""
    said = {"source_id": cause.event.source_id, "message_id": cause.event.message_id}
    known, new = Retraction.objects.get_or_create(**said, defaults={"timestamp": cause.event.timestamp})
    if not new and known.timestamp < cause.event.timestamp:
        Retraction.objects.filter(pk=known.pk).update(timestamp=cause.event.timestamp)


def retract(chat_list: ChatList, cause: Cause, lines: Collection[str] = ()) -> list[Event]:
    """Undoes what the message of `cause` has said before, as far as nobody touched it since, and erases it.

    But for these `lines`, which an edit says again: what they did is now the edit's. Returns the events that
    said it, from the first version on.
    """
    chat_list.flush()
    versions = said_before(chat_list, cause.event)
    said = [event for event in versions if event.did != RETRACTED]
    kept = keep(chat_list, said, cause, {key(chat_list.chat.pk, line) for line in lines})
    for event in said:
        take_back(chat_list, event, cause)
        chat_list.disown(event)
    erase(chat_list, said, cause)
    forget_openers(chat_list, said)
    forget(said)
    chat_list.kept = kept
    return versions


def said_before(chat_list: ChatList, later: Event) -> list[Event]:
    line_id = chat_list.chat.line_id
    events = Event.objects.filter(source_id=line_id, message_id=later.message_id, type__in=SAYING)
    if later.type in SAYING:
        events = events.filter(timestamp__lte=later.timestamp)
    return list(events.exclude(pk=later.pk).exclude(did=IGNORED).in_order())


def keep(chat_list: ChatList, said: Collection[Event], cause: Cause, keys: Collection[str]) -> set[str]:
    """Gives to the event of `cause` what these did to the tasks with these keys; which they were."""
    changes = Change.objects.filter(event__in=said, task__key__in=keys)
    tasks = {task.pk: task for task in Task.objects.filter(pk__in=changes.values("task"))}
    changes.update(event=cause.event)
    for task in chat_list.held(tasks.values()).values():
        if task.said_in in {event.pk for event in said}:
            task.said_in = cause.event.pk
            chat_list.said_again.append(task)
    return {task.key for task in tasks.values()}


def take_back(chat_list: ChatList, event: Event, cause: Cause) -> None:
    """Each change that is still the last of its task."""
    changes = Change.objects.filter(event=event).order_by("-pk").select_related("task")
    touched = last_by_others(event, {change.task_id for change in changes})
    # With others of their names, of which one may be open.
    held = chat_list.held(Task.objects.filter(key__in={change.task.key for change in changes}))
    made = []
    for change in changes:
        task, kind = held[change.task_id], INVERSE.get(Change.Kind(change.kind))
        if kind and touched.get(task.pk, 0) < change.pk and chat_list.fits(task, BECOMES[kind]):
            # In the name of that event: all its changes together are none.
            made.append(chat_list.change(task, kind, Cause(event, cause.at)))
    chat_list.changes += made


def last_by_others(event: Event, tasks: Iterable[int]) -> dict[int, int]:
    """The latest change of each task, but for this event's and those that are taken back."""
    others = Change.objects.filter(Q(event__isnull=True) | ~Q(event=event), task__in=tasks)
    standing = others.exclude(event__did=RETRACTED)
    return dict(standing.values_list("task").annotate(Max("pk")).order_by())


def erase(chat_list: ChatList, said: Collection[Event], cause: Cause) -> None:
    """The titles that these messages said, wherever they are."""
    by_pk = {event.pk: event for event in said}
    tasks = Task.objects.filter(changes__event__in=said).distinct()
    mine = {task.pk: task for task in tasks if task.said_in in by_pk or said_by(task, said)}
    heirs = said_by_others(said, mine)
    held = list(chat_list.held(mine.values()).values())
    for task in held:
        if task.pk in heirs:
            # As both of them said it.
            task.title, task.said_in = same(task.title), heirs[task.pk]
            continue
        event = by_pk.get(task.said_in or 0, next(iter(said)))
        chat_list.changes.append(chat_list.change(task, Change.Kind.ERASED, Cause(event, cause.at)))
        chat_list.forget(task)
        # Not made from the title any more: a short one could be guessed from it.
        task.title, task.key, task.said_in = "", token_hex(16), None
    Task.objects.bulk_update(held, ["title", "key", "said_in"], batch_size=AT_ONCE)
    # The admin's own history of a task says its title, as it was then.
    edits = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Task))
    edits.filter(object_id__in=[str(task.pk) for task in tasks]).update(object_repr="")


def said_by(task: Task, said: Collection[Event]) -> bool:
    """Of a task that was made before we kept who said it."""
    changes = task.changes.filter(Q(event__in=said, kind=Change.Kind.ADDED) | Q(kind=Change.Kind.EDITED))
    return task.said_in is None and [change.kind for change in changes] == [Change.Kind.ADDED]


def said_by_others(said: Collection[Event], tasks: Collection[int]) -> dict[int, int]:
    """Task -> the latest event besides these whose message said the same and stands."""
    opened = Change.objects.filter(task__in=tasks, kind__in=OPENING)
    typed = opened.filter(event__type__in=SAYING, event__did="toggled").exclude(event__in=said)
    return dict(typed.order_by("pk").values_list("task", "event"))


def forget_openers(chat_list: ChatList, said: Collection[Event]) -> None:
    """What these opened was opened by whoever else did so last, if anybody."""
    opened = Change.objects.filter(kind__in=OPENING)
    tasks = Task.objects.filter(changes__in=opened.filter(event__in=said)).distinct()
    others = opened.filter(task__in=tasks).exclude(event__in=said)
    # An undo or an operator who opens a task leaves it to whom it was before.
    others = others.filter(event__isnull=False).exclude(event__did__in=[RETRACTED, "undone"])
    openers = dict(others.order_by("pk").values_list("task", "user_id"))
    held = chat_list.held(tasks).values()
    for task in held:
        task.opened_by = openers.get(task.pk, "")
    Task.objects.bulk_update(held, ["opened_by"], batch_size=AT_ONCE)


def forget(said: Iterable[Event]) -> None:
    """What was to be applied is not, and what was to be answered is not either."""
    blank = {"payload": "", "refused": [], "did": RETRACTED}
    events = Event.objects.filter(pk__in=[event.pk for event in said])
    waiting = [Event.State.PENDING, Event.State.APPLIED]
    over = {"state": Event.State.SETTLED, "reply_token": "", "due_at": None, "settled_at": timezone.now()}
    events.filter(state__in=waiting).update(**over, reply=Event.Reply.NONE, **blank)
    events.update(**blank)
