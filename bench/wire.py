"""HTTP/1.1 over a connection that is kept, as lean as it goes: one side of it, either one.

Bodies have a Content-Length or, in answers, chunks. It trusts the other side, which is ours.
"""

import asyncio
import re
from typing import cast

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Wire(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self) -> None:
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        while end := whole(data):
            head, _, body = data[:end].partition(b"\r\n\r\n")
            data = data[end:]
            self.message(head, body)
        self.rest = data

    def message(self, head: bytes, body: bytes) -> None:
        """One request, or one answer, has come."""
        raise NotImplementedError


def whole(data: bytes) -> int:
    """Where the first message in these bytes ends; 0 while it is not all there."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return 0
    if length := LENGTH.search(data, 0, head):
        end = head + 4 + int(length[1])
        return end if end <= len(data) else 0
    if CHUNKED.search(data, 0, head):
        end = data.find(b"\r\n0\r\n\r\n", head)
        return end + 7 if end >= 0 else 0
    return head + 4
