"""The lists of some chats, held in memory while a batch of events changes them, and written back at once.

The caller holds the chats' locks. A fixed number of SQL statements serves any number of events; only clear
and undo read more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count

from todos.models import Change, Chat, Event, Task
from todos.rows import insert
from todos.titles import key
from todos.writing import change_row, create, move

#: Open tasks that a chat may have.
OPEN_LIMIT = 500

#: Tasks that one statement writes: with a branch for each it takes time in the square of their number.
AT_ONCE = 100

Kind = Change.Kind
State = Task.State

#: What takes a change back, so that undoing an undo does it again.
INVERSE = {
    Kind.ADDED: Kind.WITHDRAWN,
    Kind.WITHDRAWN: Kind.ADDED,
    Kind.DONE: Kind.REOPENED,
    Kind.CLEARED: Kind.REOPENED,
    Kind.REOPENED: Kind.DONE,
}
BECOMES = {
    Kind.ADDED: State.OPEN,
    Kind.REOPENED: State.OPEN,
    Kind.DONE: State.DONE,
    Kind.CLEARED: State.DONE,
    Kind.WITHDRAWN: State.WITHDRAWN,
    Kind.ERASED: State.ERASED,
}

#: What cannot be done to a task because of its state. Such a reason goes with the task's id: its title may
#: be unsent before the answer is told.
OF_A_TASK = ("done_already", "open_already", "gone")


@dataclass(frozen=True)
class Quoted:
    """A list of ours, or a message that added tasks: their ids, by their numbers in it from 1 on."""

    tasks: tuple[int, ...]
    is_list: bool


@dataclass(frozen=True)
class Cause:
    """The event because of which a list changes, and when that happened at LINE."""

    event: Event
    at: datetime
    #: Of an unsend or edit: whether its message was said to us.
    matters: bool = True
    #: What it quotes, as the database knew it before this batch.
    quoted: Quoted | None = None


@dataclass
class ChatList:
    """One chat's list while events change it: of its tasks, those that they may touch."""

    chat: Chat
    open_count: int
    tasks: list[Task] = field(default_factory=list)
    by_key: dict[str, Task] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    last: list[Change] | None = None
    #: Events whose messages were unsent or edited since.
    retracted: set[int] = field(default_factory=set)
    #: Keys of lines that an edit left as they were.
    kept: set[str] = field(default_factory=set)
    #: Tasks whose title was said again, perhaps spelled otherwise.
    said_again: list[Task] = field(default_factory=list)
    flushed: bool = False

    def toggle(self, titles: Iterable[str], cause: Cause) -> list[str]:
        """Each title in turn is done when it is an open task, else open. Returns those without room."""
        made, full = [], []
        for number, title in enumerate(titles):
            task = self.by_key.get(key(self.chat.pk, title))
            if task and task.state == State.OPEN:
                made.append(self.change(task, Kind.DONE, cause))
            elif self.open_count >= OPEN_LIMIT:
                full.append(title)
            else:
                task = self.say(task, title, cause) if task else self.new(title, cause)
                # LINE counts milliseconds, we microseconds: that keeps the lines of a message in order.
                task.opened_at = cause.at + timedelta(microseconds=min(number, 999))
                task.opened_by = cause.event.user_id
                again = task.state == State.DONE
                made.append(self.change(task, Kind.REOPENED if again else Kind.ADDED, cause))
        self.remember(made)
        return full

    def mark(self, task_id: int, done: bool, cause: Cause) -> list[list[str]]:
        """The task as the tick asks. Where it is so already, or cannot be, the reason."""
        task = next((task for task in self.tasks if task.pk == task_id), None)
        if task is None:
            return [["gone", ""]]
        if task.state not in (State.OPEN, State.DONE):
            return [self.refuse("gone", task)]
        if task.is_open != done:
            return [self.refuse("done_already" if done else "open_already", task)]
        if not done and not self.fits(task, State.OPEN):
            return [self.refuse("open_already", task)]
        if not done and self.open_count >= OPEN_LIMIT:
            return [["no_room", ""]]
        if not done:
            task.opened_at, task.opened_by = cause.at, cause.event.user_id
        self.remember([self.change(task, Kind.DONE if done else Kind.REOPENED, cause)])
        return []

    def refuse(self, reason: str, task: Task) -> list[str]:
        """One of OF_A_TASK, with the task's id: one that is new is written to have one."""
        if task.pk is None:
            self.flush()
        return [reason, str(task.pk)]

    def clear(self, cause: Cause) -> bool:
        """Every open task is done. Whether there was any."""
        self.hold(Task.objects.open().filter(chat=self.chat))
        open_tasks = sorted((task for task in self.tasks if task.is_open), key=lambda task: task.opened_at)
        self.remember([self.change(task, Kind.CLEARED, cause) for task in open_tasks])
        return bool(open_tasks)

    def undo(self, cause: Cause, only: int | None = None) -> bool:
        """Takes back what the last message that changed something did; whether there was anything.

        With `only`, that message must be the event of this id.
        """
        last = self.last_changes()
        if not last or (only is not None and last[0].event_id != only):
            return False
        made = []
        for change in reversed(last):
            kind = INVERSE.get(Kind(change.kind))
            if kind and self.fits(change.task, BECOMES[kind]):
                made.append(self.change(change.task, kind, cause))
        self.remember(made)
        return bool(made)

    def new(self, title: str, cause: Cause) -> Task:
        task = Task(chat=self.chat, title=title, key=key(self.chat.pk, title), state=State.WITHDRAWN)
        task.said_in = cause.event.pk
        self.tasks.append(task)
        self.by_key[task.key] = task
        return task

    def say(self, task: Task, title: str, cause: Cause) -> Task:
        """Spelled otherwise, the words are now those of this message."""
        if task.title != title:
            task.title, task.said_in = title, cause.event.pk
            self.said_again.append(task)
        return task

    def change(self, task: Task, kind: Kind, cause: Cause) -> Change:
        was_open = task.is_open
        task.state = BECOMES[kind]
        task.done_at = cause.at if task.state == State.DONE else None
        self.open_count += task.is_open - was_open
        return Change(
            chat=self.chat,
            task=task,
            event=cause.event,
            user_id=cause.event.user_id,
            kind=kind,
            at=cause.at,
        )

    def flush(self) -> None:
        """Writes what has changed so far, for those who ask the database."""
        save([self])
        self.changes, self.said_again, self.flushed = [], [], True

    def empty(self) -> None:
        """Nothing is on it, and nothing was: what was not yet written never is."""
        self.open_count, self.last, self.flushed = 0, None, True
        for held in (self.tasks, self.by_key, self.changes, self.kept, self.said_again):
            held.clear()

    def disown(self, event: Event) -> None:
        """From now on it has done nothing that could be undone."""
        self.retracted.add(event.pk)
        if self.last and self.last[0].event_id in self.retracted:
            self.last = None

    def remember(self, made: list[Change]) -> None:
        if made:
            self.changes += made
            self.last = made

    def fits(self, task: Task, state: Task.State) -> bool:
        """An operator may have been there first, or have opened another task of that name."""
        holder = self.by_key.get(task.key, task)
        taken = state == State.OPEN and holder.is_open and holder is not task
        return task.state not in (state, State.ERASED) and not taken

    def last_changes(self) -> list[Change]:
        if self.last is None:
            self.last = self.stored_last_changes()
        return self.last

    def stored_last_changes(self) -> list[Change]:
        of_events = Change.objects.filter(chat=self.chat, event__isnull=False)
        standing = of_events.exclude(event__did="retracted")
        latest = standing.order_by("-pk").first()
        if latest is None:
            return []
        changes = list(Change.objects.filter(event=latest.event_id).order_by("pk").select_related("task"))
        held = self.held(Task.objects.filter(key__in={change.task.key for change in changes}))
        for change in changes:
            change.task = held[change.task_id]
        return changes

    def held(self, tasks: Iterable[Task]) -> dict[int, Task]:
        """The same tasks by their ids, as they are in memory."""
        ids = {task.pk for task in tasks}
        self.hold(tasks)
        return {task.pk: task for task in self.tasks if task.pk in ids}

    def forget(self, task: Task) -> None:
        """Its title names it no longer."""
        if self.by_key.get(task.key) is task:
            del self.by_key[task.key]

    def hold(self, tasks: Iterable[Task]) -> None:
        """Takes tasks in, but for those that it has: what is in memory may be ahead of the database."""
        known = {task.pk for task in self.tasks}
        for task in tasks:
            if task.pk not in known:
                known.add(task.pk)
                self.tasks.append(task)
                rival = self.by_key.get(task.key)
                # Of several tasks with one key, the open one counts, else the latest.
                if rival is None or (task.is_open, task.pk) > (rival.is_open, rival.pk or 0):
                    self.by_key[task.key] = task


def load(
    chats: Iterable[Chat], titles: Iterable[tuple[Chat, str]], ids: Collection[int]
) -> dict[str, ChatList]:
    """The lists of these chats by LINE id, with the tasks that these titles name or that have these ids."""
    by_pk = {chat.pk: chat for chat in chats}
    counts = dict(
        Task.objects.open().filter(chat__in=by_pk).values_list("chat").annotate(Count("pk")).order_by()
    )
    named: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(key__in={key(chat.pk, title) for chat, title in titles}):
        named[task.chat_id].append(task)
    if ids:
        # With others of their names, of which one may be open.
        keys = Task.objects.filter(pk__in=ids).values("key")
        for task in Task.objects.filter(key__in=keys, chat__in=by_pk):
            named[task.chat_id].append(task)
    lists = {}
    for pk, chat in by_pk.items():
        lists[chat.line_id] = ChatList(chat, counts.get(pk, 0))
        lists[chat.line_id].hold(named[pk])
    return lists


def save(lists: Collection[ChatList]) -> None:
    changes = [change for chat_list in lists for change in chat_list.changes]
    touched = list({id(change.task): change.task for change in changes}.values())
    old = [task for task in touched if task.pk is not None]
    create([task for task in touched if task.pk is None])
    for start in range(0, len(old), AT_ONCE):
        move(old[start : start + AT_ONCE])
    said_again = [task for chat_list in lists for task in chat_list.said_again]
    Task.objects.bulk_update({task.pk: task for task in said_again}.values(), ["title", "said_in"], AT_ONCE)
    insert(Change, [change_row(change) for change in changes])
