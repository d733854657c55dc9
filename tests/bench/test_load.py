"""The load and LINE's stub against each other, without a bot."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bench import load as loads
from bench.line import Line, serve
from bench.load import Load
from bench.wire import Wire, whole
from tests.e2e.base import free_port

ASKED = b"POST /callback HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"


class Bot(Wire):
    """Answers one request after the other, each taking its time, whatever the connection."""

    answer, pause = DONE, 0.0
    turn: asyncio.Lock
    doors: list["Bot"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.doors.append(self)

    def message(self, head: bytes, body: bytes) -> None:
        self.task = asyncio.get_running_loop().create_task(self.work())

    async def work(self) -> None:
        async with self.turn:
            await asyncio.sleep(self.pause)
        self.transport.write(self.answer)
        if b"close" in self.answer:
            self.transport.close()


def driven(count: int, connections: int, rate: float = 0, **how: Any) -> tuple[Load, int]:
    """The load, and how many connections it took."""

    async def drive() -> tuple[Load, int]:
        doors: list[Bot] = []
        kind = type("Bot", (Bot,), how | {"turn": asyncio.Lock(), "doors": doors})
        port = free_port()
        server = await asyncio.get_running_loop().create_server(kind, "127.0.0.1", port)
        load = Load([ASKED] * count, port, connections)
        await asyncio.wait_for(load.run(rate), 30)
        server.close()
        return load, len(doors)

    return asyncio.run(drive())


def test_a_closed_loop_sends_everything_once_over_its_connections() -> None:
    load, opened = driven(40, 4)
    assert (load.refused, load.broken, opened) == (0, 0, 4)
    assert all(end >= start > 0 for start, end in zip(load.sent, load.answered, strict=True))


def test_an_open_loop_counts_from_when_a_request_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads, "MOST", 1)
    load, _ = driven(20, 1, rate=1000, pause=0.02)  # the bot carries fifty a second
    waited = [sent - due for sent, due in zip(load.sent, load.due, strict=True)]
    assert waited[-1] > 10 * 0.02
    assert load.due != load.sent


def test_an_open_loop_opens_the_connections_that_it_needs() -> None:
    _, opened = driven(20, 1, rate=1000, pause=0.02)
    assert opened > 1


def test_a_refusal_is_counted() -> None:
    load, _ = driven(3, 1, answer=DONE.replace(b"200 OK", b"500 No"))
    assert load.refused == 3


def test_a_connection_that_the_bot_closes_is_opened_again() -> None:
    load, opened = driven(5, 1, answer=DONE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert (load.refused, load.broken, opened) == (0, 0, 5)


@pytest.mark.parametrize(
    "message",
    [
        DONE,
        b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n0\r\n\r\n",
    ],
)
def test_a_message_is_found_wherever_it_is_cut(message: bytes) -> None:
    assert [whole(message[:cut]) for cut in range(len(message))] == [0] * len(message)
    assert whole(message + DONE) == len(message)


class Worker(Wire):
    """Asks LINE and keeps the statuses."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []

    def message(self, head: bytes, body: bytes) -> None:
        self.statuses.append(int(head[9:12]))


def replied(token: str) -> bytes:
    body = f'{{"replyToken": "{token}", "messages": []}}'.encode()
    return b"POST /v2/bot/message/reply HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def talk(line: Line, *steps: Callable[[Worker], None]) -> list[int]:
    async def do() -> list[int]:
        port, loop = free_port(), asyncio.get_running_loop()
        server = await serve(line, port)
        worker = Worker()
        for step in steps:
            if not hasattr(worker, "transport") or worker.transport.is_closing():
                await loop.create_connection(lambda: worker, "127.0.0.1", port)
            step(worker)
            await asyncio.sleep(0.1)
        server.close()
        return worker.statuses

    return asyncio.run(do())


def test_a_token_works_once_and_a_second_reply_is_held_against_the_bot() -> None:
    line = Line()
    line.expect(["one", "two"])
    assert talk(line, *(lambda w, t=t: w.transport.write(replied(t)) for t in ("one", "two", "one"))) == [
        200,
        200,
        400,
    ]
    assert (line.twice, line.unknown, line.missing, line.complete.is_set()) == (1, 0, 0, True)


def test_a_token_that_nobody_gave_is_noticed() -> None:
    line = Line()
    assert talk(line, lambda worker: worker.transport.write(replied("made up"))) == [400]
    assert line.unknown == 1


def test_asking_again_what_was_never_answered_is_no_second_reply() -> None:
    line = Line()
    line.expect(["one"])
    line.latency = 0.15  # the worker's patience ends before

    def give_up(worker: Worker) -> None:
        worker.transport.close()

    def ask(worker: Worker) -> None:
        worker.transport.write(replied("one"))

    talk(line, ask, give_up, lambda worker: None, ask)
    assert (line.twice, line.missing) == (0, 0)
