"""Webhook events, as the bot gets them: their shape, their signature, and when there are none."""

import re
from typing import Any

import pytest
from linebot.v3 import webhooks

from tests.simulator.harness import SECRET, Bot, Line

# (control call, body, the SDK's class, whether there is a reply token)
KINDS = [
    ("say", {"chat": "alice", "text": "milk"}, webhooks.MessageEvent, True),
    ("sticker", {"chat": "alice"}, webhooks.MessageEvent, True),
    *[
        ("media", {"chat": "family", "kind": kind}, webhooks.MessageEvent, True)
        for kind in ("image", "video", "audio", "file", "location")
    ],
    ("postback", {"chat": "bob", "data": "x=1"}, webhooks.PostbackEvent, True),
    ("block", {"user": "alice"}, webhooks.UnfollowEvent, False),
    ("follow", {"user": "alice"}, webhooks.FollowEvent, True),
    ("leave", {"chat": "family"}, webhooks.LeaveEvent, False),
    ("member", {"chat": "family", "user": "charlie", "joined": True}, webhooks.MemberJoinedEvent, True),
    ("member", {"chat": "family", "user": "bob", "joined": False}, webhooks.MemberLeftEvent, False),
]


@pytest.mark.parametrize(("call", "body", "kind", "token"), KINDS)
def test_each_event_is_what_the_sdk_knows_it_as(
    line: Line, bot: Bot, call: str, body: dict[str, Any], kind: type, token: bool
) -> None:
    line.do(call, wait=True, **body)
    assert type(bot.events[0]) is kind
    assert ("replyToken" in bot.bodies[0]["events"][0]) is token


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image", webhooks.ImageMessageContent),
        ("video", webhooks.VideoMessageContent),
        ("audio", webhooks.AudioMessageContent),
        ("file", webhooks.FileMessageContent),
        ("location", webhooks.LocationMessageContent),
    ],
)
def test_each_medium_is_what_the_sdk_knows_it_as(line: Line, bot: Bot, kind: str, content: type) -> None:
    line.do("media", chat="alice", kind=kind, wait=True)
    assert type(bot.events[0].message) is content


def test_a_text_event_has_every_property_that_line_sends_today(line: Line, bot: Bot) -> None:
    line.say("alice")
    body, event = bot.bodies[0], bot.bodies[0]["events"][0]
    assert body["destination"] == line.state()["bot"]["userId"]
    assert set(event) == {
        "type",
        "message",
        "webhookEventId",
        "deliveryContext",
        "timestamp",
        "source",
        "replyToken",
        "mode",
    }
    assert set(event["message"]) == {"type", "id", "text", "quoteToken", "markAsReadToken"}
    assert (event["mode"], event["deliveryContext"]) == ("active", {"isRedelivery": False})
    assert event["source"] == {"type": "user", "userId": line.id("alice")}
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", event["webhookEventId"])
    assert re.fullmatch(r"\d{18}", event["message"]["id"])
    assert re.fullmatch(r"U[0-9a-f]{32}", body["destination"])


def test_the_request_says_who_it_is(line: Line, bot: Bot) -> None:
    line.say("alice")
    headers = bot.headers[0]
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["User-Agent"] == "LineBotWebhook/2.0"
    assert headers["x-line-signature"]


def test_the_signature_is_the_one_line_publishes() -> None:
    from simulator.delivery import sign

    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign("8c570fa6dd201bb328f1c1eac23a96d8", body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert sign(SECRET, body) != sign("another", body)


def test_a_group_message_names_the_group_and_the_speaker_and_has_no_read_token(line: Line, bot: Bot) -> None:
    line.say("family", **{"from": "bob"})
    event = bot.bodies[0]["events"][0]
    assert event["source"] == {"type": "group", "groupId": line.id("family"), "userId": line.id("bob")}
    assert "markAsReadToken" not in event["message"]


def test_joining_and_leaving_name_nobody(line: Line, bot: Bot) -> None:
    line.do("leave", chat="family", wait=True)
    line.do("join", chat="family", wait=True)
    assert [body["events"][0]["type"] for body in bot.bodies] == ["leave", "join"]
    assert all(set(body["events"][0]["source"]) == {"type", "groupId"} for body in bot.bodies)
    assert type(bot.events[1]) is webhooks.JoinEvent
    assert bot.events[1].reply_token


def test_who_joined_or_left_is_named_in_the_event_and_not_its_source(line: Line, bot: Bot) -> None:
    for joined in (True, False):
        line.do("member", chat="family", user="charlie", joined=joined, wait=True)
    events = [body["events"][0] for body in bot.bodies]
    charlie = {"members": [{"type": "user", "userId": line.id("charlie")}]}
    assert (events[0]["joined"], events[1]["left"]) == (charlie, charlie)
    assert all("userId" not in event["source"] for event in events)


def test_a_mention_is_measured_in_utf16_units_from_the_start(line: Line, bot: Bot) -> None:
    line.say("family", "牛乳 🍎", mention=True)
    message = bot.bodies[0]["events"][0]["message"]
    mentionee = message["mention"]["mentionees"][0]
    assert message["text"] == "@todobot 牛乳 🍎"
    assert (mentionee["index"], mentionee["length"], mentionee["isSelf"]) == (0, 8, True)
    assert mentionee["userId"] == bot.bodies[0]["destination"]


def test_emojis_and_the_quoted_message_are_passed_on(line: Line, bot: Bot) -> None:
    emoji = {"index": 0, "length": 2, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    first = line.say("alice", "() milk", emojis=[emoji])
    line.say("alice", "this", quote=first["event"]["message"]["id"])
    messages = [body["events"][0]["message"] for body in bot.bodies]
    assert messages[0]["emojis"] == [emoji]
    assert messages[1]["quotedMessageId"] == messages[0]["id"]


def test_a_lone_surrogate_reaches_the_bot_signed(line: Line, bot: Bot) -> None:
    line.request(
        "POST",
        "/simulator/say",
        body=b'{"chat":"alice","text":"a\\ud83cb","wait":true}',
        headers={"Content-Type": "application/json"},
    )
    assert bot.bodies[0]["events"][0]["message"]["text"] == "a\ud83cb"


def test_follow_says_whether_it_is_an_unblocking(line: Line, bot: Bot) -> None:
    line.do("block", user="alice", wait=True)
    line.do("unblock", user="alice", wait=True)
    line.do("follow", user="bob", wait=True)
    follows = [body["events"][0]["follow"] for body in bot.bodies[1:]]
    assert follows == [{"isUnblocked": True}, {"isUnblocked": False}]


def test_nothing_comes_from_somebody_who_blocked_the_bot_but_it_shows(line: Line, bot: Bot) -> None:
    line.do("block", user="alice", wait=True)
    answer = line.say("alice", "are you there")
    assert (answer["event"], answer["delivery"]) == (None, None)
    assert line.chat("alice")["entries"][-1]["readable"] == "are you there"
    line.say("bob")
    assert [event.type for event in bot.events] == ["unfollow", "message"]


def test_nothing_comes_from_a_group_without_the_bot(line: Line, bot: Bot) -> None:
    line.do("leave", chat="family", wait=True)
    assert line.say("family")["event"] is None
    assert len(bot.bodies) == 1


def test_unsending_names_the_message_and_marks_it(line: Line, bot: Bot) -> None:
    said = line.say("alice")["entry"]["id"]
    line.do("unsend", chat="alice", message=said, wait=True)
    event = bot.bodies[1]["events"][0]
    assert type(bot.events[1]) is webhooks.UnsendEvent
    assert event["unsend"] == {"messageId": said}
    assert "replyToken" not in event
    assert line.chat("alice")["entries"][0]["unsent"]


def test_an_unsent_text_is_gone_from_the_chat(line: Line) -> None:
    said = line.say("alice", "a secret")["entry"]["id"]
    entry = line.do("unsend", chat="alice", message=said, wait=True)["entry"]
    assert (entry["message"], entry["readable"], entry["text"]) == ({}, "", "")
    assert "a secret" not in str(line.state()["chats"])


def test_an_edit_in_a_group_keeps_the_id_and_renews_both_tokens(line: Line, bot: Bot) -> None:
    said = line.say("family", "mlik")["event"]
    edited = line.do("edit", chat="family", message=said["message"]["id"], text="milk", wait=True)
    assert type(bot.events[1]) is webhooks.MessageEditedEvent
    event = edited["event"]
    assert (event["message"]["id"], event["message"]["text"]) == (said["message"]["id"], "milk")
    assert event["message"]["quoteToken"] != said["message"]["quoteToken"]
    assert event["replyToken"] != said["replyToken"]
    assert edited["entry"]["edited"]
    assert "markAsReadToken" not in event["message"]


def test_an_edit_keeps_the_quote_and_the_mention_while_it_is_there(line: Line) -> None:
    first = line.say("family")["entry"]["id"]
    said = line.say("family", "mlik", mention=True, quote=first)["entry"]
    mention = said["message"]["mention"]

    def edited(to: str) -> dict[str, Any]:
        content: dict[str, Any] = line.do("edit", chat="family", message=said["id"], text=to)["event"][
            "message"
        ]
        return content

    kept = edited("@todobot milk")
    assert (kept["mention"], kept["quotedMessageId"]) == (mention, first)
    kept = edited("milk")
    assert ("mention" in kept, kept["quotedMessageId"]) == (False, first)


def test_nobody_edits_in_a_one_to_one_chat(line: Line) -> None:
    said = line.say("alice")["entry"]["id"]
    assert line.ask("edit", chat="alice", message=said, text="x").status == 409


def test_the_bots_own_message_cannot_be_unsent_by_people(line: Line) -> None:
    line.push(line.id("alice"))
    theirs = line.chat("alice")["entries"][-1]["id"]
    assert line.ask("unsend", chat="alice", message=theirs).status == 409


def test_a_tap_shows_its_display_text_and_is_no_message(line: Line, bot: Bot) -> None:
    answer = line.do("postback", chat="family", data="done=1", displayText="Milk is done", wait=True)
    assert (answer["entry"]["kind"], answer["entry"]["text"]) == ("tap", "Milk is done")
    assert bot.bodies[0]["events"][0]["postback"] == {"data": "done=1"}
    assert line.do("postback", chat="family", data="done=1")["entry"] is None


def test_a_picked_date_comes_as_params(line: Line, bot: Bot) -> None:
    line.do("postback", chat="alice", data="due", params={"date": "2026-12-24"}, wait=True)
    assert bot.events[0].postback.params == {"date": "2026-12-24"}


def test_a_room_is_named_as_a_room(line: Line, bot: Bot) -> None:
    room = line.do("chats", kind="room", name="Old room", members=["alice", "charlie"])
    line.say("old room")
    assert bot.bodies[0]["events"][0]["source"] == {
        "type": "room",
        "roomId": room["id"],
        "userId": line.id("alice"),
    }
    assert type(bot.events[0].source) is webhooks.RoomSource
