"""Server-sent events to every open page."""

import asyncio
from typing import Any

from aiohttp import web

from simulator.memory import MIB
from simulator.wire import dump

BACKLOG = 16 * MIB  # bytes a slow page may fall behind before it is cut off and starts anew
HEARTBEAT = 15.0  # seconds; keeps proxies from closing a silent stream


class Stream:
    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[bytes | None], int] = {}  # and the bytes that wait there

    def publish(self, message: dict[str, Any]) -> None:
        if not self._queues:
            return
        line = b"data: " + dump(message) + b"\n\n"
        for queue in list(self._queues):
            if self._queues[queue] + len(line) <= BACKLOG:
                self._queues[queue] += len(line)
                queue.put_nowait(line)
            else:
                del self._queues[queue]
                queue.put_nowait(None)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues[queue] = 0
        try:
            await response.prepare(request)
            await response.write(b": connected\n\n")
            await self._forward(queue, response)
        except ConnectionError:
            pass  # the page went away, which the server learns from the write that fails
        finally:
            self._queues.pop(queue, None)
        return response

    async def _forward(self, queue: asyncio.Queue[bytes | None], response: web.StreamResponse) -> None:
        while True:
            try:
                line = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if line is None:
                return
            await response.write(line)
            if queue in self._queues:
                self._queues[queue] -= len(line)
