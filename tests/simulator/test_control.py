"""The control API and the stream."""

import json
import threading
from typing import Any

import pytest
import urllib3

from tests.simulator.harness import SECRET, TOKEN, Bot, Line, Loop, simulator, text, until

JSON_TYPE = {"Content-Type": "application/json"}


def test_the_world_starts_with_five_people_and_a_family(line: Line) -> None:
    state = line.state()
    users = {user["name"]: user for user in state["users"]}
    assert {name: user["language"] for name, user in users.items()} == {
        "Alice": "ja",
        "Bob": "en",
        "Charlie": "de",
        "小美 Mei": "zh-TW",
        "พลอย Ploy": "th",
    }
    family = line.chat("family")
    assert (family["name"], family["kind"], family["botIn"]) == ("家族 Family", "group", True)
    assert family["members"] == [users["Alice"]["userId"], users["Bob"]["userId"]]
    assert [chat["kind"] for chat in state["chats"]] == ["user"] * 5 + ["group"]
    assert state["bot"]["displayName"] == "todobot"
    assert all(not user["blocked"] and user["friend"] for user in users.values())


def test_people_and_chats_are_the_same_on_every_start(line: Line, loop: Loop) -> None:
    other = simulator(loop, "http://127.0.0.1:9/callback")
    for name in ("alice", "mei", "family"):
        assert other.id(name) == line.id(name)
    assert other.state()["bot"]["userId"] == line.state()["bot"]["userId"]


def test_a_chat_may_be_named_by_its_id(line: Line) -> None:
    line.say(line.id("family"), "by id", **{"from": line.id("bob")})
    assert line.chat("family")["entries"][0]["readable"] == "by id"


def test_a_chat_may_be_named_by_the_latin_part_of_its_name(line: Line) -> None:
    assert line.do("say", chat="mei", text="x")["event"]["source"]["userId"] == line.id("小美 mei")


def test_a_call_is_recorded_with_what_was_asked_and_answered(line: Line) -> None:
    answer = line.reply("f" * 32)
    call = line.state()["calls"][-1]
    assert (call["method"], call["path"], call["status"]) == ("POST", "/v2/bot/message/reply", 400)
    assert call["requestId"] == answer.headers["X-Line-Request-Id"]
    assert call["request"] == {"replyToken": "f" * 32, "messages": [text()]}
    assert call["response"] == answer.body


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("say", {"chat": "alice"}, 400, "text is missing"),
    ("say", {"chat": "alice", "text": 7}, 400, "text must be a string"),
    ("say", {"chat": "nobody", "text": "x"}, 404, "no such chat: nobody"),
    ("say", {"chat": "family", "text": "x", "from": "charlie"}, 400, "Charlie is not in chat 家族 Family"),
    ("say", {"chat": "alice", "text": "x", "times": 21}, 400, "times must be a whole number from 1 to 20"),
    ("say", {"chat": "alice", "text": "x", "wait": 1}, 400, "wait must be true or false"),
    ("say", {"chat": "alice", "text": "x", "quote": "1"}, 409, "chat Alice has no message 1"),
    (
        "media",
        {"chat": "alice", "kind": "hologram"},
        400,
        "kind must be one of image, video, audio, file, location",
    ),
    ("block", {"user": "nobody"}, 404, "no such user: nobody"),
    ("unblock", {"user": "alice"}, 409, "Alice has not blocked the bot"),
    ("join", {"chat": "family"}, 409, "the bot is in 家族 Family already"),
    ("leave", {"chat": "alice"}, 409, "a one-to-one chat has no members to come and go"),
    ("member", {"chat": "family", "user": "bob", "joined": True}, 409, "Bob is already in 家族 Family"),
    ("member", {"chat": "family", "user": "bob"}, 400, "joined is missing"),
    ("users", {"name": "Alice"}, 400, "there is somebody called Alice already"),
    ("users", {"name": " "}, 400, "name is empty"),
    ("chats", {"name": "x", "kind": "group", "members": ["zoe"]}, 404, "no such user: zoe"),
    ("clock", {"advanceSeconds": -1}, 400, "advanceSeconds must be a whole number from 0 to 10000000"),
    ("nothing", {}, 404, "Not Found"),
]


@pytest.mark.parametrize(("path", "body", "status", "error"), REFUSED)
def test_what_is_wrong_is_named(line: Line, path: str, body: dict[str, Any], status: int, error: str) -> None:
    answer = line.ask(path, **body)
    assert (answer.status, answer.body) == (status, {"error": error})


def test_a_new_channel_secret_signs_at_once(line: Line, bot: Bot) -> None:
    line.do("channel", secret="another")
    assert line.say("alice", wait=True)["delivery"]["status"] == 401
    line.do("channel", secret=SECRET)
    assert line.say("alice", wait=True)["delivery"]["status"] == 200


def test_access_tokens_are_valid_until_they_are_not(line: Line) -> None:
    def valid() -> list[int]:
        asked = (line.api("GET", "info", Authorization=f"Bearer {token}") for token in (TOKEN, "new"))
        return [answer.status for answer in asked]

    line.do("channel", tokens=[TOKEN, "new"])
    assert valid() == [200, 200]
    line.do("channel", tokens=["new"])
    assert valid() == [401, 200]


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(line: Line, raw: bytes) -> None:
    assert line.request("POST", "/simulator/say", body=raw, headers=JSON_TYPE).status == 400


def test_many_acts_in_one_request_happen_in_order(line: Line, bot: Bot) -> None:
    acts = [{"act": "say", "chat": "alice", "text": str(number)} for number in range(3)]
    made = line.do("batch", acts=[*acts, {"act": "block", "user": "alice", "wait": True}])["events"]
    assert [event["type"] for event in made] == ["message", "message", "message", "unfollow"]
    assert [body["events"][0] for body in bot.bodies] == made


@pytest.mark.parametrize("act", [{}, {"act": "reset"}, {"act": "say"}, "say"])
def test_a_batch_names_acts_of_people(line: Line, act: object) -> None:
    assert line.ask("batch", acts=[act]).status == 400


def test_somebody_new_has_a_chat_at_once(line: Line, bot: Bot) -> None:
    user = line.do("users", name="Dave", language="de")
    line.say("dave")
    assert bot.bodies[0]["events"][0]["source"]["userId"] == user["userId"]


def test_a_group_without_members_has_nobody_to_speak(line: Line) -> None:
    line.do("chats", kind="group", name="Empty", members=[])
    assert line.ask("say", chat="empty", text="x").status == 400


def test_reset_goes_back_to_the_start(line: Line) -> None:
    line.say("alice")
    line.do("block", user="bob", wait=True)
    line.do("users", name="Dave")
    line.do("trouble", mode="down")
    line.do("reset")
    state = line.state()
    assert [len(chat["entries"]) for chat in state["chats"]] == [0] * 6
    assert (state["trouble"]["mode"], state["deliveries"], state["calls"]) == ("none", [], [])
    assert not any(user["blocked"] for user in state["users"])


def test_reset_leaves_nobody_waiting(line: Line, bot: Bot) -> None:
    bot.delay = 1.5
    answers: list[int] = []

    def wait() -> None:
        answers.append(line.ask("say", chat="alice", text="x", wait=True).status)

    delivered, queued = threading.Thread(target=wait), threading.Thread(target=wait)
    delivered.start()
    bot.wait(1)
    queued.start()
    until(lambda: len(line.chat("alice")["entries"]) == 2)
    line.do("reset")
    for one in (delivered, queued):
        one.join(1)
    assert answers == [200, 200]


def lines(stream: Any, count: int) -> list[dict[str, Any]]:
    found = []
    for line in stream:
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
        if len(found) == count:
            return found
    raise AssertionError("the stream ended")


def test_the_stream_tells_what_happens(line: Line, bot: Bot) -> None:
    http = urllib3.PoolManager()
    stream = http.request("GET", line.url + "/simulator/stream", preload_content=False, timeout=5)
    assert stream.headers["Content-Type"] == "text/event-stream"
    token = line.token()
    line.reply(token)
    line.api("POST", "chat/loading/start", {"chatId": line.id("alice"), "loadingSeconds": 5})
    line.do("trouble", mode="none")
    told = lines(stream, 8)
    stream.close()
    assert [one["type"] for one in told] == [
        "entry",
        "delivery",
        "delivery",
        "entry",
        "call",
        "typing",
        "call",
        "state",
    ]
    assert told[0]["entry"]["delivery"] == told[1]["delivery"]["id"] == told[2]["delivery"]["id"]
    assert [one["delivery"]["status"] for one in told[1:3]] == [None, 200]
    assert (told[5]["chat"], told[5]["seconds"]) == (line.id("alice"), 5)
