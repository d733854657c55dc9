"""Unsends and edits where others have been: people, operators, old releases, other chats."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from simulator.rules import messages as rules
from simulator.rules.check import Report
from tests.line import ALICE, BOB, FAMILY, Line, event, inbox, open_titles, quoting, tap, text
from tests.todos.test_ticks import last
from tests.todos.test_unsend import SECRET, edit, in_group, stored, unsend
from todos.apply import apply_due
from todos.models import Event, Task


def another_by_an_operator() -> None:
    first = Task.objects.get()
    Task.objects.create(chat=first.chat, title=first.title, key=first.key, opened_at=first.opened_at)


def states() -> list[tuple[str, str]]:
    return list(Task.objects.order_by("pk").values_list("title", "state"))


@pytest.mark.parametrize("finishing", ["牛乳", "全部削除"])
def test_what_was_finished_stays_so_where_an_operator_opened_another(line: Line, finishing: str) -> None:
    line.says("牛乳")
    said = text(finishing)
    line.answer_to(said)
    another_by_an_operator()
    line.answer_to(unsend(said))
    assert not Event.objects.filter(state="failed").exists()
    assert states() == [("牛乳", "done"), ("牛乳", "open")]


def test_words_from_before_we_kept_who_said_them_go_too(line: Line) -> None:
    said = text(SECRET)
    line.answer_to(said)
    Task.objects.update(said_in=None)
    line.answer_to(unsend(said))
    assert SECRET not in stored()


def test_a_second_tap_does_not_keep_the_title(line: Line) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    tick = last(line)[SECRET]
    line.taps(tick, BOB, FAMILY)
    line.delivers(tap(tick, BOB, FAMILY))
    apply_due(timezone.now())
    assert SECRET not in line.answer_to(unsend(said))
    assert SECRET not in stored()


def test_the_admin_shows_what_is_erased_and_lets_nobody_edit_it(line: Line, admin_client: Browser) -> None:
    said = text("牛乳")
    line.answer_to(said, unsend(said))
    page = f"/admin/todos/task/{Task.objects.get().pk}/change/"
    for url in ("/admin/todos/task/", page, page.replace("change", "history"), "/admin/todos/change/"):
        assert admin_client.get(url).status_code == 200
    assert admin_client.post(page, {"title": "豆乳", "state": "open"}).status_code == 403


def renamed(browser: Browser, new: str, state: str = "open") -> None:
    task = Task.objects.get()
    form = {"title": new, "initial-title": task.title, "state": state, "initial-state": task.state}
    assert browser.post(f"/admin/todos/task/{task.pk}/change/", form).status_code == 302


def test_an_operators_words_stay(line: Line, admin_client: Browser) -> None:
    said = text(SECRET)
    line.answer_to(said)
    renamed(admin_client, "豆乳")
    line.answer_to(unsend(said))
    assert open_titles() == ["豆乳"]
    assert SECRET not in stored()


def test_the_admins_history_does_not_tell_an_earlier_spelling(line: Line, admin_client: Browser) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    renamed(admin_client, SECRET, "done")
    line.says(f"todo {SECRET.upper()}", BOB, FAMILY)
    line.answer_to(unsend(said))
    assert SECRET not in stored()


def test_many_lines_that_came_twice_are_all_gone(line: Line) -> None:
    said = text("\n".join(f"x{number}" for number in range(150) for _ in range(3)))
    line.answer_to(said)
    line.answer_to(unsend(said), text("全部削除"))
    assert set(states()) == {("", "erased")}
    report = Report()
    rules.check(line.api.sent[-1][1], report)
    assert report.details == []


def test_lines_that_an_edit_leaves_are_left_alone(line: Line) -> None:
    said = in_group("牛乳\nパソ\n卵")
    line.answer_to(said)
    tick = last(line)["卵"]
    line.says("todo 牛乳", BOB, FAMILY)
    line.answer_to(edit(said, "todo 牛乳\nパン\n卵"))
    assert sorted(open_titles(FAMILY)) == sorted(["パン", "卵"])
    assert line.taps(tick, BOB, FAMILY).startswith("完了: 卵")


def test_lines_that_an_edit_left_are_the_edits_from_then_on(line: Line) -> None:
    said = in_group(f"{SECRET}\nパソ")
    line.answer_to(said)
    line.answer_to(edit(said, f"todo {SECRET}\nパン"))
    assert sorted(open_titles(FAMILY)) == sorted([SECRET, "パン"])
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == []
    assert SECRET not in stored()


def test_an_edit_of_an_edit_keeps_the_first_place(line: Line) -> None:
    said = in_group("A")
    line.answer_to(said)
    line.says("todo B", chat=FAMILY)
    for version in ("A2", "A3"):
        line.answer_to(edit(said, f"todo {version}"))
        assert open_titles(FAMILY) == [version, "B"]


def test_words_that_another_said_before_are_theirs_again(line: Line) -> None:
    for _ in range(2):
        line.says("todo milk", ALICE, FAMILY)
    said = in_group("MILK", BOB)
    line.answer_to(said)
    line.answer_to(unsend(said))
    assert states() == [("milk", "done")]


def test_what_another_opened_since_stays_open(line: Line) -> None:
    for _ in range(2):
        line.says("todo 牛乳", ALICE, FAMILY)
    said = in_group("牛乳", BOB)
    line.answer_to(said)
    tick = last(line)["牛乳"]
    line.taps(tick, ALICE, FAMILY)
    line.taps(tick.replace("done", "open"), ALICE, FAMILY)
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == ["牛乳"]


def test_an_unsent_undo_touches_nothing(line: Line) -> None:
    line.says("todo 牛乳", chat=FAMILY)
    said, undo = in_group("牛乳"), in_group("undo", BOB)
    line.answer_to(said)
    line.answer_to(undo)
    line.answer_to(unsend(undo))
    assert open_titles(FAMILY) == []
    line.answer_to(unsend(said))
    assert open_titles(FAMILY) == ["牛乳"]


def test_an_unsend_is_not_answered_even_if_it_could_be(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said)
    line.answer_to(unsend(said) | {"replyToken": "token"})
    assert inbox(type="unsend").reply == ""


def test_both_at_one_millisecond_are_nothing(line: Line) -> None:
    said = text(SECRET)
    first = {"timestamp": said["timestamp"], "webhookEventId": "01ARZ3NDEKTSV4RREE00000001"}
    line.answer_to(unsend(said) | first, said)
    assert open_titles() == []
    assert SECRET not in stored()


def test_unsends_of_what_was_not_said_to_us_hold_nobody_up(line: Line) -> None:
    gone = [unsend(text("x", ALICE, f"C{number:032x}")) for number in range(100)]
    line.worker.replies_at_once = 0
    line.delivers(*gone, text("牛乳", BOB))
    line.worker.turn()
    assert open_titles(BOB) == ["牛乳"]


def test_an_edit_counts_while_another_channel_is_in_control_and_says_nothing(line: Line) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    line.answer_to(edit(said, "todo パン") | {"mode": "standby"})
    assert open_titles(FAMILY) == []
    assert SECRET not in stored()


def test_two_edits_of_what_people_say_to_each_other_are_not_answered(line: Line) -> None:
    said = text("おはよう", chat=FAMILY)
    for new in ("おはよう!", "おはよう!!"):
        line.answer_to(edit(said, new))
    assert line.api.tries == []
    assert not Event.objects.exclude(reply="").exists()


@pytest.mark.parametrize("together", [True, False])
def test_whoever_quotes_unsent_words_does_not_tell_them(line: Line, together: bool) -> None:
    said = text(SECRET)
    line.answer_to(said)
    line.says(SECRET)
    quote = quoting(said["message"]["id"], "済")
    line.delivers(quote)
    if not together:
        apply_due(timezone.now())
    answer = line.answer_to(unsend(said))
    assert answer == "That is done already.\n\nNothing to do."
    assert SECRET not in answer


@pytest.mark.parametrize("data", ["済", "1"])
def test_unsent_words_are_not_kept_for_the_answer_to_a_quote(line: Line, data: str) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    line.says(f"todo {SECRET}", BOB, FAMILY)
    line.delivers(quoting(said["message"]["id"], data, BOB, FAMILY))
    apply_due(timezone.now())
    line.delivers(unsend(said))
    apply_due(timezone.now())
    assert inbox(reply="owed").refused
    assert SECRET not in stored()


def test_whoever_quotes_what_is_edited_does_not_tell_the_old_words(line: Line) -> None:
    said = in_group(SECRET)
    line.answer_to(said)
    line.says(f"todo {SECRET}", BOB, FAMILY)
    line.delivers(quoting(said["message"]["id"], "済", BOB, FAMILY))
    apply_due(timezone.now())
    assert SECRET not in line.answer_to(edit(said, "todo パン"))
    assert SECRET not in stored()


def test_all_in_one_delivery_tells_unsent_words_to_nobody(line: Line) -> None:
    said = text(SECRET)
    again, quote = text(SECRET), quoting(said["message"]["id"], "済")
    answer = line.answer_to(said, again, quote, unsend(said))
    assert "That is done already.\n\nNothing to do." in answer
    assert SECRET not in answer
    assert SECRET not in stored()


@pytest.mark.parametrize("message_id", ["é" * 80, "1\ud800", "9" * 65])
def test_an_id_that_is_none_fails_nobody(line: Line, message_id: str) -> None:
    line.delivers(event("unsend__text", unsend={"messageId": message_id}), text("牛乳")).work()
    assert not Event.objects.filter(state="failed").exists()
    assert open_titles() == ["牛乳"]


def test_another_chats_unsend_retires_no_message_of_ours(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(unsend(said) | {"source": {"type": "user", "userId": BOB}})
    line.answer_to(said)
    assert open_titles() == ["牛乳"]
