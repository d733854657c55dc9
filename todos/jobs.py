"""What an answer tells, read from the database when it is to be sent."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from todos.export import MOST, Finished
from todos.lists import OF_A_TASK
from todos.members import Members
from todos.models import Change, Chat, Event, Task
from todos.replies import Answer, Changed, Row
from todos.titles import shorten


@dataclass(frozen=True)
class Job:
    """One reply to send. `event` is as it was before this try."""

    event: Event
    chat: Chat
    answer: Answer
    #: LINE is to be asked what this person in a group is called.
    stranger: str = ""


def jobs(events: list[Event], now: datetime) -> list[Job]:
    chats = {chat.line_id: chat for chat in Chat.objects.filter(line_id__in={e.source_id for e in events})}
    changes: dict[int | None, list[Changed]] = defaultdict(list)
    # Without those whose words were unsent since.
    rows = Change.objects.filter(event__in=events).exclude(task__state=Task.State.ERASED).order_by("pk")
    for event_id, kind, title, task, state in rows.values_list(
        "event_id", "kind", "task__title", "task", "task__state"
    ):
        changes[event_id].append(Changed(kind, title, task, state == Task.State.DONE))
    tasks: dict[int, list[Row]] = defaultdict(list)
    open_tasks = Task.objects.open().filter(chat__in=chats.values()).oldest_first()
    for chat_id, task, title, by in open_tasks.values_list("chat_id", "pk", "title", "opened_by"):
        tasks[chat_id].append(Row(task, title, by))
    titles = refused_titles(events, chats.values())
    members = Members(chats.values(), now)
    exported = {event.source_id for event in events if event.did == "export"}
    done = {line_id: finished(chats[line_id], now) for line_id in exported}
    return [
        Job(
            event,
            chat := chats[event.source_id],
            Answer(
                did=event.did,
                language=chat.speaks(),
                changes=tuple(changes[event.pk]),
                refused=tuple(refused(event, chat, titles)),
                open_tasks=tuple(tasks[chat.pk]),
                event=event.pk,
                plain=chat.plain,
                actor=event.user_id,
                names=members.names[chat.pk],
                in_group=chat.kind != Chat.Kind.USER,
                finished=done.get(chat.line_id),
            ),
            members.stranger(chat, event) if changes[event.pk] else "",
        )
        for event in events
    ]


def refused_titles(events: list[Event], chats: Collection[Chat]) -> dict[tuple[int, str], str]:
    """By chat and task id, without what was unsent since. One statement, none where nobody is told any."""
    asked = {line for event in events for why, line in event.refused if why in OF_A_TASK if line.isdecimal()}
    if not asked:
        return {}
    tasks = Task.objects.filter(pk__in=asked, chat__in=chats).exclude(state=Task.State.ERASED)
    return {(chat, str(pk)): shorten(title) for chat, pk, title in tasks.values_list("chat", "pk", "title")}


def refused(event: Event, chat: Chat, titles: dict[tuple[int, str], str]) -> Iterator[tuple[str, str]]:
    for why, line in event.refused:
        yield why, titles.get((chat.pk, line), "") if why in OF_A_TASK else line


def finished(chat: Chat, now: datetime) -> Finished:
    done = Task.objects.filter(chat=chat, state=Task.State.DONE)
    zone = chat.zone()
    latest = done.order_by("-done_at", "-pk").values_list("done_at", "title")[:MOST]
    tasks = tuple((at.astimezone(zone), title) for at, title in latest if at)
    return Finished(tasks, done.count(), now.astimezone(zone))
