from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from todos.models import Change, Event, Member, Retraction, Sent, Task

#: Rows in one transaction, so that a large clean-up never holds locks for long.
BATCH = 2000


class Command(BaseCommand):
    requires_system_checks = []  # needs no secrets: on a laptop it runs as it is
    help = "Deletes settled and failed events, changes and names, older than a number of days. Tasks stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="age in days (default: 30)")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days must be 1 or more")
        before = timezone.now() - timedelta(days=days)
        changes = prune(Change.objects.filter(at__lt=before))
        events = prune(old_events(before))
        prune(Sent.objects.filter(at__lt=before))
        prune(Retraction.objects.filter(timestamp__lt=before.timestamp() * 1000))
        prune(old_names(before))
        self.stdout.write(f"Pruned {events} events and {changes} changes older than {days} days.")


def old_events(before: datetime) -> models.QuerySet[Event]:
    """What nobody waits for any more. One that changed something goes after its changes have gone."""
    over = [Event.State.SETTLED, Event.State.FAILED]
    return Event.objects.filter(received_at__lt=before, state__in=over, changes=None)


def old_names(before: datetime) -> models.QuerySet[Member]:
    """Of those who have done nothing since, but for what the lists show."""
    shown = Task.objects.open().filter(chat=OuterRef("chat"), opened_by=OuterRef("user_id"))
    return Member.objects.filter(~Exists(shown), read_at__lt=before)


def prune(rows: models.QuerySet[Any]) -> int:
    total = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return total
