from datetime import datetime, timedelta
from typing import Self

from django.db import connection, models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from todos.models.retraction import Retraction

#: How long a reply token is good for, from when the webhook came.
#: https://developers.line.biz/en/reference/messaging-api/#reply-token
TOKEN_LIFE = timedelta(seconds=60)

#: What is not answered: nobody is there, the message is unsent, an edit of what was never said to the bot.
SILENT = {"departed", "retracted", "ignored", "unsent"}


# The worker asks these up to fifty times a second, and the ORM takes five times the CPU to put them together.

ANY_DUE = "SELECT 1 FROM todos_event WHERE state IN ('pending', 'applied') AND due_at <= %s LIMIT 1"
#: The earliest reply of each chat that owes some, has none under way and none that waits for another try.
NEXT_OWED = """
    SELECT id FROM (
        SELECT id,
            ROW_NUMBER() OVER (PARTITION BY source_id ORDER BY timestamp, id) AS turn,
            MIN(due_at) OVER (PARTITION BY source_id) AS since,
            MAX(due_at) OVER (PARTITION BY source_id) AS until
        FROM todos_event WHERE state = 'applied'
    ) AS owed
    WHERE turn = 1 AND until <= %s ORDER BY since LIMIT %s
"""


class EventQuerySet(models.QuerySet["Event"]):
    def due(self, now: datetime) -> Self:
        """What waits for a worker: events to apply, replies to send."""
        waiting = [Event.State.PENDING, Event.State.APPLIED]
        return self.filter(state__in=waiting, due_at__lte=now)

    def any_due(self, now: datetime) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(ANY_DUE, [connection.ops.adapt_datetimefield_value(now)])
            return cursor.fetchone() is not None

    def next_owed(self, now: datetime, limit: int) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_OWED, [connection.ops.adapt_datetimefield_value(now), limit])
            return [pk for (pk,) in cursor.fetchall()]

    def with_retractions(self) -> Self:
        """Each tells in `is_retracted` whether its message was unsent or edited since."""
        of_it = Retraction.objects.filter(source_id=OuterRef("source_id"), message_id=OuterRef("message_id"))
        return self.annotate(is_retracted=Exists(of_it.filter(timestamp__gte=OuterRef("timestamp"))))

    def in_order(self) -> Self:
        """As things happened at LINE; within a millisecond, as they were numbered here."""
        return self.order_by("timestamp", "pk")


class Event(models.Model):
    """One webhook event in the inbox."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        APPLIED = "applied", _("applied")
        SETTLED = "settled", _("settled")
        FAILED = "failed", _("failed")

    class Reply(models.TextChoices):
        NONE = "", _("none")
        OWED = "owed", _("owed")
        SENT = "sent", _("sent")
        EXPIRED = "expired", _("expired")
        REFUSED = "refused", _("refused")

    is_retracted: bool  # with_retractions

    webhook_event_id = models.CharField(_("webhook event id"), max_length=64, unique=True)
    type = models.CharField(_("type"), max_length=40)
    source_kind = models.CharField(_("source"), max_length=5, blank=True)
    source_id = models.CharField(_("chat's LINE id"), max_length=100, blank=True)
    user_id = models.CharField(_("LINE user id"), max_length=100, blank=True)
    message_id = models.CharField(_("message id"), max_length=64, blank=True)
    timestamp = models.BigIntegerField(_("LINE's timestamp"), help_text=_("milliseconds since 1970"))
    received_at = models.DateTimeField(_("received"), db_index=True)  # prune: the oldest first
    payload = models.TextField(_("payload"), blank=True, help_text=_("JSON; blanked once applied"))
    reply_token = models.TextField(_("reply token"), blank=True)

    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    reply = models.CharField(_("reply"), max_length=7, choices=Reply, default=Reply.NONE, blank=True)
    # When a worker must next look at it; null when nobody needs to. While a reply is under way this is
    # when another worker may take it for lost.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    did = models.CharField(_("did"), max_length=20, blank=True)
    refused = models.JSONField(_("refused lines"), default=list, blank=True)
    tries = models.PositiveSmallIntegerField(_("reply tries"), default=0)
    # A try has begun whose outcome nobody knows: LINE may have delivered it.
    unsure = models.BooleanField(_("may have been sent"), default=False)
    error = models.TextField(_("error"), blank=True)
    request_id = models.CharField(_("LINE's request id"), max_length=100, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # The worker's poll, and which chats have something due.
            models.Index(fields=["state", "due_at", "source_id"], name="event_due"),
            models.Index(fields=["source_id", "state", "timestamp"], name="event_chat"),  # a chat's turn
            models.Index(fields=["message_id"], name="event_message"),  # what was unsent or edited
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "applied", "settled", "failed"]), name="event_state"
            ),
            models.CheckConstraint(
                condition=models.Q(reply__in=["", "owed", "sent", "expired", "refused"]), name="event_reply"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_event_id}"

    @property
    def wants_answer(self) -> bool:
        """Once it is applied."""
        return bool(self.reply_token) and self.did not in SILENT

    @property
    def answer_by(self) -> datetime:
        return self.received_at + TOKEN_LIFE
