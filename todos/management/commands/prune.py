from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from todos.erase import OVER, erase_wholly
from todos.models import Change, Chat, Event, Member, Retraction, Sent, Task

#: Rows in one transaction, so that a large clean-up never holds locks for long.
BATCH = 2000


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
        for chat in Chat.objects.filter(erased_at__isnull=False):
            events += prune(erased_events(chat))
        self.stdout.write(f"Pruned {events} events and {changes} changes older than {days} days.")
        self.stdout.write(f"Erased {chats} chats left {left_days} days ago or more.")


def old_events(before: datetime) -> models.QuerySet[Event]:
    """What nobody waits for any more. One that changed something goes after its changes have gone."""
    return Event.objects.filter(received_at__lt=before, state__in=OVER, changes=None)


def erased_events(chat: Chat) -> models.QuerySet[Event]:
    """What was still to be answered when all else was erased, and what came late or again since."""
    events = Event.objects.filter(source_id=chat.line_id, timestamp__lte=chat.erased_until)
    return events.filter(state__in=OVER, changes=None)


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
