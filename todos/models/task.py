from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from todos.models.chat import Chat
from todos.models.event import Event
from todos.titles import TITLE_LIMIT


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> Self:
        return self.filter(state=Task.State.OPEN)

    def oldest_first(self) -> Self:
        return self.order_by("chat_id", "opened_at", "pk")


class Task(models.Model):
    """One line on a chat's list: open, or done at a time."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        # Added and taken back by an undo: never was a task, but an undo of the undo needs it.
        WITHDRAWN = "withdrawn", _("withdrawn")
        # Its text was unsent: the row is there for the history alone.
        ERASED = "erased", _("erased")

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="tasks", verbose_name=_("chat"))
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    # The id of the event whose message says the title, which goes when that is unsent. Null: an operator's
    # words, or imported.
    said_in = models.BigIntegerField(null=True, editable=False)
    # Who added it, or opened it again: LINE's id, where LINE tells.
    opened_by = models.CharField(max_length=100, blank=True, db_default="", default="", editable=False)
    key = models.CharField(_("key"), max_length=32, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    # The key while the task is open, else null: two open tasks with one key cannot be. (MySQL has no
    # partial indexes; a unique index over a column that is null elsewhere is the same.)
    open_key = models.GeneratedField(
        expression=Case(When(state="open", then=F("key")), default=None),
        output_field=models.CharField(max_length=32, null=True),
        db_persist=True,
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["open_key"], name="task_open_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at__isnull=True),
                name="task_done_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "withdrawn", "erased"]), name="task_state"
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="task_key"),  # toggling: is there such a task?
            models.Index(fields=["chat", "state", "opened_at"], name="task_list"),  # a chat's open list
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Change(models.Model):
    """What one event, or one operator, did to one task. Only ever added to."""

    class Kind(models.TextChoices):
        ADDED = "added", _("added")
        DONE = "done", _("done")
        REOPENED = "reopened", _("reopened")
        CLEARED = "cleared", _("cleared")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EDITED = "edited", _("edited")
        ERASED = "erased", _("erased")

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="changes", verbose_name=_("chat"))
    task = models.ForeignKey(Task, models.CASCADE, related_name="changes", verbose_name=_("task"))
    event = models.ForeignKey(
        Event, models.CASCADE, related_name="changes", null=True, blank=True, verbose_name=_("event")
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("operator")
    )
    user_id = models.CharField(_("LINE user id"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    at = models.DateTimeField(_("at"), db_index=True)  # prune: the oldest first

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["added", "done", "reopened", "cleared", "withdrawn", "edited", "erased"]
                ),
                name="change_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.task}"
