"""LINE's API, as little of it as the bot calls: each reply token works once, each answer takes its time."""

import asyncio
import time

from bench.wire import Wire

REPLIED = b'{"sentMessages":[{"id":"461%015d","quoteToken":"IStG5h1Tz7b"}]}'
SPENT = b'{"message":"Invalid reply token"}'
PROFILE = b'{"userId":"%s","displayName":"\xe8\x8a\xb1\xe5\xad\x90","language":"%s"}'
TOKEN = b'"replyToken"'


def answer(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nX-Line-Request-Id: 0e2d9f5c\r\n" % status
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


BAD, NOT_FOUND = answer(b"400 Bad Request", SPENT), answer(b"404 No", b"{}")


class Line:
    """What has come in. Times are those of time.perf_counter, which the load uses too."""

    def __init__(self) -> None:
        self.latency = 0.0  # seconds
        self.told = 0  # messages that were given an id, which is never given again
        self.numbers: dict[bytes, int] = {}
        self.expect([])

    def expect(self, tokens: list[str]) -> None:
        """Forgets what was; from now on these tokens are good for one reply each."""
        self.numbers = {token.encode(): number for number, token in enumerate(tokens)}
        self.arrived = [0.0] * len(tokens)
        self.delivered = [False] * len(tokens)
        #: Tried again though the first try had been answered; tokens that we never gave.
        self.twice = self.unknown = 0
        self.missing = len(tokens)
        self.complete = asyncio.Event()

    def reply(self, token: bytes) -> tuple[bytes, int]:
        """The answer, and the number of the reply if it is delivered by that."""
        number = self.numbers.get(token, -1)
        if number < 0:
            self.unknown += 1
            return BAD, -1
        if self.arrived[number]:
            self.twice += self.delivered[number]
            return BAD, -1
        self.arrived[number] = time.perf_counter()
        self.missing -= 1
        if not self.missing:
            self.complete.set()
        self.told += 1
        return answer(b"200 OK", REPLIED % self.told), number


class Api(Wire):
    """One connection of the worker's."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line

    def message(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"POST /v2/bot/message/reply "):
            start = body.index(b'"', body.index(TOKEN) + len(TOKEN)) + 1
            self.later(*self.line.reply(body[start : body.index(b'"', start)]))
        elif head.startswith(b"GET /v2/bot/profile/"):
            user = head[20 : head.index(b" ", 20)]
            self.later(answer(b"200 OK", PROFILE % (user, b"ja" if user < b"U8" else b"en")))
        else:
            self.later(NOT_FOUND)

    def later(self, written: bytes, number: int = -1) -> None:
        if self.line.latency:
            asyncio.get_running_loop().call_later(self.line.latency, self.write, written, number)
        else:
            self.write(written, number)

    def write(self, written: bytes, number: int) -> None:
        if self.transport.is_closing():
            return  # the worker has lost patience
        self.transport.write(written)
        if number >= 0:
            self.line.delivered[number] = True


async def serve(line: Line, port: int) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: Api(line), "127.0.0.1", port, backlog=1024)
