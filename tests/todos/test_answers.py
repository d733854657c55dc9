"""Replies that meet trouble: each is sent once, or an operator sees why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.line import ALICE, BOB, Line, event, inbox, text
from todos.line.client import Attempt, Fate
from todos.models import Event
from todos.replies import Answer, Message, render

LATER = Attempt(Fate.LATER, "429: The API rate limit has been exceeded.", "request-9")
UNKNOWN = Attempt(Fate.UNKNOWN, "ReadTimeoutError")
SPENT = Attempt(Fate.SPENT, "400: Invalid reply token", "request-9")
REFUSED = Attempt(Fate.REFUSED, "401: Authentication failed", "request-9")


def age(seconds: float) -> None:
    """As if every event had come, and every pause had begun, that much earlier."""
    for one in Event.objects.all():
        one.received_at -= timedelta(seconds=seconds)
        one.due_at = one.due_at and one.due_at - timedelta(seconds=seconds)
        one.save()


def settle(line: Line, *fates: Attempt, seconds: float = 5) -> Event:
    """Alice's 牛乳 is answered with these fates, each try `seconds` after the one before."""
    line.api.fates = list(fates)
    line.delivers(text("牛乳")).work()
    while inbox().state != "settled":
        age(seconds)
        line.work()
    return inbox()


def test_an_answered_event_is_settled_and_keeps_neither_text_nor_token(line: Line) -> None:
    done = settle(line)
    assert (done.reply, done.did, done.tries) == ("sent", "toggled", 1)
    assert (done.payload, done.reply_token, done.refused, done.error) == ("", "", [], "")


def test_429_is_tried_again_until_it_is_sent(line: Line) -> None:
    done = settle(line, LATER, LATER)
    assert (done.reply, done.tries) == ("sent", 3)
    assert len(line.api.sent) == 1


def test_a_pause_comes_before_the_next_try(line: Line) -> None:
    line.api.fates = [LATER]
    line.delivers(text("牛乳")).work()
    assert len(line.api.tries) == 1
    assert timezone.now() < inbox().due_at < timezone.now() + timedelta(seconds=1)  # type: ignore[operator]


def test_pauses_grow_but_not_beyond_a_few_seconds(line: Line) -> None:
    from todos.answer import pause

    assert pause(0) < timedelta(seconds=0.3)
    assert timedelta(seconds=2.9) < pause(30) <= timedelta(seconds=4)


def test_an_invalid_token_after_a_timed_out_try_means_delivered(line: Line) -> None:
    done = settle(line, UNKNOWN, SPENT)
    assert (done.reply, done.tries, done.unsure) == ("sent", 2, False)


def test_an_invalid_token_after_a_429_was_not_delivered_by_us(line: Line) -> None:
    done = settle(line, LATER, SPENT)
    assert (done.reply, done.error, done.request_id) == ("refused", "400: Invalid reply token", "request-9")


def test_an_invalid_token_on_the_first_try_is_refused(line: Line) -> None:
    assert settle(line, SPENT).reply == "refused"


def test_a_refusal_is_not_repeated_and_kept_for_the_operator(line: Line) -> None:
    done = settle(line, REFUSED)
    assert (done.reply, done.error, done.request_id, done.tries) == (
        "refused",
        "401: Authentication failed",
        "request-9",
        1,
    )


def test_line_down_for_20_seconds_delays_the_answer_only(line: Line) -> None:
    done = settle(line, *[UNKNOWN] * 5, seconds=4)
    assert done.reply == "sent"
    assert len(line.api.sent) == 1


def test_line_down_for_longer_than_the_token_lives_expires_the_reply(line: Line) -> None:
    done = settle(line, *[LATER] * 40, seconds=4)
    assert done.reply == "expired"
    assert done.error.startswith("429")
    assert not done.unsure


def test_a_worker_that_was_away_for_over_a_minute_does_not_try(line: Line) -> None:
    line.delivers(text("牛乳"))
    age(61)
    line.work()
    assert (inbox().reply, inbox().error) == ("expired", "not sent within a minute")
    assert line.api.tries == []


def test_an_expired_try_that_may_have_been_delivered_says_so(line: Line) -> None:
    assert settle(line, *[UNKNOWN] * 40, seconds=4).unsure


def test_while_a_reply_is_under_way_even_an_earlier_one_of_the_chat_waits(line: Line) -> None:
    from todos.answer import claim

    line.worker.replies_at_once = 0
    line.delivers(late := text("牛乳"), text("パン", by=BOB)).work()
    early = text("卵", timestamp=late["timestamp"] - 1000)
    assert len(claim(timezone.now(), 1)) == 1
    line.delivers(early).work()
    assert [job.chat.line_id for job in claim(timezone.now(), 5)] == [BOB]


def test_a_worker_that_died_while_replying_is_replaced_after_the_lease(line: Line) -> None:
    from todos.answer import LEASE, claim

    line.delivers(text("牛乳"))
    line.worker.replies_at_once = 0  # applies, answers nothing
    line.work()
    assert len(claim(timezone.now(), 5)) == 1  # and dies here
    line.worker.replies_at_once = 8
    line.work()
    assert line.api.tries == []
    age(LEASE.total_seconds())
    line.api.fates = [SPENT]  # the dead worker had sent it
    line.work()
    assert (inbox().reply, inbox().tries) == ("sent", 2)


def test_trouble_with_one_reply_does_not_hold_up_anothers(line: Line) -> None:
    line.api.fates = [REFUSED]
    line.delivers(text("牛乳", by=ALICE), text("パン", by=BOB)).work()
    assert sorted(Event.objects.values_list("reply", flat=True)) == ["refused", "sent"]


def test_replies_of_one_chat_go_out_in_order(line: Line) -> None:
    said = [text(f"{number}") for number in range(12)]
    line.delivers(*reversed(said)).work()
    assert [token for token, _messages in line.api.sent] == [each["replyToken"] for each in said]


def test_a_reply_that_cannot_be_rendered_is_refused_and_blocks_nobody(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(answer: Answer) -> list[Message]:
        if "毒" in [task.title for task in answer.open_tasks]:
            raise ZeroDivisionError
        return render(answer)

    monkeypatch.setattr("todos.answer.render", broken)
    line.delivers(text("毒", by=ALICE), text("パン", by=BOB)).work()
    assert inbox(source_id=ALICE).error.startswith("not sent: ZeroDivisionError at test_answers.py")
    assert inbox(source_id=BOB).reply == "sent"


def test_an_event_that_fails_is_kept_with_its_error_and_stops_no_sibling(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    from todos.lists import ChatList

    toggle = ChatList.toggle

    def poisoned(self: ChatList, titles: tuple[str, ...], cause: object) -> list[str]:
        if "毒" in titles:
            raise ZeroDivisionError
        return toggle(self, titles, cause)  # type: ignore[arg-type]

    monkeypatch.setattr(ChatList, "toggle", poisoned)
    line.delivers(text("前"), text("毒"), text("後"), text("パン", by=BOB)).work()
    failed = inbox(state="failed")
    assert failed.error.startswith("ZeroDivisionError at test_answers.py")
    assert failed.payload
    assert Event.objects.filter(reply="sent").count() == 3
    monkeypatch.undo()
    failed.state, failed.due_at = "pending", timezone.now()
    failed.save()
    line.work()
    assert inbox(pk=failed.pk).reply == "sent"


def test_an_idle_poll_is_one_query(line: Line, django_assert_num_queries: object) -> None:
    line.says("牛乳")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert not line.worker.turn()


def test_a_batch_costs_the_same_statements_for_2_and_for_40_chats(line: Line) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people = [f"U{number:032x}" for number in range(40)]
    line.delivers(*[text("始", by=one) for one in people]).work()
    counts = []
    for some, said in ((people[:2], "牛乳\nパン"), (people, "卵\n米")):
        line.delivers(*[text(said, by=one) for one in some])
        line.worker.replies_at_once = 0
        with CaptureQueriesContext(connection) as queries:
            line.worker.turn()
        counts.append(len(queries))
        line.worker.replies_at_once = 64
        line.work()
    assert counts[0] == counts[1] <= 14


def test_events_without_a_reply_token_are_applied_and_settled(line: Line) -> None:
    silent = text("牛乳")
    del silent["replyToken"]
    line.delivers(silent).work()
    assert (inbox().state, inbox().reply) == ("settled", "")
    assert line.api.tries == []


def test_a_follow_after_a_block_is_answered_too(line: Line) -> None:
    line.delivers(event("unfollow__blocked"), event("follow__added")).work()
    assert [one.reply for one in Event.objects.in_order()] == ["", "sent"]
