from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.stack import SERVER, Stack


@pytest.fixture
def start() -> Iterator[Callable[..., Stack]]:
    """Starts stacks that end with the test."""
    started: list[Stack] = []

    def one(**how: Any) -> Stack:
        stack = Stack(**how)
        started.append(stack)
        stack.begin()
        return stack

    yield one
    for stack in started:
        stack.stop()


@pytest.fixture
def mysql() -> None:
    if not SERVER.startswith("mysql:"):
        pytest.skip("needs a real MySQL or MariaDB: DATABASE_URL=mysql://...")
