"""Who is not LINE costs nobody else anything: slow senders, large bodies, wrong signatures."""

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.e2e.base import SERVER, until
from tests.e2e.stack import Stack
from tests.line import body_of, sign, text

SLOW_HEADERS = b"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
SLOW_BODY = b"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n{"
LARGE = b"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1048577\r\n\r\n"
CHUNKED = b"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE_HEADER = b"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: " + b"x" * 70_000


def door(stack: Stack) -> tuple[str, int]:
    host, _, port = stack.bot.removeprefix("http://").partition(":")
    return host, int(port)


def passed_on(stack: Stack) -> int:
    """Webhooks that app servers have heard of."""
    return sum(bool(webhook["upstream"]) for webhook in stack.webhooks())


def assert_alice_is_served(stack: Stack) -> None:
    stack.start_workers(1)
    statuses = [stack.say("alice", f"行{n}", wait=True)["delivery"]["status"] for n in range(10)]
    assert statuses == [200] * 10
    stack.settles(10, 30)
    assert len(stack.replies("alice")) == 10


@contextmanager
def dribbling(sockets: list[socket.socket]) -> Iterator[None]:
    """Each sends a byte twice a second, as long as it may."""
    over = threading.Event()

    def dribble() -> None:
        while not over.wait(0.5):
            for one in sockets:
                with suppress(OSError):  # nginx may have had enough
                    one.send(b"x")

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def ended(one: socket.socket) -> bool:
    """Whether the other side closes, within 20 s."""
    one.settimeout(20)
    try:
        while one.recv(4096):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def test_a_thousand_slow_senders_keep_nobody_waiting(stack: Stack) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.create_connection(door(stack))) for _ in range(1000)]
        for number, one in enumerate(sockets):
            one.send(SLOW_HEADERS if number % 2 else SLOW_BODY)
        with dribbling(sockets):
            assert_alice_is_served(stack)
            assert all(ended(one) for one in sockets[1::2])
    until(lambda: len(stack.webhooks()) == 1010, 20, "nginx has written down the slow ones, too")
    assert passed_on(stack) == 10


def test_a_sender_that_stalls_is_cut_off(stack: Stack) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.create_connection(door(stack))) for _ in range(3)]
        for one, begun in zip(sockets, (SLOW_HEADERS, SLOW_BODY, b""), strict=True):
            one.send(begun)
        assert all(ended(one) for one in sockets)
    until(lambda: len(stack.webhooks()) == 2, 20, "nginx has written down those that said something")
    assert passed_on(stack) == 0


def exchange(stack: Stack, head: bytes, chunk: bytes) -> bytes:
    """The start of the answer to a request whose sender goes on and on."""
    with socket.create_connection(door(stack), timeout=20) as one:
        try:
            one.sendall(head)
            for _ in range(200):
                one.sendall(chunk)
        except ConnectionError:
            pass  # nginx has answered and closed
        try:
            return one.recv(4096).partition(b"\r\n")[0]
        except ConnectionError:
            return b"closed"


@pytest.mark.parametrize(("head", "status"), [(LARGE, b"413"), (CHUNKED, b"413"), (LARGE_HEADER, b"400")])
def test_what_is_too_large_is_refused_before_it_reaches_an_app_server(
    stack: Stack, head: bytes, status: bytes
) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    with ThreadPoolExecutor(20) as senders:
        answers = [senders.submit(exchange, stack, head, chunk) for _ in range(100)]
        assert_alice_is_served(stack)
    refusal = b"HTTP/1.1 " + status
    assert {answer.result()[: len(refusal)] for answer in answers} == {refusal}
    assert passed_on(stack) == 10


def questions(stack: Stack) -> int:
    """Statements that the server has ever been asked, this one included."""
    return int(stack.database.execute("SHOW GLOBAL STATUS LIKE 'Questions'", server=True)[0][1])


def written(stack: Stack) -> list[tuple[str, int, int]]:
    """What changes when anything is written to SQLite."""
    stats = [(file.name, file.stat()) for file in sorted(stack.database.folder.iterdir())]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


def cpu(stack: Stack) -> float:
    """Seconds that the app servers have computed."""
    groups = {server.pid for server in stack.app_servers.values()}
    ticks = 0
    for found in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = found.read_text().rpartition(") ")[2].split()
        except OSError:
            continue  # it has ended
        if int(fields[2]) in groups:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def statuses(stack: Stack, requests: list[tuple[bytes, str | None]]) -> set[int]:
    """Of webhooks (body, signature), eight at a time."""

    def post(some: list[tuple[bytes, str | None]]) -> set[int]:
        found = set()
        connection = HTTPConnection(*door(stack), timeout=30)
        for body, signature in some:
            headers = {} if signature is None else {"x-line-signature": signature}
            connection.request("POST", "/callback", body, headers)
            answer = connection.getresponse()
            answer.read()
            found.add(answer.status)
        connection.close()
        return found

    with ThreadPoolExecutor(8) as senders:
        return set().union(*senders.map(post, (requests[number::8] for number in range(8))))


def test_10000_wrong_signatures_ask_the_database_nothing_and_cost_less_than_right_ones(
    stack: Stack,
) -> None:
    bodies = [body_of(text(f"行{number}")) for number in range(200)]
    began = cpu(stack)
    assert statuses(stack, [(body, sign(body)) for body in bodies]) == {200}
    right = (cpu(stack) - began) / 200
    assert stack.count("SELECT COUNT(*) FROM todos_event") == 200
    if not SERVER:
        stack.settles(200, 60)  # by the worker in the bot's process
    asked = [questions(stack), questions(stack)] if SERVER else []
    before, began = written(stack) if not SERVER else [], cpu(stack)
    wrong = [None, "wrong", sign(bodies[0], "another-secret"), sign(bodies[1])]
    assert statuses(stack, [(bodies[0], wrong[number % 4]) for number in range(10_000)]) == {400}
    assert (cpu(stack) - began) / 10_000 < right
    if SERVER:
        assert questions(stack) - asked[1] == asked[1] - asked[0]
    else:
        assert written(stack) == before
