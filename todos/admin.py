"""The operator's pages. An edit keeps the rules of messages: one open task per title, a Change each."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from todos.dates import number
from todos.lists import OPEN_LIMIT
from todos.models import Change, Chat, Event, Task
from todos.titles import has_ink, key, trim

admin.site.site_header = admin.site.site_title = "todobot"

#: What an operator's change of a task's state is called in the history.
CHANGE_TO = {
    Task.State.OPEN: Change.Kind.REOPENED,
    Task.State.DONE: Change.Kind.DONE,
    Task.State.WITHDRAWN: Change.Kind.WITHDRAWN,
}

#: Columns that go with an edited field.
EDITS = {"title": ["title", "key", "said_in"], "state": ["state", "done_at"]}


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]  # ModelAdmin is generic for the type checker only
    """What comes from LINE: not added or thrown away by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Overlapping(forms.ModelForm):  # type: ignore[type-arg]
    """The page carries what it was opened with, so that `changed_data` is what the operator changed."""

    def check_nobody_was_faster(self, now: Model | None) -> None:
        """`now` is what is edited, read under the chat's lock."""
        if now is None:
            self.add_error(None, _("This has been erased meanwhile."))
            return
        for name in self.changed_data:
            opened_with = self.data.get(self.add_initial_prefix(name))
            if opened_with is not None and opened_with != getattr(now, name):
                self.add_error(name, _("Somebody else has changed this meanwhile: open the page again."))


class ChatForm(Overlapping):
    def clean(self) -> dict[str, Any]:
        """The admin's history keeps a name: never one that was erased while the page was open."""
        super().clean()
        now = Chat.objects.select_for_update().filter(pk=self.instance.pk).first()
        self.check_nobody_was_faster(now)
        if now and "name" not in self.changed_data:
            self.cleaned_data["name"] = now.name
        return self.cleaned_data


@admin.register(Chat)
class ChatAdmin(Kept):
    form = ChatForm
    list_display = ["__str__", "kind", "language", "left_at", "created_at"]
    list_filter = ["kind", "language", ("left_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "line_id"]
    readonly_fields = [
        "line_id",
        "kind",
        "language_chosen",
        "left_at",
        "profile_at",
        "erased_at",
        "created_at",
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            return forms.ChoiceField(choices=[("", "-"), *settings.LANGUAGES], required=False)
        if db_field.name == "time_zone":
            zones = [(zone, zone) for zone in sorted(available_timezones())]
            return forms.ChoiceField(
                choices=[("", "-"), *zones], required=False, help_text=db_field.help_text
            )
        if db_field.name == "name":
            kwargs["show_hidden_initial"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Chat, form: Any, change: bool) -> None:
        """Only what was edited: the worker writes the rest."""
        fields = list(form.changed_data)
        if "language" in fields:
            obj.language_chosen = bool(obj.language)
            fields.append("language_chosen")
        obj.save(update_fields=fields)


class TaskForm(Overlapping):
    class Meta:
        model = Task
        fields = ["chat", "title", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.fields:
            return  # only to be looked at
        for name in EDITS:
            self.fields[name].show_hidden_initial = True
        choices = [choice for choice in Task.State.choices if choice[0] != Task.State.ERASED]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title = trim(self.cleaned_data["title"])
        if not has_ink(title):
            raise forms.ValidationError(_("A title needs a character that can be seen."))
        return title

    def clean(self) -> dict[str, Any]:
        """The admin saves in a transaction that is open by now, so the chat's lock holds off the worker."""
        super().clean()
        chosen = self.cleaned_data.get("chat")
        chat_id = chosen.pk if chosen else self.instance.chat_id
        if chat_id and not self.errors:
            self.check(chat_id)
        return self.cleaned_data

    def check(self, chat_id: int) -> None:
        chat = Chat.objects.select_for_update().filter(pk=chat_id).first()
        tasks = Task.objects.exclude(state=Task.State.ERASED)
        edited = tasks.filter(pk=self.instance.pk).first() if self.instance.pk else chat
        self.check_nobody_was_faster(edited)
        if not self.errors and self.will_open():
            self.check_room(chat_id, key(chat_id, self.cleaned_data["title"]))

    def will_open(self) -> bool:
        """Whether the task is open, under this title, once this is saved."""
        if not self.instance.pk or "state" in self.changed_data:
            return bool(self.cleaned_data["state"] == Task.State.OPEN)
        return Task.objects.open().filter(pk=self.instance.pk).exists()

    def check_room(self, chat_id: int, key: str) -> None:
        others = Task.objects.open().filter(chat=chat_id).exclude(pk=self.instance.pk)
        if others.filter(key=key).exists():
            self.add_error("title", _("This chat already has an open task with this title."))
        elif others.count() >= OPEN_LIMIT:
            self.add_error(None, _("This chat's list is full with 500 open tasks."))


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = TaskForm
    list_display = ["title", "chat", "state", "opened_at", "done_at"]
    list_filter = ["state", "chat__kind"]
    list_select_related = ["chat"]
    search_fields = ["title", "chat__name", "chat__line_id"]
    autocomplete_fields = ["chat"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> list[str]:
        return ["chat", "opened_at", "done_at"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was unsent stays unsaid."""
        erased = obj is not None and obj.state == Task.State.ERASED
        return super().has_change_permission(request, obj) and not erased

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A task is done or withdrawn, so that its history stays and an undo finds it."""
        return False

    def save_model(self, request: HttpRequest, obj: Task, form: TaskForm, change: bool) -> None:
        now = timezone.now()
        obj.key = key(obj.chat_id, obj.title)
        if "title" in form.changed_data:
            obj.said_in = None  # the operator's words now
        if "state" in form.changed_data or not change:
            obj.done_at = now if obj.state == Task.State.DONE else None
        if change:
            # Only what was edited: a message may have changed the rest since the page was opened.
            obj.save(update_fields=[name for edit in form.changed_data for name in EDITS[edit]])
        else:
            obj.opened_at = now
            obj.save()
        Change.objects.bulk_create(
            Change(chat_id=obj.chat_id, task=obj, operator_id=request.user.pk, kind=kind, at=now)
            for kind in kinds(obj, form, change)
        )


def kinds(task: Task, form: TaskForm, change: bool) -> list[Change.Kind]:
    if not change:
        return [Change.Kind.ADDED]
    edited = [Change.Kind.EDITED] if "title" in form.changed_data else []
    return edited + ([CHANGE_TO[Task.State(task.state)]] if "state" in form.changed_data else [])


class ReadOnly(Kept):
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ["at", "kind", "task", "chat", "operator"]
    list_filter = ["kind", "at"]
    list_select_related = ["task", "chat", "operator"]
    ordering = ["-at", "-pk"]
    show_full_result_count = False


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["received_at", "type", "state", "reply", "did", "source_id", "error"]
    list_filter = ["state", "reply", "type"]
    search_fields = ["webhook_event_id", "source_id", "request_id"]
    exclude = ["reply_token"]
    actions = ["replay"]
    ordering = ["-pk"]
    show_full_result_count = False

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("todos.change_event")

    @admin.action(description=_("Apply failed events again"), permissions=["replay"])
    def replay(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        """Only those that failed when applied: what could not be read holds nothing to apply."""
        failed = events.filter(state=Event.State.FAILED).exclude(payload="")
        count = failed.update(state=Event.State.PENDING, due_at=timezone.now(), error="")
        message = ngettext(
            "%(count)s event will be applied again.", "%(count)s events will be applied again.", count
        )
        self.message_user(request, message % {"count": number(count)})
