"""Things die, restart and go away under load: every event is applied once and answered once."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from tests.e2e.base import SERVER, until
from tests.e2e.stack import Stack

PEOPLE = [f"person{number}" for number in range(20)]


class Load:
    """People who write without pause, a line a message, until told to stop."""

    def __init__(self, stack: Stack, pause: float) -> None:
        self.stack, self.pause = stack, pause
        self.said: dict[str, int] = dict.fromkeys(PEOPLE, 0)
        for name in PEOPLE:
            stack.control("users", name=name)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        while not self.over.wait(self.pause):
            name = random.choice(PEOPLE)
            self.stack.say(name, f"行{self.said[name] % 7}")
            self.said[name] += 1

    def __enter__(self) -> "Load":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def total(self) -> int:
        return sum(self.said.values())


def assert_all_applied_once_and_answered_once(stack: Stack, load: Load) -> None:
    assert stack.count("SELECT COUNT(*) FROM todos_event") == load.total()
    assert stack.count("SELECT COUNT(*) FROM todos_change") == load.total()
    assert stack.count("SELECT COUNT(DISTINCT event_id) FROM todos_change") == load.total()
    replies = "SELECT reply, COUNT(*) FROM todos_event GROUP BY reply"
    assert dict(stack.database.execute(replies)) == {"sent": load.total()}
    assert {name: len(stack.replies(name)) for name in PEOPLE} == load.said


@pytest.mark.mysql
def test_kill_9_of_the_worker_at_50_random_moments(start: Callable[..., Stack]) -> None:
    stack = start(workers=3)
    stack.control("trouble", mode="slow", delayMs=100)  # so that a kill meets replies under way
    with Load(stack, pause=0.03) as load:
        for _ in range(50):
            time.sleep(random.uniform(0.1, 0.9))
            victim = stack.workers.pop(0)
            victim.kill()
            victim.wait()
            stack.workers.append(stack.start_worker())
    stack.settles(load.total(), 60)
    assert_all_applied_once_and_answered_once(stack, load)


@pytest.mark.sqlite
def test_kill_9_of_the_process_that_does_it_all(start: Callable[..., Stack]) -> None:
    stack = start()
    stack.control("redelivery", on=True, afterSeconds=1, times=20)
    stack.control("trouble", mode="slow", delayMs=100)
    with Load(stack, pause=0.05) as load:
        for _ in range(8):
            time.sleep(random.uniform(0.3, 1.2))
            stack.kill_app_server()
            stack.start_app_server()
    stack.settles(load.total(), 90)
    assert_all_applied_once_and_answered_once(stack, load)


@pytest.mark.mysql
def test_the_database_restarted_under_load(start: Callable[..., Stack]) -> None:
    if not (restart := os.environ.get("DATABASE_RESTART")):
        pytest.skip("needs DATABASE_RESTART, a command that kills and starts the database server")
    stack = start(workers=2, app_servers=2, nginx=True)
    stack.control("redelivery", on=True, afterSeconds=1, times=20)
    with Load(stack, pause=0.02) as load:
        time.sleep(2)
        subprocess.run(restart, shell=True, check=True, stdout=subprocess.DEVNULL)
        time.sleep(3)
    stack.settles(load.total(), 60)
    assert_all_applied_once_and_answered_once(stack, load)
    assert [worker.poll() for worker in stack.workers] == [None, None]


def test_line_down_for_20_seconds(start: Callable[..., Stack]) -> None:
    stack = start()
    stack.say("alice", "前")
    stack.settles(1, 10)
    stack.control("trouble", mode="down")
    for number in range(10):
        stack.say("bob", f"行{number}", wait=True)
    until(lambda: stack.count("SELECT COUNT(*) FROM todos_task") == 11, 5, "lists change all the same")
    time.sleep(20)
    assert stack.replies("bob") == []
    stack.control("trouble", mode="none")
    stack.settles(11, 20)
    assert len(stack.replies("bob")) == 10
    assert stack.count("SELECT COUNT(*) FROM todos_event WHERE reply = 'sent'") == 11


def test_line_too_slow_for_our_patience_still_delivers_once(start: Callable[..., Stack]) -> None:
    stack = start()
    stack.say("alice", "前")
    stack.settles(1, 10)
    stack.control("trouble", mode="slow", delayMs=5000)  # the client waits 4 s
    stack.say("alice", "牛乳", wait=True)
    time.sleep(6)
    stack.control("trouble", mode="none")
    stack.settles(2, 20)
    assert len(stack.replies("alice")) == 2
    assert stack.count("SELECT COUNT(*) FROM todos_event WHERE reply = 'sent'") == 2


def test_sigterm_finishes_what_is_in_hand(start: Callable[..., Stack]) -> None:
    stack = start()
    stack.say("alice", "前")
    stack.settles(1, 10)
    stack.control("trouble", mode="slow", delayMs=2000)
    stack.say("alice", "牛乳", wait=True)
    until(
        lambda: stack.count("SELECT COUNT(*) FROM todos_event WHERE unsure") == 1, 5, "the reply is under way"
    )
    process = stack.workers[0] if SERVER else stack.app_servers[0]
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert 1 < time.monotonic() - began < 10
    stack.settles(2, 5)
    assert len(stack.replies("alice")) == 2
