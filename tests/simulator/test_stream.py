"""An open page that goes away costs nothing: no traceback, and the other pages hear on."""

import logging
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest

from tests.simulator.harness import Line, until

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: close() sends RST, as a killed browser does


def opened(line: Line) -> socket.socket:
    """An open page's connection, once the stream has begun."""
    address = urlsplit(line.url)
    page = socket.create_connection((str(address.hostname), address.port or 80), timeout=5)
    page.sendall(f"GET /simulator/stream HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    heard = b""
    while b": connected" not in heard:
        heard += page.recv(4096)
    return page


@pytest.mark.parametrize("abrupt", [True, False])
def test_a_page_that_goes_away_leaves_no_traceback(
    line: Line, caplog: pytest.LogCaptureFixture, abrupt: bool
) -> None:
    stays, goes = opened(line), opened(line)
    if abrupt:
        goes.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    with caplog.at_level(logging.WARNING):
        goes.close()
        for _ in range(10):  # the first write after the cut fails, whenever the server learns of the cut
            line.do("trouble", mode="none")
            time.sleep(0.01)
    assert [record.getMessage() for record in caplog.records] == []
    with stays:
        until(lambda: stays.recv(65536).count(b'{"type":"state"}') > 0)
