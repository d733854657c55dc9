"""Django admin: what was made in a chat can be seen and edited, under the rules of messages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from tests.line import ALICE, Line, history, inbox, open_titles, text
from todos.erase import erase_tasks, erase_wholly
from todos.line.client import Profile
from todos.models import Change, Chat, Event, Task
from todos.models.chat import ChatQuerySet
from todos.titles import key

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}‮ =cmd()"


@pytest.fixture
def operator(db: None) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_superuser("operator", password="secret"))
    return browser


def save(operator: Browser, task: Task, **fields: str) -> Any:
    """The task's page, opened when the task was as given, with these fields changed and sent."""
    page = reverse("admin:todos_task_change", args=[task.pk])
    opened_with = {"title": task.title, "state": task.state}
    initial = {f"initial-{name}": value for name, value in opened_with.items()}
    return operator.post(page, opened_with | initial | fields)


@pytest.mark.parametrize("model", ["chat", "task", "change", "event"])
def test_every_list_and_page_shows_what_people_typed_harmlessly(
    line: Line, operator: Browser, model: str
) -> None:
    line.says(HOSTILE)
    Chat.objects.update(name=HOSTILE)
    pk = {"chat": Chat, "task": Task, "change": Change, "event": Event}[model].objects.get().pk  # type: ignore[attr-defined]
    for page in (
        reverse(f"admin:todos_{model}_changelist"),
        reverse(f"admin:todos_{model}_changelist") + "?q=%3Cscript",
        reverse(f"admin:todos_{model}_change", args=[pk]),
    ):
        shown = operator.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.content.decode()


def test_an_edited_title_keeps_its_key_right_and_writes_a_change(line: Line, operator: Browser) -> None:
    line.says("牛入")
    assert save(operator, Task.objects.get(), title=" 牛乳 ").status_code == 302
    assert Task.objects.get().key == key(Chat.objects.get().pk, "牛乳")
    assert history() == [("added", "牛乳"), ("edited", "牛乳")]
    assert Change.objects.get(kind="edited").operator == User.objects.get()
    assert line.says("牛乳").startswith("完了: 牛乳")


def test_a_task_is_done_and_reopened_by_the_operator(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    save(operator, Task.objects.get(), state="done")
    assert Task.objects.get().done_at
    save(operator, Task.objects.get(), state="open")
    assert open_titles() == ["牛乳"]
    assert [kind for kind, _title in history()] == ["added", "done", "reopened"]


def test_two_open_tasks_with_one_key_are_a_form_error(line: Line, operator: Browser) -> None:
    line.says("milk\n卵")
    shown = save(operator, Task.objects.get(title="卵"), title="ＭＩＬＫ ")
    assert "未完了のやることがすでにあります" in shown.content.decode()
    assert open_titles() == ["milk", "卵"]


def test_reopening_what_is_open_under_that_name_is_a_form_error(line: Line, operator: Browser) -> None:
    line.says("milk")
    chat = Chat.objects.get()
    now = timezone.now()
    done = Task.objects.create(
        chat=chat, title="Milk", key=key(chat.pk, "Milk"), state="done", opened_at=now, done_at=now
    )
    assert save(operator, done, state="open").status_code == 200
    assert open_titles() == ["milk"]


def test_a_title_that_shows_nothing_is_a_form_error(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    assert save(operator, Task.objects.get(), title="\u3164").status_code == 200
    assert open_titles() == ["牛乳"]


def test_an_operator_can_add_a_task_to_a_chat(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    page = reverse("admin:todos_task_add")
    sent = {"chat": str(Chat.objects.get().pk), "title": "パン", "state": "open"}
    assert operator.post(page, sent).status_code == 302
    assert open_titles() == ["牛乳", "パン"]
    assert line.says("パン").startswith("完了: パン")


def test_adding_without_a_chat_is_a_form_error(operator: Browser) -> None:
    page = reverse("admin:todos_task_add")
    assert operator.post(page, {"title": "パン", "state": "open"}).status_code == 200


def test_a_failed_event_is_applied_again_on_demand(line: Line, operator: Browser, monkeypatch: Any) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("todos.lists.ChatList.toggle", lambda *_: 1 / 0)
        line.delivers(text("牛乳")).work()
    assert inbox().state == "failed"
    sent = {"action": "replay", "_selected_action": str(inbox().pk)}
    operator.post(reverse("admin:todos_event_changelist"), sent)
    line.work()
    assert open_titles() == ["牛乳"]
    assert inbox().reply == "sent"


def test_history_and_inbox_cannot_be_edited_and_show_no_reply_token(line: Line, operator: Browser) -> None:
    line.delivers(text("牛乳", replyToken="a-secret-token"))
    page = reverse("admin:todos_event_change", args=[inbox().pk])
    assert "a-secret-token" not in operator.get(page).content.decode()
    assert operator.post(page, {"state": "settled"}).status_code == 403


def test_without_login_nothing_is_shown(line: Line) -> None:
    assert line.browser.get(reverse("admin:todos_task_changelist")).status_code == 302


def test_chats_of_people_are_found_by_name(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    Chat.objects.filter(line_id=ALICE).update(name="アリス")
    shown = operator.get(reverse("admin:todos_task_changelist") + "?q=アリス")
    assert "牛乳" in shown.content.decode()


def test_an_edit_of_the_title_leaves_alone_what_a_message_did_meanwhile(
    line: Line, operator: Browser
) -> None:
    line.says("牛入")
    opened = Task.objects.get()
    line.says("牛入")
    assert save(operator, opened, title="牛乳").status_code == 302
    assert open_titles() == []
    assert [kind for kind, _title in history()] == ["added", "done", "edited"]


def test_an_edit_of_what_was_changed_meanwhile_is_a_form_error(line: Line, operator: Browser) -> None:
    line.says("牛入")
    opened = Task.objects.get()
    save(operator, opened, title="牛乳")
    assert save(operator, opened, title="牛乳2本").status_code == 200
    line.says("牛乳")
    assert save(operator, opened, state="withdrawn").status_code == 200
    assert [kind for kind, _title in history()] == ["added", "edited", "done"]


def test_a_full_list_is_full_for_operators_too(line: Line, operator: Browser) -> None:
    line.says("\n".join(f"行{number}" for number in range(501)))
    task = Task.objects.order_by("pk").last()
    assert task
    sent = {"chat": str(task.chat_id), "title": "もう一つ", "state": "open"}
    assert operator.post(reverse("admin:todos_task_add"), sent).status_code == 200
    assert len(open_titles()) == 500


def test_a_language_that_an_operator_chose_stays(line: Line, operator: Browser) -> None:
    line.api.profiles[ALICE] = None
    line.says("牛乳")
    chat = Chat.objects.get()
    page = reverse("admin:todos_chat_change", args=[chat.pk])
    assert operator.post(page, {"name": "", "language": "xx", "time_zone": "Asia/Tokyo"}).status_code == 200
    assert operator.post(page, {"name": "", "language": "en", "time_zone": "Asia/Tokyo"}).status_code == 302
    line.api.profiles[ALICE] = Profile("Alice", "ja")
    assert line.says("パン").startswith("Added")
    assert Chat.objects.get().name == "Alice"


def test_a_language_that_an_operator_takes_away_is_guessed_again(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    page = reverse("admin:todos_chat_change", args=[Chat.objects.get().pk])
    assert operator.post(page, {"name": "", "language": "en", "time_zone": ""}).status_code == 302
    assert Chat.objects.get().language_chosen
    assert operator.post(page, {"name": "", "language": "", "time_zone": ""}).status_code == 302
    assert not Chat.objects.get().language_chosen
    assert line.says("パン").startswith("追加")


def test_a_time_zone_is_one_that_there_is(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    page = reverse("admin:todos_chat_change", args=[Chat.objects.get().pk])
    assert operator.post(page, {"name": "", "language": "", "time_zone": "Mars"}).status_code == 200
    assert operator.post(page, {"name": "", "language": "", "time_zone": "Asia/Seoul"}).status_code == 302
    assert Chat.objects.get().zone().key == "Asia/Seoul"


# Erased while the page was open


def meanwhile(monkeypatch: pytest.MonkeyPatch, erase: Callable[[], Any]) -> None:
    """The operator's save has read its row, and then waits for the lock of a worker that erases."""
    lock = ChatQuerySet.select_for_update

    def erase_first(self: ChatQuerySet, *given: Any, **named: Any) -> ChatQuerySet:
        erase()
        return lock(self, *given, **named)

    monkeypatch.setattr(ChatQuerySet, "select_for_update", erase_first)


def save_chat(operator: Browser, chat: Chat, **fields: str) -> Any:
    """The chat's page, opened when the chat was as given, with these fields changed and sent."""
    opened_with = {"name": chat.name, "language": chat.language, "time_zone": chat.time_zone}
    page = reverse("admin:todos_chat_change", args=[chat.pk])
    return operator.post(page, opened_with | {"initial-name": chat.name} | fields)


def test_an_edit_of_a_task_that_was_erased_meanwhile_is_a_form_error(
    line: Line, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.says("牛乳")
    chat = Chat.objects.get()
    meanwhile(monkeypatch, lambda: erase_tasks(chat))
    shown = save(operator, Task.objects.get(), title="パン")
    assert "この間に消去されました" in shown.content.decode()
    assert not Task.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_task_for_a_chat_that_was_erased_meanwhile_is_a_form_error(
    line: Line, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.says("牛乳")
    chat = Chat.objects.get()
    meanwhile(monkeypatch, lambda: erase_wholly(chat))
    sent = {"chat": str(chat.pk), "title": "パン", "state": "open"}
    shown = operator.post(reverse("admin:todos_task_add"), sent)
    assert "この間に消去されました" in shown.content.decode()


def test_an_edit_of_a_chat_that_was_erased_meanwhile_logs_no_name(
    line: Line, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.says("牛乳")
    Chat.objects.update(name="Alice")
    chat = Chat.objects.get()
    meanwhile(monkeypatch, lambda: Chat.objects.update(name=""))
    assert save_chat(operator, chat, language="en").status_code == 302
    assert LogEntry.objects.get().object_repr == ALICE
    assert Chat.objects.get().name == ""


def test_a_page_that_was_opened_before_the_name_was_erased_does_not_bring_it_back(
    line: Line, operator: Browser
) -> None:
    line.says("牛乳")
    Chat.objects.update(name="Alice")
    chat = Chat.objects.get()
    Chat.objects.update(name="")
    assert save_chat(operator, chat, name="Alice B.").status_code == 200
    assert save_chat(operator, chat, language="en").status_code == 302
    assert Chat.objects.get().name == ""
    assert LogEntry.objects.get().object_repr == ALICE


def test_an_operator_names_a_chat(line: Line, operator: Browser) -> None:
    line.says("牛乳")
    assert save_chat(operator, Chat.objects.get(), name="Alice").status_code == 302
    assert Chat.objects.get().name == "Alice"


def test_when_a_chat_was_erased_is_shown(line: Line, operator: Browser) -> None:
    line.says("データを消して")
    line.says("はい")
    shown = operator.get(reverse("admin:todos_chat_change", args=[Chat.objects.get().pk]))
    assert "field-erased_at" in shown.content.decode()
