"""Pushes: to whom, how often with one retry key, and what they cost."""

import uuid

import pytest
from linebot.v3.messaging import PushMessageRequest, TextMessage

from tests.simulator.harness import Line, text

KEY = "123e4567-e89b-12d3-a456-426614174000"


@pytest.mark.parametrize("chat", ["alice", "family"])
def test_a_push_shows_in_the_chat(line: Line, chat: str) -> None:
    message = TextMessage(text="hello")
    line.sdk.push_message(PushMessageRequest(to=line.id(chat), messages=[message]))
    assert [one["via"] for one in line.replies(chat)] == ["push"]


def test_the_same_retry_key_sends_once_and_names_the_first_request(line: Line) -> None:
    first = line.push(line.id("alice"), X_Line_Retry_Key=KEY)
    again = line.push(line.id("alice"), X_Line_Retry_Key=KEY.upper())
    assert (first.status, again.status) == (200, 409)
    assert again.headers["X-Line-Accepted-Request-Id"] == first.headers["X-Line-Request-Id"]
    assert again.headers["X-Line-Request-Id"] != first.headers["X-Line-Request-Id"]
    assert again.body == {"message": "The retry key is already accepted", **first.body}
    assert len(line.replies("alice")) == 1


def test_a_refused_push_leaves_its_retry_key_unused(line: Line) -> None:
    assert line.push(line.id("alice"), text(""), X_Line_Retry_Key=KEY).status == 400
    assert line.push(line.id("alice"), X_Line_Retry_Key=KEY).status == 200


def test_a_retry_key_is_forgotten_after_a_day(line: Line) -> None:
    line.push(line.id("alice"), X_Line_Retry_Key=KEY)
    line.do("clock", advanceSeconds=24 * 3600 - 1)
    assert line.push(line.id("alice"), X_Line_Retry_Key=KEY).status == 409
    line.do("clock", advanceSeconds=1)
    assert line.push(line.id("alice"), X_Line_Retry_Key=KEY).status == 200


def test_a_retry_key_is_a_uuid(line: Line) -> None:
    assert line.push(line.id("alice"), X_Line_Retry_Key="once").status == 400


@pytest.mark.parametrize("to", ["U" + "0" * 32, "alice", "C" + "0" * 32])
def test_a_push_to_an_unknown_id_fails(line: Line, to: str) -> None:
    answer = line.push(to)
    assert (answer.status, answer.body) == (400, {"message": "Failed to send messages"})


def test_a_push_to_a_group_without_the_bot_fails(line: Line) -> None:
    line.do("leave", chat="family", wait=True)
    assert line.push(line.id("family")).status == 400


def test_a_push_to_somebody_who_blocked_the_bot_is_dropped_and_free(line: Line) -> None:
    line.do("block", user="alice", wait=True)
    assert line.push(line.id("alice")).status == 200
    assert line.replies("alice") == []
    assert line.api("GET", "message/quota/consumption").body == {"totalUsage": 0}


def test_people_reached_are_counted_and_not_messages(line: Line) -> None:
    line.push(line.id("alice"), text(), text())
    line.push(line.id("family"))
    assert line.api("GET", "message/quota/consumption").body == {"totalUsage": 3}


def test_replies_are_free(line: Line) -> None:
    line.reply(line.token())
    assert line.api("GET", "message/quota/consumption").body == {"totalUsage": 0}


def test_the_month_ends_exactly_at_its_limit(line: Line) -> None:
    line.do("quota", limit=3, used=2)
    assert line.push(line.id("family")).status == 429
    assert line.push(line.id("alice")).status == 200
    answer = line.push(line.id("alice"))
    assert (answer.status, answer.body) == (429, {"message": "You have reached your monthly limit."})
    assert len(line.replies("alice")) == 1


def test_the_quota_may_be_limited_or_none(line: Line) -> None:
    assert line.api("GET", "message/quota").body == {"type": "limited", "value": 200}
    line.do("quota", limit=None)
    assert line.api("GET", "message/quota").body == {"type": "none"}


def test_a_multicast_reaches_everybody_named(line: Line) -> None:
    body = {"to": [line.id("alice"), line.id("bob")], "messages": [text()]}
    key = str(uuid.uuid4())
    assert line.api("POST", "message/multicast", body, X_Line_Retry_Key=key).body == {}
    assert line.api("POST", "message/multicast", body, X_Line_Retry_Key=key).status == 409
    assert (len(line.replies("alice")), len(line.replies("bob"))) == (1, 1)


@pytest.mark.parametrize("to", [[], ["U" + "0" * 32], [{}], "alice", None])
def test_a_multicast_needs_people_it_knows(line: Line, to: object) -> None:
    assert line.api("POST", "message/multicast", {"to": to, "messages": [text()]}).status == 400


def test_a_multicast_does_not_go_to_groups(line: Line) -> None:
    body = {"to": [line.id("family")], "messages": [text()]}
    assert line.api("POST", "message/multicast", body).status == 400
