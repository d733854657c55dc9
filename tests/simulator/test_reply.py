"""Replies: a token is good for one use within a minute of its webhook, and everything is sent or nothing."""

from typing import Any

import pytest
from linebot.v3.messaging import ReplyMessageRequest, TextMessage

from simulator.ids import MessageIds
from tests.simulator.harness import Answer, Bot, Line, text

INVALID = (400, {"message": "Invalid reply token"})


def said(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.body


def test_a_reply_through_the_sdk_shows_in_the_chat(line: Line, bot: Bot) -> None:
    line.say("family")
    token = bot.events[0].reply_token
    message = TextMessage(text="done")
    answer = line.sdk.reply_message(ReplyMessageRequest(replyToken=token, messages=[message]))
    shown = line.replies("family")
    assert [(one["via"], one["replyToken"], one["message"]["text"]) for one in shown] == [
        ("reply", token, "done")
    ]
    assert [one.id for one in answer.sent_messages] == [shown[0]["id"]]
    assert answer.sent_messages[0].quote_token
    entry = line.chat("family")["entries"][-1]
    assert (entry["from"], entry["id"], entry["readable"]) == ("bot", shown[0]["id"], "done")


def test_a_token_works_once(line: Line) -> None:
    token = line.token()
    assert line.reply(token).status == 200
    assert said(line.reply(token)) == INVALID
    assert len(line.replies("alice")) == 1


def test_a_made_up_token_is_invalid(line: Line) -> None:
    assert said(line.reply("f" * 32)) == INVALID


def test_a_token_lives_for_a_minute(line: Line) -> None:
    first, second = line.token(), line.token()
    line.do("clock", advanceSeconds=59)
    assert line.reply(first).status == 200
    line.do("clock", advanceSeconds=1)
    assert said(line.reply(second)) == INVALID


def test_an_undelivered_events_token_lives_for_a_minute_too(line: Line, bot: Bot) -> None:
    answer = line.say("alice", deliver=False)
    assert (answer["delivery"], bot.bodies) == (None, [])
    assert line.reply(answer["event"]["replyToken"]).status == 200


def test_a_redelivery_renews_the_minute(line: Line) -> None:
    answer = line.say("alice")
    line.do("clock", advanceSeconds=600)
    line.do("redeliver", delivery=answer["delivery"]["id"], wait=True)
    line.do("clock", advanceSeconds=59)
    assert line.reply(answer["event"]["replyToken"]).status == 200


def test_a_redelivery_does_not_renew_a_used_token(line: Line) -> None:
    answer = line.say("alice")
    assert line.reply(answer["event"]["replyToken"]).status == 200
    line.do("redeliver", delivery=answer["delivery"]["id"], wait=True)
    assert said(line.reply(answer["event"]["replyToken"])) == INVALID


@pytest.mark.parametrize(("age", "status"), [(19 * 60 + 59, 200), (20 * 60, 400)])
def test_twenty_minutes_after_the_event_nothing_renews_a_token(line: Line, age: int, status: int) -> None:
    answer = line.say("alice")
    line.do("clock", advanceSeconds=age)
    line.do("redeliver", delivery=answer["delivery"]["id"], wait=True)
    assert line.reply(answer["event"]["replyToken"]).status == status


def test_one_bad_message_stops_them_all_and_leaves_the_token_alone(line: Line) -> None:
    token = line.token()
    answer = line.reply(token, text("fine"), text(""))
    assert answer.status == 400
    assert answer.body["message"] == "The request body has 1 error(s)"
    assert answer.details == [("messages[1].text", "May not be empty")]
    assert line.replies("alice") == []
    assert line.reply(token).status == 200


@pytest.mark.parametrize("count", [0, 6])
def test_a_reply_has_one_to_five_messages(line: Line, count: int) -> None:
    body = {"replyToken": line.token(), "messages": [text()] * count}
    answer = line.api("POST", "message/reply", body)
    assert answer.details == [("messages", "Size must be between 1 and 5")]


def test_five_messages_are_sent_in_order(line: Line) -> None:
    answer = line.reply(line.token(), *[text(str(number)) for number in range(5)])
    shown = line.replies("alice")
    assert [one["message"]["text"] for one in shown] == ["0", "1", "2", "3", "4"]
    assert [one["id"] for one in answer.body["sentMessages"]] == [one["id"] for one in shown]


def test_a_reply_names_its_token(line: Line) -> None:
    answer = line.api("POST", "message/reply", {"messages": [text()]})
    assert answer.details == [("replyToken", "May not be empty")]


def test_a_quote_token_holds_in_its_own_chat_only(line: Line) -> None:
    quote = line.say("alice")["event"]["message"]["quoteToken"]
    assert line.reply(line.token("bob"), text(quoteToken=quote)).status == 400
    assert line.reply(line.token("alice"), text(quoteToken=quote)).status == 200
    assert line.reply(line.token("alice"), text(quoteToken="made up")).status == 400


def test_an_entry_says_what_the_bot_quotes(line: Line) -> None:
    said = line.say("alice")["event"]
    quoting = text(quoteToken=said["message"]["quoteToken"])
    sent = line.reply(said["replyToken"], quoting, text()).body["sentMessages"]
    line.push(line.id("alice"), text(quoteToken=sent[0]["quoteToken"]))
    quoted = [entry["quoted"] for entry in line.chat("alice")["entries"]]
    assert quoted == [None, said["message"]["id"], None, sent[0]["id"]]


def test_a_quoted_edit_is_the_message_that_was_edited(line: Line) -> None:
    said = line.say("family")["entry"]["id"]
    edited = line.do("edit", chat="family", message=said, text="milk", wait=True)["event"]
    line.reply(edited["replyToken"], text(quoteToken=edited["message"]["quoteToken"]))
    assert line.chat("family")["entries"][-1]["quoted"] == said


def test_a_reply_has_no_retry_key(line: Line) -> None:
    body = {"replyToken": line.token(), "messages": [text()]}
    answer = line.api("POST", "message/reply", body, X_Line_Retry_Key="123e4567-e89b-12d3-a456-426614174000")
    assert answer.status == 400
    assert line.replies("alice") == []


def test_a_reply_to_somebody_who_blocked_the_bot_since_is_dropped(line: Line) -> None:
    token = line.token()
    line.do("block", user="alice", wait=True)
    assert line.reply(token).status == 200
    assert line.replies("alice") == []


def test_the_token_of_a_raw_event_of_a_known_chat_works(line: Line) -> None:
    event = line.say("alice", deliver=False)["event"]
    event["replyToken"] = "0123456789abcdef" * 2
    line.do("events", events=[event], wait=True)
    assert line.reply(event["replyToken"]).status == 200


def test_sending_a_used_event_again_as_a_raw_one_does_not_revive_its_token(line: Line) -> None:
    event = line.say("alice")["event"]
    assert line.reply(event["replyToken"]).status == 200
    line.do("events", events=[event], wait=True)
    assert said(line.reply(event["replyToken"])) == INVALID


def test_message_ids_rise_though_the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.ids.time.time_ns", lambda: 1_790_000_000_000_000_000)
    made = MessageIds()
    assert [made.next() for _ in range(3)] == [f"17900000000000000{last}" for last in ("0", "1", "2")]


def test_ids_and_tokens_are_never_repeated_even_after_a_reset(line: Line) -> None:
    first = [line.say("alice")["event"] for _ in range(20)]
    line.do("reset")
    events = first + [line.say("alice")["event"] for _ in range(20)]
    for found in (
        [event["webhookEventId"] for event in events],
        [event["message"]["id"] for event in events],
        [event["replyToken"] for event in events],
    ):
        assert len(set(found)) == 40
    ids = [int(event["message"]["id"]) for event in events]
    assert ids == sorted(ids)
