"""The load: requests that are sent over kept connections, as fast as they are answered or at their time."""

import asyncio
import gc
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from random import Random

from bench.wire import CLOSE, Wire

#: Connections that an open loop opens at most; what waits for one is late, and its latency says so.
MOST = 256


class Door(Wire):
    """One connection to the bot, with at most one request under way."""

    def __init__(self, load: "Load") -> None:
        super().__init__()
        self.load = load
        self.number = -1

    def send(self, number: int) -> None:
        self.number = number
        self.load.sent[number] = time.perf_counter()
        self.transport.write(self.load.requests[number])

    def message(self, head: bytes, body: bytes) -> None:
        number, self.number = self.number, -1
        self.load.answer(number, head[9:12])
        if CLOSE.search(head):
            self.transport.close()
        else:
            self.load.is_free(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.load.lose(self)


class Load:
    """Sends each request once, again only where its connection broke. Times are of time.perf_counter."""

    def __init__(self, requests: list[bytes], port: int, connections: int) -> None:
        self.requests, self.port = requests, port
        self.sent = [0.0] * len(requests)
        self.answered = [0.0] * len(requests)
        self.due = self.sent  # in a closed loop each is due when it is sent
        #: Answers other than 200; connections that broke under a request.
        self.refused = self.broken = 0
        self.left = len(requests)
        self.queue: deque[int] = deque()
        self.free: list[Door] = []
        self.opened, self.connections = 0, connections
        self.opening: list[asyncio.Task[None]] = []
        self.over = asyncio.Event()

    async def run(self, rate: float = 0) -> None:
        """Closed loop, or at that many requests a second with random gaps, as independent people write."""
        for _ in range(self.connections):
            await self.open()
        with no_garbage_collection():
            if rate:
                await self.at_their_time(rate)
            else:
                self.queue.extend(range(len(self.requests)))
                self.pump()
            await self.over.wait()
        for door in self.free:
            door.transport.close()

    async def at_their_time(self, rate: float) -> None:
        random = Random(f"{rate}")
        gaps = [random.expovariate(rate) for _ in self.requests]
        self.due = [time.perf_counter() + offset for offset in accumulate(gaps)]
        for number in range(len(self.requests)):
            while (wait := self.due[number] - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self.queue.append(number)
            self.pump()
            if self.queue and self.opened < MOST:
                self.open_soon()

    async def open(self) -> None:
        self.opened += 1
        loop = asyncio.get_running_loop()
        _, door = await loop.create_connection(lambda: Door(self), "127.0.0.1", self.port)
        self.is_free(door)

    def open_soon(self) -> None:
        self.opening.append(asyncio.get_running_loop().create_task(self.open()))

    def pump(self) -> None:
        while self.queue and self.free:
            self.free.pop().send(self.queue.popleft())

    def is_free(self, door: Door) -> None:
        self.free.append(door)
        self.pump()

    def answer(self, number: int, status: bytes) -> None:
        self.answered[number] = time.perf_counter()
        self.refused += status != b"200"
        self.left -= 1
        if not self.left:
            self.over.set()

    def lose(self, door: Door) -> None:
        """The other side has closed: a new connection takes its place."""
        self.opened -= 1
        if door in self.free:
            self.free.remove(door)
        if door.number >= 0:
            self.broken += 1
            self.queue.appendleft(door.number)
        if self.left:
            self.open_soon()


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """A pause of the load's own would show as one of the bot's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
