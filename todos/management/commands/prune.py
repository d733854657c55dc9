from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from todos.erase import OVER, erase_wholly
from todos.models import Change, Chat, Event, Member, Retraction, Sent, Task

#: Rows in one transaction, so that a large clean-up never holds locks for long.
BATCH = 2000
#: Chats that one statement names.
CHATS = 200
#: What a chat says after it was erased may be this much older by LINE's clock than by ours.
MARGIN = timedelta(days=1)


class Command(BaseCommand):
    requires_system_checks = []  # needs no secrets: on a laptop it runs as it is
    help = (
        "Deletes settled and failed events, changes and names, older than a number of days; tasks stay. "
        "Erases chats that were left or blocked longer ago than a number of days, with their tasks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="age in days (default: 30)")
        parser.add_argument(
            "--left-days", type=int, default=90, help="days since the chat was left (default: 90)"
        )

    def handle(self, *args: Any, days: int, left_days: int, **options: Any) -> None:
        for name, given in {"--days": days, "--left-days": left_days}.items():
            if given < 1:
                raise CommandError(f"{name} must be 1 or more")
        now = timezone.now()
        chats = forget_left(now - timedelta(days=left_days))
        before = now - timedelta(days=days)
        changes = prune(Change.objects.filter(at__lt=before))
        events = prune(old_events(before))
        prune(Sent.objects.filter(at__lt=before))
        prune(Retraction.objects.filter(timestamp__lt=before.timestamp() * 1000))
        prune(old_names(before))
        events += prune_erased(before)
        self.stdout.write(f"Pruned {events} events and {changes} changes older than {days} days.")
        self.stdout.write(f"Erased {chats} chats left {left_days} days ago or more.")


def old_events(before: datetime) -> models.QuerySet[Event]:
    """What nobody waits for any more. One that changed something goes after its changes have gone."""
    return Event.objects.filter(received_at__lt=before, state__in=OVER, changes=None)


def prune_erased(before: datetime) -> int:
    """What was still to be answered when all else was erased, and what came late or again since.

    Where that was long ago, it is old by now.
    """
    recent = Chat.objects.filter(erased_at__gte=before - MARGIN).order_by("pk")
    chats = list(recent.only("line_id", "erased_at"))
    parts = (chats[start : start + CHATS] for start in range(0, len(chats), CHATS))
    return sum(prune(erased_events(part)) for part in parts)


def erased_events(chats: Iterable[Chat]) -> models.QuerySet[Event]:
    until = (Q(source_id=chat.line_id, timestamp__lte=chat.erased_until) for chat in chats)
    return Event.objects.filter(reduce(or_, until), state__in=OVER, changes=None)


def forget_left(before: datetime) -> int:
    left = Chat.objects.filter(left_at__lte=before)
    return sum(forget(line_id, before) for line_id in left.values_list("line_id", flat=True))


@transaction.atomic
def forget(line_id: str, before: datetime) -> bool:
    """Whoever comes back at this moment, or has just come, keeps the list."""
    chat = Chat.objects.free([line_id]).filter(left_at__lte=before).first()
    waiting = Event.objects.filter(source_id=line_id, state=Event.State.PENDING)
    if chat is None or waiting.exists():
        return False
    erase_wholly(chat)
    return True


def old_names(before: datetime) -> models.QuerySet[Member]:
    """Of those who have done nothing since, but for what the lists show."""
    shown = Task.objects.open().filter(chat=OuterRef("chat"), opened_by=OuterRef("user_id"))
    return Member.objects.filter(~Exists(shown), read_at__lt=before)


def prune(rows: models.QuerySet[Any]) -> int:
    total = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return total
