"""Items become tasks: a batch in a transaction, under the locks of its chats, while the bot serves.

An item is known by its chat and its text as `titles.same` has it. Where the chat has a task of that text,
whatever has become of it, the item is already there and nothing changes. So a second run adds nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import reset_queries, transaction
from django.db.models import Count

from todos.apply import create_missing
from todos.itemtable.items import Item
from todos.itemtable.staged import Staged
from todos.lists import OPEN_LIMIT
from todos.models import Change, Chat, Task
from todos.titles import key
from todos.writing import create

#: Tasks in one transaction: it bounds the time for which their chats are held.
BATCH = 1000
FULL = f"the chat's list is full with {OPEN_LIMIT} open tasks"


@dataclass
class Import:
    """With `dry`, only what would be: nothing is written, no chat held."""

    at: datetime
    dry: bool = False
    opened: int = 0
    done: int = 0
    there: int = 0
    new_chats: set[str] = field(default_factory=set)
    #: Tasks of each chat that a dry run would have opened.
    pretended: Counter[str] = field(default_factory=Counter)

    def bring(self, staged: Staged) -> None:
        for batch in staged.batches(BATCH):
            for row in self.bring_batch(batch):
                staged.refuse(row, FULL)
            reset_queries()  # under DEBUG Django keeps every statement

    def bring_batch(self, batch: list[tuple[int, Item]]) -> list[int]:
        """Returns the rows without room."""
        line_ids = list(dict.fromkeys(item.line_id for _row, item in batch))
        known = set(Chat.objects.filter(line_id__in=line_ids).values_list("line_id", flat=True))
        self.new_chats.update(line_id for line_id in line_ids if line_id not in known)
        if not self.dry:
            create_missing(line_ids)
        with transaction.atomic():
            tasks, full, there = self.planned(batch, self.held(line_ids))
            if not self.dry:
                self.write(tasks)
        opened = sum(task.is_open for task in tasks)
        self.opened += opened
        self.done += len(tasks) - opened
        self.there += there
        return full

    def held(self, line_ids: Iterable[str]) -> dict[str, Chat]:
        """In one order, so that two imports at once do not wait for each other."""
        chats = Chat.objects.filter(line_id__in=line_ids).order_by("pk")
        return {chat.line_id: chat for chat in (chats if self.dry else chats.select_for_update())}

    def planned(
        self, batch: list[tuple[int, Item]], chats: dict[str, Chat]
    ) -> tuple[list[Task], list[int], int]:
        """The tasks to make, the rows without room, and how many are already there."""
        counted = Task.objects.open().filter(chat__in=chats.values()).values_list("chat__line_id")
        count = Counter(dict(counted.annotate(Count("pk")).order_by())) + self.pretended
        made = [(row, self.task(item, chats.get(item.line_id))) for row, item in batch]
        known = set(Task.objects.filter(key__in=[task.key for _, task in made]).values_list("key", flat=True))
        tasks, full = [], []
        for row, task in made:
            if task.key in known:
                continue
            if task.is_open and count[task.chat.line_id] >= OPEN_LIMIT:
                full.append(row)
                continue
            count[task.chat.line_id] += task.is_open
            tasks.append(task)
        if self.dry:
            self.pretended.update(task.chat.line_id for task in tasks if task.is_open)
        return tasks, full, len(batch) - len(tasks) - len(full)

    def task(self, item: Item, chat: Chat | None) -> Task:
        # In a dry run a chat may be missing; 0 is nobody's id.
        chat = chat or Chat(pk=0, line_id=item.line_id)
        return Task(
            chat=chat,
            title=item.title,
            key=key(chat.pk, item.title),
            state=Task.State.OPEN if item.is_open else Task.State.DONE,
            opened_at=self.at,
            done_at=None if item.is_open else self.at,
        )

    def write(self, tasks: list[Task]) -> None:
        """No event made them and no operator, so that no undo from a chat takes them back."""
        create(tasks)
        Change.objects.bulk_create(
            Change(chat=task.chat, task=task, kind=Change.Kind.ADDED, at=self.at) for task in tasks
        )
