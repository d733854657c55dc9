"""The simulator's events and answers against LINE's own description of them."""

from typing import Any

import pytest

from simulator.api.routes import ROUTES
from tests import openapi
from tests.simulator.harness import TOKEN, Bot, Line, text
from tests.simulator.menus import png
from tests.simulator.objects import GOOD, rich_menu

pytestmark = openapi.needed


def everything_happens(line: Line) -> None:
    said = line.say("alice", "a list", emojis=[{"index": 0, "length": 1, "productId": "p", "emojiId": "1"}])
    line.say("alice", "this one", quote=said["event"]["message"]["id"])
    line.do("unsend", chat="alice", message=said["event"]["message"]["id"], wait=True)
    line.say("family", mention=True)
    line.do("sticker", chat="family", wait=True)
    for kind in ("image", "video", "audio", "file", "location"):
        line.do("media", chat="alice", kind=kind, wait=True)
    line.do("postback", chat="alice", data="x", params={"time": "10:00"}, wait=True)
    for act in ("block", "unblock", "follow"):
        line.do(act, user="bob", wait=True)
    for joined in (True, False):
        line.do("member", chat="family", user="charlie", joined=joined, wait=True)
    for act in ("leave", "join"):
        line.do(act, chat="family", wait=True)
    line.do("chats", kind="room", name="Old room", members=["alice"])
    line.say("old room")
    line.do("redeliver", delivery=line.state()["deliveries"][0]["id"], wait=True)


def test_every_webhook_is_as_line_describes_it(line: Line, bot: Bot) -> None:
    everything_happens(line)
    assert {body["events"][0]["type"] for body in bot.bodies} == {
        "message",
        "unsend",
        "postback",
        "follow",
        "unfollow",
        "memberJoined",
        "memberLeft",
        "join",
        "leave",
    }
    for body in bot.bodies:
        assert openapi.errors("webhook", "CallbackRequest", body) == []


def test_an_edit_is_described_as_a_message_until_lines_description_knows_it(line: Line, bot: Bot) -> None:
    said = line.say("family")["event"]["message"]["id"]
    line.do("edit", chat="family", message=said, text="more", wait=True)
    body = bot.bodies[1]
    body["events"][0]["type"] = "message"
    assert openapi.errors("webhook", "CallbackRequest", body) == []


@pytest.mark.parametrize("message", GOOD.values(), ids=GOOD.keys())
def test_what_the_rules_accept_line_describes(message: dict[str, Any]) -> None:
    assert openapi.errors("messaging-api", "Message", message) == []


def test_line_describes_every_endpoint_there_is() -> None:
    for method, path, _ in ROUTES:
        openapi.operation(method, f"/v2/bot/{path}")


class Checked:
    """Calls LINE's API and holds each answer against its description."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.seen: set[str] = set()

    def __call__(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.line.api(method, path, body, **headers)
        described = openapi.operation(method, f"/v2/bot/{path}")
        assert answer.status == status, answer.data
        assert openapi.answer_errors(method, f"/v2/bot/{path}", status, answer.body) == []
        self.seen.add(described["operationId"])
        return answer.body


def test_every_answer_about_messages_is_as_line_describes_it(line: Line) -> None:
    call, alice = Checked(line), line.id("alice")
    push, key = {"to": alice, "messages": [text()]}, "123e4567-e89b-12d3-a456-426614174000"
    reply = {"replyToken": line.token(), "messages": [text(), *list(GOOD.values())[:4]]}
    call(200, "POST", "message/reply", reply)
    call(400, "POST", "message/reply", reply)
    call(400, "POST", "message/reply", {"replyToken": "x", "messages": []})
    call(200, "POST", "message/push", push, X_Line_Retry_Key=key)
    call(409, "POST", "message/push", push, X_Line_Retry_Key=key)
    call(400, "POST", "message/push", {**push, "to": "nobody"})
    call(200, "POST", "message/multicast", {**push, "to": [alice]})
    for kind in ("reply", "push", "multicast"):
        call(200, "POST", f"message/validate/{kind}", {"messages": [text()]})
        call(400, "POST", f"message/validate/{kind}", {"messages": [text("")]})
    call(200, "GET", "message/quota")
    call(200, "GET", "message/quota/consumption")
    line.do("quota", limit=0)
    call(429, "POST", "message/push", push)
    line.do("quota", limit=None)
    call(200, "GET", "message/quota")
    line.do("trouble", mode="429")
    call(429, "POST", "message/reply", reply)
    assert len(call.seen) == 8


def test_every_answer_about_people_is_as_line_describes_it(line: Line) -> None:
    call, alice, family = Checked(line), line.id("alice"), line.id("family")
    room = line.do("chats", kind="room", name="Old room", members=["alice"])["id"]
    read = line.say("alice")["event"]["message"]["markAsReadToken"]
    call(200, "GET", f"profile/{alice}")
    call(404, "GET", "profile/nobody")
    call(200, "GET", "info")
    for path in ("summary", "members/count", f"member/{alice}"):
        call(200, "GET", f"group/{family}/{path}")
    for path in ("members/count", f"member/{alice}"):
        call(200, "GET", f"room/{room}/{path}")
    call(202, "POST", "chat/loading/start", {"chatId": alice})
    call(400, "POST", "chat/loading/start", {"chatId": family})
    call(200, "POST", "chat/markAsRead", {"markAsReadToken": read})
    call(400, "POST", "chat/markAsRead", {"markAsReadToken": "x"})
    endpoint = call(200, "GET", "channel/webhook/endpoint")["endpoint"]
    call(200, "PUT", "channel/webhook/endpoint", {"endpoint": endpoint})
    call(200, "POST", "channel/webhook/test", {})
    for path in (f"group/{family}/members/ids", f"room/{room}/members/ids", "followers/ids"):
        call(403, "GET", path)
    call(200, "POST", f"group/{family}/leave")
    call(404, "POST", f"group/{family}/leave")
    call(200, "POST", f"room/{room}/leave")
    assert len(call.seen) == 17


def test_every_answer_about_rich_menus_is_as_line_describes_it(line: Line) -> None:
    call, alice = Checked(line), line.id("alice")
    call(200, "POST", "richmenu/validate", rich_menu())
    call(400, "POST", "richmenu", rich_menu(name=""))
    menu = call(200, "POST", "richmenu", rich_menu())["richMenuId"]
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "image/png"}
    line.request("POST", f"/v2/bot/richmenu/{menu}/content", body=png(), headers=headers)
    for path in ("richmenu/list", f"richmenu/{menu}"):
        call(200, "GET", path)
    for owner in ("all", alice):
        call(200, "POST", f"user/{owner}/richmenu/{menu}")
        call(200, "GET", f"user/{owner}/richmenu")
        call(200, "DELETE", f"user/{owner}/richmenu")
    call(200, "POST", "richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu})
    call(400, "POST", "richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu})
    call(200, "POST", "richmenu/alias/a", {"richMenuId": menu})
    call(400, "POST", "richmenu/alias/a", {"richMenuId": "none"})
    call(200, "GET", "richmenu/alias/a")
    call(200, "GET", "richmenu/alias/list")
    call(200, "DELETE", "richmenu/alias/a")
    call(200, "DELETE", f"richmenu/{menu}")
    call(404, "GET", f"richmenu/{menu}")
    assert len(call.seen) == 16


@pytest.mark.parametrize(
    ("spec", "name", "value"),
    [
        ("messaging-api", "ReplyMessageRequest", {"replyToken": "x", "messages": []}),
        ("messaging-api", "ReplyMessageRequest", {"messages": [text()]}),
        ("messaging-api", "Message", {"type": "hologram"}),
        ("messaging-api", "Message", {"type": "text"}),
        ("messaging-api", "Message", {"type": "text", "text": "x", "sender": {"name": "x" * 21}}),
        ("messaging-api", "Message", {"type": "flex", "altText": "x", "contents": {"type": "box"}}),
        ("webhook", "CallbackRequest", {"destination": "x", "events": []}),
        ("webhook", "Event", {"type": "message", "timestamp": 1, "mode": "active"}),
    ],
)
def test_the_judge_finds_what_is_wrong(spec: str, name: str, value: object) -> None:
    assert openapi.errors(spec, name, value)
