"""Floods, locks, poison and a failing database: nobody pays for another's trouble."""

import logging
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.line import ALICE, BOB, CHARLIE, Line, history, inbox, open_titles, text
from tests.todos.test_answers import LATER, age
from todos import apply, rows
from todos.apply import Asked, within_bounds
from todos.commands import Clear, Toggle
from todos.lists import ChatList
from todos.models import Event


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the line 毒 raise, as often as asked for."""
    toggle = ChatList.toggle

    def brew(error: Exception, times: int = 1000) -> None:
        left = [times]

        def poisoned(self: ChatList, titles: Any, cause: Any) -> list[str]:
            if "毒" in titles and left[0]:
                left[0] -= 1
                raise error
            return toggle(self, titles, cause)

        monkeypatch.setattr(ChatList, "toggle", poisoned)

    return brew


def test_trouble_of_the_database_keeps_a_chat_in_order(line: Line, poison: Any) -> None:
    poison(OperationalError(1213, "Deadlock found"), times=2)
    line.delivers(text("毒"), text("全部削除"), text("パン"), text("卵", by=BOB))
    with pytest.raises(OperationalError):
        line.worker.turn()
    assert open_titles(BOB) == ["卵"]
    line.work()
    assert open_titles() == ["パン"]
    assert [kind for kind, _title in history()] == ["added", "cleared", "added"]
    assert inbox(source_id=BOB).reply == "sent"


def test_poison_costs_each_bystander_the_same_however_many_there_are(line: Line, poison: Any) -> None:
    poison(ZeroDivisionError())
    costs = []
    for number in (10, 40):
        people = [f"U{person:032x}" for person in range(number)]
        line.delivers(text("毒"), *[text(f"行{number}", by=one) for one in people])
        with CaptureQueriesContext(connection) as queries:
            apply.apply_due(Event.objects.order_by("-received_at")[0].received_at)
        costs.append(len(queries) / number)
        line.work()
    assert costs[1] <= costs[0]
    assert Event.objects.filter(state="failed").count() == 2


def test_an_event_that_is_applied_alone_locks_no_chat_but_its_own(
    line: Line, poison: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(ZeroDivisionError())
    whole, locked = apply.apply_batch, []

    def watched(now: Any, waiting: dict[str, int], only: int | None = None) -> int:
        locked.append(list(waiting))
        return whole(now, waiting, only)

    monkeypatch.setattr(apply, "apply_batch", watched)
    line.delivers(text("毒"), text("パン", by=BOB)).work()
    assert sorted(locked[0]) == [ALICE, BOB]
    assert sorted(locked[1:]) == [[ALICE], [BOB]]


def test_no_text_reaches_the_log_even_in_an_errors_own_words(
    line: Line, poison: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    poison(ValueError("秘密 could not be stored"))
    line.says("毒\n秘密の牛乳")
    line.says("秘密のパン")
    assert inbox(state="failed").error.startswith("ValueError at ")
    assert "秘密" not in caplog.text
    assert "毒" not in caplog.text


def test_a_flood_in_one_chat_does_not_keep_the_others_waiting(line: Line) -> None:
    line.delivers(*[text(f"{number}", by=CHARLIE) for number in range(120)])
    line.delivers(text("牛乳", by=BOB))
    line.worker.turn()
    assert open_titles(BOB) == ["牛乳"]
    assert len(open_titles(CHARLIE)) == apply.OF_ONE_CHAT
    line.work()
    assert open_titles(CHARLIE) == [f"{number}" for number in range(120)]


def test_a_batch_is_bounded_by_the_tasks_it_touches_and_never_empty() -> None:
    def asked(wish: Any) -> Asked:
        return Asked(Event(), wish, "")

    many = Toggle(tuple("x" * 900))
    assert len(within_bounds([asked(many)] * 9)) == 2
    assert len(within_bounds([asked(Clear())] * 9)) == 4
    assert len(within_bounds([asked(Toggle(tuple("x" * 9000)))] * 2)) == 1


def test_replies_that_expired_do_not_stand_before_a_live_one(line: Line) -> None:
    line.delivers(*[text(f"{number}", by=CHARLIE) for number in range(300)])
    line.worker.replies_at_once = 0
    line.work()
    age(61)
    line.worker.replies_at_once = 1
    line.delivers(text("牛乳", by=BOB))
    for _ in range(3):
        line.worker.turn()
        line.worker.collect(1)
    assert [token for token, _messages in line.api.sent] == [
        inbox(source_id=BOB).reply_token or line.api.tries[0]
    ]
    line.work()
    assert Event.objects.filter(reply="expired").count() == 300


def test_a_later_reply_of_a_chat_waits_for_an_earlier_one_that_is_tried_again(line: Line) -> None:
    first, second = text("牛乳"), text("パン")
    line.api.fates = [LATER]
    line.delivers(first).work()
    line.delivers(second).work()
    assert line.api.tries == [first["replyToken"]]
    age(1)
    line.work()
    assert line.api.tries == [first["replyToken"], first["replyToken"], second["replyToken"]]


def test_a_profile_that_cannot_be_kept_holds_up_nobody(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("todos.answer.keep_profiles", lambda *_: "\ud800".encode())
    line.says("牛乳", by=ALICE)
    line.says("パン", by=BOB)
    assert set(Event.objects.values_list("reply", flat=True)) == {"sent"}
    assert line.worker.under_way == 0


def test_results_wait_for_a_database_that_is_away(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as away:
        away.setattr("todos.worker.settle", lambda *_: (_ for _ in ()).throw(OperationalError("gone away")))
        line.delivers(text("牛乳"))
        line.worker.turn()
        line.worker.collect(5)
        with pytest.raises(OperationalError):
            line.worker.turn()
    line.work()
    assert (inbox().reply, inbox().tries) == ("sent", 1)


def test_a_deadlock_of_two_deliveries_is_tried_again_at_once(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, calls = rows.insert, []

    def deadlocked(*given: Any, **how: Any) -> int:
        calls.append(given)
        if len(calls) == 1:
            raise OperationalError(1213, "Deadlock found")
        return insert(*given, **how)

    monkeypatch.setattr("todos.inbox.insert", deadlocked)
    line.says("牛乳")
    assert len(calls) == 2
    assert open_titles() == ["牛乳"]


def test_lines_that_were_refused_are_not_kept_where_no_answer_is_owed(line: Line) -> None:
    silent = text("長" * 600)
    del silent["replyToken"]
    line.delivers(silent).work()
    assert inbox().refused == []
