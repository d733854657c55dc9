"""The real client against a real HTTP server on loopback that behaves as LINE, well or badly."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from todos.line import client
from todos.line.client import Attempt, Client, Fate, Profile

MESSAGES = [{"type": "text", "text": "牛乳 🍣"}]


class Server(ThreadingHTTPServer):
    """Answers every request with `status` and `body`; `cut` hangs up instead, `slow` waits first."""

    daemon_threads = True
    status, body, cut, slow = 200, b'{"sentMessages":[{"id":"1"}]}', False, 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.connections: set[Any] = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers), json.loads(body or "null")))
        self.server.connections.add(self.client_address)
        time.sleep(self.server.slow)
        if self.server.cut:
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Line-Request-Id", "request-7")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST = answer  # noqa: N815 (the names that http.server calls)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


class Api:
    """The client, each call of it run to its end."""

    def __init__(self, url: str) -> None:
        self.client, self.runner = Client(url, "the-access-token", connections=2), asyncio.Runner()

    def reply(self, token: str, messages: list[dict[str, Any]]) -> Attempt:
        return self.runner.run(self.client.reply(token, messages))

    def profile(self, user_id: str) -> Profile | None:
        return self.runner.run(self.client.profile(user_id))

    def member(self, kind: str, chat_id: str, user_id: str) -> Profile | None:
        return self.runner.run(self.client.member(kind, chat_id, user_id))

    def group(self, group_id: str) -> Profile | None:
        return self.runner.run(self.client.group(group_id))

    def close(self) -> None:
        self.runner.run(self.client.close())
        self.runner.close()


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    with closing(Api(f"http://127.0.0.1:{server.server_port}")) as api:
        yield api


def test_a_reply_carries_token_and_messages_as_line_wants_them(server: Server, api: Api) -> None:
    attempt = api.reply("token-1", MESSAGES)
    [(method, path, headers, body)] = server.requests
    assert (method, path) == ("POST", "/v2/bot/message/reply")
    assert headers["Authorization"] == "Bearer the-access-token"
    assert headers["Content-Type"] == "application/json"
    assert body == {"replyToken": "token-1", "messages": MESSAGES}
    assert (attempt.fate, attempt.request_id) == (Fate.SENT, "request-7")


def test_one_connection_serves_many_replies(server: Server, api: Api) -> None:
    for _ in range(5):
        api.reply("token-1", MESSAGES)
    assert len(server.connections) == 1


ERROR = (
    b'{"message":"The request body has 1 error(s)",'
    b'"details":[{"message":"May not be empty","property":"messages[0].text"}]}'
)


@pytest.mark.parametrize(
    ("status", "body", "fate", "error"),
    [
        (400, b'{"message":"Invalid reply token"}', Fate.SPENT, "400: Invalid reply token"),
        (
            400,
            ERROR,
            Fate.REFUSED,
            "400: The request body has 1 error(s); messages[0].text: May not be empty",
        ),
        (401, b'{"message":"Authentication failed"}', Fate.REFUSED, "401: Authentication failed"),
        (413, b"<html>", Fate.REFUSED, "413: Request Entity Too Large"),
        (
            429,
            b'{"message":"The API rate limit has been exceeded."}',
            Fate.LATER,
            "429: The API rate limit has been exceeded.",
        ),
        (500, b'{"message":"Internal error"}', Fate.UNKNOWN, "500: Internal error"),
        (502, b"[]", Fate.UNKNOWN, "502: Bad Gateway"),
        (503, b"", Fate.UNKNOWN, "503: Service Unavailable"),
    ],
)
def test_each_refusal_becomes_one_fate(
    server: Server, api: Api, status: int, body: bytes, fate: Fate, error: str
) -> None:
    server.status, server.body = status, body
    attempt = api.reply("token-1", MESSAGES)
    assert (attempt.fate, attempt.error, attempt.request_id) == (fate, error, "request-7")
    assert len(server.requests) == 1


def test_an_answer_of_200_counts_whatever_its_body_says(server: Server, api: Api) -> None:
    server.body = b"{}"
    assert api.reply("token-1", MESSAGES).fate == Fate.SENT


def test_a_connection_cut_after_the_request_is_unknown(server: Server, api: Api) -> None:
    server.cut = True
    assert api.reply("token-1", MESSAGES).fate == Fate.UNKNOWN
    assert len(server.requests) == 1


def test_no_answer_in_time_is_unknown(server: Server, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READ", 0.2)
    server.slow = 1
    assert api.reply("token-1", MESSAGES).fate == Fate.UNKNOWN


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b'{"sentMessages":[{"id":"1","quoteToken":"q"},{"id":"2"}]}', ("1", "2")),
        (b'{"sentMessages":[]}', ()),
        (b"{}", ()),
        (b"[]", ()),
        (b"5", ()),
        (b"", ()),
        (b"not json", ()),
        (b'{"sentMessages":null}', ()),
        (b'{"sentMessages":{"id":"1"}}', ()),
        (b'{"sentMessages":"12"}', ()),
        (b'{"sentMessages":[null]}', ()),
        (b'{"sentMessages":[{}]}', ()),
        (b'{"sentMessages":[{"id":7},{"id":"\\u3042"},{"id":""},{"id":"8"}]}', ("8",)),
        (b'{"sentMessages":[{"id":"%s"}]}' % (b"9" * 65), ()),
        (b'{"sentMessages":[%s]}' % b",".join([b'{"id":"1"}'] * 9), ("1",) * 5),
        (b"[" * 100_000, ()),
    ],
)
def test_the_ids_of_what_was_sent_are_those_that_line_tells(
    server: Server, api: Api, body: bytes, sent: tuple[str, ...]
) -> None:
    server.body = body
    assert api.reply("token-1", MESSAGES) == Attempt(Fate.SENT, "", "request-7", sent)


def test_an_error_that_is_not_utf_8_is_no_crash(server: Server, api: Api) -> None:
    server.status, server.body = 502, b"\xff\xfe"
    assert api.reply("token-1", MESSAGES).fate == Fate.UNKNOWN


def test_a_refused_connection_was_not_delivered() -> None:
    with closing(Api("http://127.0.0.1:9")) as api:
        assert api.reply("t", MESSAGES).fate == Fate.LATER


def test_the_profile_has_name_and_language(server: Server, api: Api) -> None:
    server.body = '{"displayName":"アリス","userId":"U1","language":"ja"}'.encode()
    assert api.profile("U1") == Profile("アリス", "ja")
    assert server.requests[0][:2] == ("GET", "/v2/bot/profile/U1")


def test_half_an_emoji_in_a_name_or_an_error_can_be_stored(server: Server, api: Api) -> None:
    server.body = b'{"displayName":"Alice \\ud83c"}'
    assert api.profile("U1") == Profile("Alice \ufffd", "")
    server.status, server.body = 400, b'{"message":"\\ud83c"}'
    assert api.reply("token-1", MESSAGES).error == "400: \ufffd"


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (404, b'{"message":"Not found"}', Profile()),
        (200, b'{"userId":"U1"}', Profile()),
        (500, b"{}", None),
        (429, b"{}", None),
        (200, b"not json", None),
        (200, b"[]", None),
    ],
)
def test_a_profile_that_line_does_not_give(
    server: Server, api: Api, status: int, body: bytes, found: Profile | None
) -> None:
    server.status, server.body = status, body
    assert api.profile("U1") == found


@pytest.mark.parametrize(
    ("kind", "chat", "path"),
    [("group", "C1", "/v2/bot/group/C1/member/U1"), ("room", "R1", "/v2/bot/room/R1/member/U1")],
)
def test_a_member_has_the_name_of_that_group_or_room(
    server: Server, api: Api, kind: str, chat: str, path: str
) -> None:
    server.body = '{"displayName":"ママ","userId":"U1"}'.encode()
    assert api.member(kind, chat, "U1") == Profile("ママ")
    assert server.requests[0][:2] == ("GET", path)


def test_a_group_has_a_name(server: Server, api: Api) -> None:
    server.body = '{"groupId":"C1","groupName":"家族"}'.encode()
    assert api.group("C1") == Profile("家族")
    assert server.requests[0][:2] == ("GET", "/v2/bot/group/C1/summary")


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (404, b'{"message":"Not found"}', Profile()),
        (403, b"{}", None),
        (503, b"", None),
    ],
)
def test_a_name_that_line_does_not_give(
    server: Server, api: Api, status: int, body: bytes, found: Profile | None
) -> None:
    server.status, server.body = status, body
    assert (api.member("group", "C1", "U1"), api.group("C1")) == (found, found)


def test_a_name_that_is_no_text_is_none_or_its_text(server: Server, api: Api) -> None:
    server.body = b'{"displayName":null,"groupName":7}'
    assert (api.member("group", "C1", "U1"), api.group("C1")) == (Profile(), Profile("7"))


def test_a_name_that_is_late_is_not_waited_for(
    server: Server, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BRIEF", 0.1)
    server.slow = 1
    assert (api.member("group", "C1", "U1"), api.group("C1")) == (None, None)
