from collections.abc import Iterable
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import get_supported_language_variant, override, pgettext
from django.utils.translation import gettext_lazy as _


class ChatQuerySet(models.QuerySet["Chat"]):
    def free(self, line_ids: Iterable[str]) -> Self:
        """Those chats that nobody else holds, held until the transaction ends.

        Unordered, so that a slice of it locks no more rows than it takes. SQLite has no row locks and
        needs none: its writers take turns (transaction_mode IMMEDIATE).
        """
        return self.filter(line_id__in=line_ids).order_by().select_for_update(skip_locked=True)


class Chat(models.Model):
    """A LINE user, group or room. Owns one list."""

    class Kind(models.TextChoices):
        USER = "user", _("person")
        GROUP = "group", _("group")
        ROOM = "room", _("room")

    #: LINE's ids tell by their first letter what they name.
    KINDS = {"U": Kind.USER, "C": Kind.GROUP, "R": Kind.ROOM}

    line_id = models.CharField(_("LINE id"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    language_chosen = models.BooleanField(
        _("language chosen"), db_default=False, default=False, help_text=_("not to be guessed any more")
    )
    # The language whose rich menu is linked to this person; empty: the default menu.
    menu = models.CharField(max_length=10, blank=True, db_default="", default="", editable=False)
    plain = models.BooleanField(
        _("plain text"), db_default=False, default=False, help_text=_("lists as text, not to tap")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, blank=True, default="", help_text=_("empty: that of the language")
    )
    left_at = models.DateTimeField(
        _("left"), null=True, blank=True, help_text=_("inactive since: blocked, or removed from the group")
    )
    profile_at = models.DateTimeField(_("profile read"), null=True, blank=True)
    # The question that the bot asked last, with the number and LINE's time of the event that brought it
    # about, until the next message: "clear 12 1790000000000".
    asked = models.CharField(max_length=60, blank=True, db_default="", default="", editable=False)
    # Nothing that was said before is kept, or applied when it comes late.
    erased_at = models.DateTimeField(_("data erased"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ChatQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["user", "group", "room"]), name="chat_kind")
        ]

    def __str__(self) -> str:
        return self.name or self.line_id

    def speaks(self) -> str:
        """The language to answer in: the chat's own, else Japanese."""
        return supported(self.language) or settings.LANGUAGE_CODE

    def has_erased(self, timestamp: int) -> bool:
        """What happened at this time of LINE's; it comes late, or once more."""
        return self.erased_at is not None and timestamp <= self.erased_until

    @property
    def erased_until(self) -> int:
        """LINE's milliseconds."""
        return round(self.erased_at.timestamp() * 1000) if self.erased_at else 0

    def zone(self) -> ZoneInfo:
        """The chat's own time zone, else that of its language."""
        with override(self.speaks()):
            # Translators: where most who read your language are, as the tz database calls it
            usual = pgettext("time zone", "Asia/Tokyo")
        return ZoneInfo(self.time_zone or usual)


def supported(language: str) -> str:
    """The language of ours that comes nearest to a BCP 47 tag of LINE's, or nothing.

    Any Chinese is answered in ours, the traditional one: who reads the other reads it sooner than Japanese.
    """
    tag = language.replace("_", "-").lower()
    try:
        return get_supported_language_variant(tag) if tag else ""
    except LookupError:
        return ""
