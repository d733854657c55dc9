"""Behind nginx: each part is restarted, killed or told to end, and LINE sees 200 and nothing is lost."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.e2e.base import until
from tests.e2e.stack import Stack
from tests.e2e.test_crashes import Load, assert_all_applied_once_and_answered_once

# SQLite has one process, so nothing to go on with while it is away.
pytestmark = pytest.mark.mysql

#: Statements of app servers that wait for the lock of `held`.
WAITING = """
    SELECT COUNT(*) FROM information_schema.processlist
    WHERE db = '{}' AND info LIKE 'INSERT%' AND state LIKE 'Waiting for table%lock'
"""


def end(process: Any, number: int = signal.SIGTERM) -> int:
    """The exit code. 30 s are what Docker and Kubernetes are asked to wait."""
    process.send_signal(number)
    return int(process.wait(30))


@contextmanager
def held(stack: Stack, requests: int) -> Iterator[None]:
    """That many webhooks are on their way, each in the middle of its INSERT, which waits for a lock."""
    with closing(stack.database.connect()) as connection:
        connection.cursor().execute("LOCK TABLES todos_event WRITE")
        for number in range(requests):
            stack.control("users", name=f"person{number}")
            stack.say(f"person{number}", "牛乳")
        until(lambda: stack.count(WAITING.format(stack.database.name)) == requests, 10, "all are in flight")
        yield


def assert_line_saw_nothing_but_200(stack: Stack, requests: int) -> None:
    until(lambda: len(stack.webhooks()) == requests, 10, "nginx has written its log")
    assert Counter(request["status"] for request in stack.webhooks()) == {200: requests}


def assert_stored_once_and_then_answered_once(stack: Stack, requests: int) -> None:
    until(lambda: None not in stack.statuses(), 10, "LINE has its answers")
    assert stack.statuses() == [200] * requests
    assert_line_saw_nothing_but_200(stack, requests)
    assert stack.count("SELECT COUNT(*) FROM todos_event") == requests
    stack.start_workers(1)
    stack.settles(requests, 30)
    assert [len(stack.replies(f"person{number}")) for number in range(requests)] == [1] * requests


def test_kill_9_of_an_app_server_in_the_middle_of_its_requests(stack: Stack) -> None:
    with held(stack, requests=6):
        stack.kill_app_server(0)
    assert_stored_once_and_then_answered_once(stack, 6)
    dead, alive = stack.addresses
    ways = [(request["upstream"], request["upstream_status"]) for request in stack.webhooks()]
    retried = [way for way in ways if way == (f"{dead}, {alive}", "502, 200")]
    assert retried
    assert [way for way in ways if way not in retried] == [(alive, "200")] * (6 - len(retried))


def test_sigterm_to_an_app_server_lets_it_finish_its_requests(stack: Stack) -> None:
    with held(stack, requests=6):
        stack.app_servers[0].send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert stack.app_servers[0].poll() is None
    assert stack.app_servers[0].wait(30) == 0
    assert_stored_once_and_then_answered_once(stack, 6)
    ways = {(request["upstream"], request["upstream_status"]) for request in stack.webhooks()}
    assert ways == {(address, "200") for address in stack.addresses}


def test_sigquit_to_nginx_lets_it_finish_its_requests(stack: Stack) -> None:
    with held(stack, requests=6):
        stack.front.process.send_signal(signal.SIGQUIT)  # the image's STOPSIGNAL
        time.sleep(0.5)
        assert stack.front.process.poll() is None
    assert stack.front.process.wait(30) == 0
    assert_stored_once_and_then_answered_once(stack, 6)


def test_each_part_is_restarted_under_load_and_line_sees_200_only(stack: Stack) -> None:
    stack.start_workers(2)
    with Load(stack, pause=0.04) as load:
        for number in range(2):
            time.sleep(0.5)
            assert end(stack.app_servers[number]) == 0
            stack.start_app_server(number)
        stack.front.process.send_signal(signal.SIGHUP)  # a new configuration
        for number in range(2):
            time.sleep(0.5)
            assert end(stack.workers[number]) == 0
            stack.workers[number] = stack.start_worker()
        time.sleep(0.5)
    assert_line_saw_nothing_but_200(stack, load.total())
    stack.settles(load.total(), 60)
    assert_all_applied_once_and_answered_once(stack, load)


def test_app_servers_killed_at_random_moments_under_load_and_line_sees_200_only(
    stack: Stack,
) -> None:
    stack.start_workers(1)
    with Load(stack, pause=0.04) as load:
        for number in (0, 1, 0, 1):
            time.sleep(random.uniform(0.1, 0.5))
            stack.kill_app_server(number)
            stack.start_app_server(number)
    assert_line_saw_nothing_but_200(stack, load.total())
    stack.settles(load.total(), 60)
    assert_all_applied_once_and_answered_once(stack, load)


def test_nginx_away_under_load(stack: Stack) -> None:
    stack.start_workers(1)
    stack.control("redelivery", on=True, afterSeconds=1, times=20)
    with Load(stack, pause=0.04) as load:
        for _ in range(3):
            time.sleep(0.5)
            assert end(stack.front.process) == 0  # SIGTERM: at once, whatever is under way
            time.sleep(0.5)
            stack.front.start()
        time.sleep(0.5)
    stack.settles(load.total(), 60)
    assert_all_applied_once_and_answered_once(stack, load)
