"""Webhooks on their way to the bot: signed, timed, in order within a chat, redelivered where asked."""

import asyncio
import base64
import hashlib
import hmac
import itertools
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from simulator.events import redelivered
from simulator.memory import MIB, Memory
from simulator.tokens import ReplyTokens
from simulator.wire import dump

JSON = dict[str, Any]
DEADLINE = 2.0  # seconds; then LINE records request_timeout and waits no longer
PATIENCE = 60.0  # seconds after which even the true duration stops mattering
KEPT, KEPT_BYTES = 500, 8 * MIB
NO_ANSWER = 0  # the status of a delivery nobody answered in time


@dataclass(slots=True)
class Delivery:
    id: str
    chat: str | None
    destination: str
    events: list[JSON]
    signature: str | None = None  # None: the true one
    redelivery: bool = False
    attempt: int = 0
    at: int = 0
    status: int | None = None
    ms: float | None = None
    error: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def body(self) -> JSON:
        return {"destination": self.destination, "events": self.events}

    def json(self) -> JSON:
        return {
            "id": self.id,
            "chat": self.chat,
            "at": self.at,
            "types": [event.get("type") for event in self.events if isinstance(event, dict)],
            "eventIds": [event.get("webhookEventId") for event in self.events if isinstance(event, dict)],
            "status": self.status,
            "ms": self.ms,
            "late": self.ms is not None and self.ms > DEADLINE * 1000,
            "error": self.error,
            "redelivery": self.redelivery,
            "body": self.body(),
        }


@dataclass(slots=True)
class Redelivery:
    """Off unless somebody switches it on, as for LINE's channels."""

    on: bool = False
    after: float = 5.0  # seconds
    times: int = 3


def sign(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Courier:
    def __init__(
        self, callback: str, secret: str, tokens: ReplyTokens, publish: Callable[[JSON], None], quiet: bool
    ) -> None:
        self.callback = callback
        self.tokens = tokens
        self.redelivery = Redelivery()
        self.unreachable = False
        self.used = True  # "Use webhook" in LINE's console
        self.kept: OrderedDict[str, Delivery] = OrderedDict()
        self._memory = Memory(KEPT, KEPT_BYTES)
        self.secret = secret
        self._publish = publish
        self._quiet = quiet
        self._numbers = itertools.count(1)
        self._lanes: dict[str, deque[list[Delivery]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # Servers close idle connections after some seconds; reusing one at that moment would look like a
        # failure of the bot. No limit: a full pool would eat the bot's two seconds.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=1.0)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        self.forget()
        await self._session.close()

    def forget(self) -> None:
        for task in self._tasks:
            task.cancel()
        for batch in (batch for lane in self._lanes.values() for batch in lane):
            for delivery in batch:
                delivery.done.set()
        self._lanes.clear()

    def delivery(self, chat: str | None, destination: str, events: list[JSON], **more: Any) -> Delivery:
        return Delivery(f"d{next(self._numbers)}", chat, destination, events, **more)

    def send(self, batch: list[Delivery]) -> None:
        """Deliver the batch at once, after what its chat waits for already. Chats do not wait for others."""
        if not (self.used and self.callback):
            for delivery in batch:
                delivery.done.set()
            return
        lane = batch[0].chat or batch[0].id
        if lane in self._lanes:
            self._lanes[lane].append(batch)
            return
        self._lanes[lane] = deque([batch])
        self._start(self._drain(lane))

    def again(self, old: Delivery) -> Delivery:
        new = replace(
            old,
            id=f"d{next(self._numbers)}",
            events=[redelivered(event) if isinstance(event, dict) else event for event in old.events],
            redelivery=True,
            attempt=old.attempt + 1,
            status=None,
            ms=None,
            error="",
            done=asyncio.Event(),
        )
        self.send([new])
        return new

    async def test(self, url: str, destination: str) -> Delivery:
        """LINE's connectivity check: a signed body without events. It shows up in no list."""
        delivery = self.delivery(None, destination, [])
        try:
            async with asyncio.timeout(DEADLINE):
                delivery.status, delivery.error = await self._answer(delivery, url)
        except TimeoutError:
            delivery.status, delivery.error = NO_ANSWER, "request_timeout"
        return delivery

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _drain(self, lane: str) -> None:
        queue = self._lanes[lane]
        while queue:
            batch = queue.popleft()
            if len(batch) == 1:
                await self._deliver(batch[0])
            else:
                await asyncio.gather(*[self._deliver(delivery) for delivery in batch])
        del self._lanes[lane]

    async def _deliver(self, delivery: Delivery) -> None:
        delivery.at = int(time.time() * 1000)
        self._show(delivery)
        for event in delivery.events:
            if isinstance(event, dict) and "replyToken" in event:
                self.tokens.delivered(str(event["replyToken"]))
        post = self._start(self._post(delivery, self.callback))
        try:
            await asyncio.wait([post], timeout=DEADLINE)
        finally:
            delivery.done.set()
        if not post.done():
            delivery.status, delivery.error, delivery.ms = NO_ANSWER, "request_timeout", DEADLINE * 1000 + 1
            self._show(delivery)
        self._reconsider(delivery)

    async def _post(self, delivery: Delivery, url: str) -> None:
        started = time.perf_counter()
        status, error = await self._answer(delivery, url)
        delivery.ms = round((time.perf_counter() - started) * 1000, 1)
        if delivery.status is None:
            delivery.status, delivery.error = status, error
        self._show(delivery)

    async def _answer(self, delivery: Delivery, url: str) -> tuple[int, str]:
        """The bot's status and, in LINE's words, what went wrong."""
        if self.unreachable:
            return NO_ANSWER, "could_not_connect"
        body = dump(delivery.body())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-line-signature": sign(self.secret, body) if delivery.signature is None else delivery.signature,
            "User-Agent": "LineBotWebhook/2.0",
        }
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):
            return NO_ANSWER, "could_not_connect"
        except TimeoutError:
            return NO_ANSWER, "request_timeout"
        except (aiohttp.ClientError, OSError):
            return NO_ANSWER, "unclassified"
        return response.status, "" if 200 <= response.status < 300 else "error_status_code"

    def _show(self, delivery: Delivery) -> None:
        if self._quiet:
            return
        shown = delivery.json()
        self._memory.keep(self.kept, delivery.id, delivery, shown)
        self._publish({"type": "delivery", "delivery": shown})

    def _reconsider(self, delivery: Delivery) -> None:
        """LINE's own redelivery: whatever got no 2xx in time comes again, where that is switched on."""
        if self.redelivery.on and delivery.error and delivery.attempt < self.redelivery.times:
            self._start(self._later(delivery))

    async def _later(self, delivery: Delivery) -> None:
        await asyncio.sleep(self.redelivery.after)
        self.again(delivery)
