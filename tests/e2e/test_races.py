"""Many at once, on a real server: each line of each message takes effect exactly once."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from random import Random

import pytest

from tests.e2e.base import until
from tests.e2e.stack import Stack

pytestmark = pytest.mark.mysql


def kinds_by_title(stack: Stack) -> dict[str, list[str]]:
    """What happened to each task, in order."""
    found = defaultdict(list)
    for title, kind in stack.database.execute(
        "SELECT t.title, c.kind FROM todos_change c JOIN todos_task t ON t.id = c.task_id ORDER BY c.id"
    ):
        found[title].append(kind)
    return found


def open_titles(stack: Stack) -> set[str]:
    return {title for (title,) in stack.database.execute("SELECT title FROM todos_task WHERE state = 'open'")}


def alternating(length: int) -> list[str]:
    return ["added", *islice(cycle(["done", "reopened"]), length - 1)]


def test_8_workers_and_200_messages_of_one_chat(start: Callable[..., Stack]) -> None:
    stack = start(workers=8)
    random = Random(8)
    said = [f"{random.choice('牛乳パン卵米茶')}{random.randrange(3)}" for _ in range(200)]
    with ThreadPoolExecutor(1) as mouth:
        list(mouth.map(lambda line: stack.say("alice", line), said))
    stack.settles(200, 60)
    happened = kinds_by_title(stack)
    assert {title: said.count(title) for title in said} == {
        title: len(kinds) for title, kinds in happened.items()
    }
    for kinds in happened.values():
        assert kinds == alternating(len(kinds))
    assert open_titles(stack) == {title for title in said if said.count(title) % 2}
    times = stack.database.execute(
        "SELECT e.timestamp FROM todos_change c JOIN todos_event e ON e.id = c.event_id ORDER BY c.id"
    )
    assert times == sorted(times)
    assert stack.count("SELECT COUNT(*) FROM todos_event WHERE reply = 'sent'") == 200


def test_the_same_event_in_four_requests_at_once_counts_once(start: Callable[..., Stack]) -> None:
    stack = start(workers=2)
    for number in range(40):
        stack.say("alice", f"行{number}", times=4, wait=True)
    stack.settles(40, 30)
    assert set(map(tuple, kinds_by_title(stack).values())) == {("added",)}
    assert len(open_titles(stack)) == 40
    assert len(stack.replies("alice")) == 40


@pytest.mark.parametrize("collation", ["latin1_swedish_ci", "utf8mb4_general_ci", "utf8mb4_unicode_ci"])
def test_the_servers_worst_collation_makes_no_two_lines_equal(
    start: Callable[..., Stack], collation: str
) -> None:
    stack = start(collation=collation)
    lines = ["ハハ", "パパ", "は", "ば", "🍣", "🍺", "𠮷", "👨‍👩‍👧", "cafe", "café", "ß", "s", "ı", "i"]
    stack.say("alice", "\n".join(lines))
    stack.settles(1, 20)
    assert open_titles(stack) == set(lines)
    stack.say("alice", "パパ\n🍺\nCAFE\u0301")
    stack.settles(2, 20)
    assert open_titles(stack) == set(lines) - {"パパ", "🍺", "café"}


def test_a_chat_that_is_locked_elsewhere_holds_up_nobody_else(start: Callable[..., Stack]) -> None:
    stack = start(workers=2)
    stack.say("charlie", "前")
    stack.settles(1, 20)
    with closing(stack.database.connect()) as held:
        held.autocommit(False)
        held.cursor().execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        held.cursor().execute("SELECT id FROM todos_chat FOR UPDATE")  # Charlie's is the only one
        for number in range(230):
            stack.say("charlie", f"行{number}")
        stack.say("bob", "milk", wait=True)
        until(lambda: len(stack.replies("bob")) == 1, 10, "Bob has his answer")
        assert len(stack.replies("charlie")) == 1
    stack.settles(232, 60)
    assert len(open_titles(stack)) == 232
