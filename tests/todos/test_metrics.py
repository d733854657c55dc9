"""What Prometheus and the log are told of events, and that no sender can make a series."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import Mock, patch

import pytest
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry

from tests.line import BOB, Line, body_of, event, text
from todos import record, scrape
from todos.answer import expire_late, settled
from todos.apply import apply_due
from todos.line.client import Attempt, Fate
from todos.models import Event
from todos.models.event import TOKEN_LIFE

pytestmark = pytest.mark.django_db(transaction=True)  # what is counted on commit needs commits

Rise = Callable[..., float]


@pytest.fixture
def rise() -> Rise:
    """How far a sample has risen since it was first asked about in this test."""
    before = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
    }

    def risen(name: str, **labels: str) -> float:
        now = REGISTRY.get_sample_value(f"todobot_{name}", labels) or 0.0
        return now - before.get((f"todobot_{name}", frozenset(labels.items())), 0.0)

    return risen


def test_events_are_counted_by_type_and_outcome(line: Line, rise: Rise) -> None:
    line.delivers(text("牛乳"), text("パン"), event("memberJoined__group"))
    line.delivers(event(source={"type": "user", "userId": "nobody"}))
    assert rise("events_total", type="message", outcome="pending") == 2
    assert rise("events_total", type="memberJoined", outcome="ignored") == 1
    assert rise("events_total", type="message", outcome="failed") == 1


def test_duplicates_are_counted(line: Line, rise: Rise) -> None:
    known = text("牛乳")
    line.delivers(known).delivers(known, text("パン"))
    assert rise("events_total", type="message", outcome="pending") == 3
    assert rise("duplicate_events_total") == 1


def test_a_type_that_line_invents_makes_no_series_of_its_own(line: Line, rise: Rise) -> None:
    line.delivers(event("hologram__from_next_year"), event("hologram__from_next_year", type="x" * 40))
    assert rise("events_total", type="other", outcome="ignored") == 2
    types = {sample.labels.get("type") for metric in REGISTRY.collect() for sample in metric.samples}
    assert not types & {"hologram", "x" * 40}


def test_answers_to_line_are_counted_by_status(line: Line, rise: Rise) -> None:
    line.delivers(text("牛乳"))
    assert line.post(body_of(text("牛乳")), signature="forged") == 400
    assert line.browser.get("/callback").status_code == 405
    line.browser.raise_request_exception = False
    with patch("todos.inbox.store", side_effect=OperationalError("gone away")):
        assert line.post(body_of(text("牛乳"))) == 500
    counts = {
        status: rise("callback_seconds_count", status=status) for status in ("200", "400", "405", "500")
    }
    assert counts == {"200": 1, "400": 1, "405": 1, "500": 1}


def test_what_was_done_is_counted_once_it_is_done(line: Line, rise: Rise) -> None:
    line.delivers(text("牛乳"), text("一覧"), text("パン", by=BOB))
    assert rise("applied_events_total", did="toggled") == 0
    line.work()
    assert rise("applied_events_total", did="toggled") == 2
    assert rise("applied_events_total", did="list") == 1
    assert rise("applied_seconds_count") == 3
    assert (rise("batch_events_count"), rise("batch_events_sum")) == (1, 3)


def test_what_was_rolled_back_is_not_counted(line: Line, rise: Rise, monkeypatch: pytest.MonkeyPatch) -> None:
    told = record.applied

    def broken(events: Any) -> None:
        told(events)
        raise ZeroDivisionError

    monkeypatch.setattr(record, "applied", broken)
    line.delivers(text("牛乳")).work()
    assert rise("applied_events_total", did="toggled") == 0
    assert rise("applied_events_total", did="failed") == 1


def test_replies_are_counted_by_what_became_of_them(line: Line, rise: Rise) -> None:
    line.api.fates = [Attempt(Fate.LATER, "429: slow down"), Attempt(Fate.REFUSED, "400: no")]
    line.says("牛乳")
    line.says("パン", by=BOB)
    Event.objects.update(received_at=F("received_at") - timedelta(minutes=2))
    Event.objects.update(due_at=F("received_at"))
    line.work()
    assert rise("replies_total", outcome="later") == 1
    assert rise("replies_total", outcome="refused") == 1
    assert rise("replies_total", outcome="expired") == 1
    assert rise("replied_seconds_count") == 0
    line.says("卵")
    assert (rise("replies_total", outcome="sent"), rise("replied_seconds_count")) == (1, 1)


def test_a_reply_whose_last_try_failed_is_counted_as_expired(line: Line, rise: Rise) -> None:
    line.api.fates = [Attempt(Fate.UNKNOWN, "503: busy")]
    with (
        patch("todos.answer.FIRST_PAUSE", TOKEN_LIFE * 2),
        patch("todos.answer.LONGEST_PAUSE", TOKEN_LIFE * 2),
    ):
        line.says("牛乳")
    assert Event.objects.get().reply == "expired"
    assert (rise("replies_total", outcome="unknown"), rise("replies_total", outcome="expired")) == (0, 1)


def fields(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    return [vars(one) for one in caplog.records if one.getMessage() == message and one.name == "todos.record"]


def test_the_log_has_a_record_for_each_event_with_fields(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answered, silent = text("牛乳"), event("unfollow__blocked")
    line.delivers(answered).work()
    line.delivers(silent).work()
    [reply], [applied] = fields(caplog, "reply"), fields(caplog, "applied")
    assert reply["event"] == answered["webhookEventId"]
    assert (reply["type"], reply["did"], reply["outcome"]) == ("message", "toggled", "sent")
    assert (reply["tries"], reply["line_request"]) == (1, "request-1")
    assert applied["event"] == silent["webhookEventId"]
    assert (applied["type"], applied["did"]) == ("unfollow", "departed")
    assert 0 <= applied["ms"] < 60_000
    assert 0 <= reply["ms"] < 60_000


def seen() -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(scrape.Inbox())
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for metric in registry.collect()
        for sample in metric.samples
    }


def test_the_inbox_tells_its_depth_and_the_age_of_what_waits_longest(line: Line) -> None:
    line.delivers(text("牛乳"), text("パン"))
    assert seen()["todobot_inbox_events pending"] == 2
    Event.objects.filter(pk=Event.objects.earliest("pk").pk).update(due_at=F("due_at") - timedelta(minutes=5))
    assert 300 <= seen()["todobot_inbox_oldest_seconds"] < 360
    line.api.fates = [Attempt(Fate.LATER, "429: slow down")] * 2
    line.work()
    found = seen()
    assert (found["todobot_inbox_events pending"], found["todobot_inbox_events applied"]) == (0, 2)
    assert (found["todobot_inbox_oldest_seconds"], found["todobot_database_up"]) == (0, 1)


def test_a_database_that_is_away_is_told_and_nothing_else() -> None:
    with patch("todos.scrape.Event.objects.filter", side_effect=OperationalError("gone away")):
        assert seen() == {"todobot_database_up": 0}


def test_a_reply_is_counted_once_though_the_profile_could_not_be_kept(
    line: Line, rise: Rise, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.delivers(text("牛乳"))
    with monkeypatch.context() as away:
        away.setattr("todos.answer.keep_profiles", Mock(side_effect=OperationalError("gone away")))
        line.worker.turn()
        line.worker.collect(5)
        with pytest.raises(OperationalError):
            line.worker.turn()
    line.work()
    assert rise("replies_total", outcome="sent") == 1


def test_what_another_worker_settled_meanwhile_is_not_counted_as_expired(
    line: Line, rise: Rise, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.delivers(text("牛乳"))
    apply_due(timezone.now())
    Event.objects.update(received_at=F("received_at") - 2 * TOKEN_LIFE)

    def settled_meanwhile(*given: Any) -> dict[str, Any]:
        Event.objects.update(state=Event.State.SETTLED)
        return settled(*given)

    monkeypatch.setattr("todos.answer.settled", settled_meanwhile)
    expire_late(timezone.now())
    assert rise("replies_total", outcome="expired") == 0
