from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.e2e.stack import SERVER, Stack, running


@pytest.fixture
def start() -> Iterator[Callable[..., Stack]]:
    """Starts stacks that end with the test."""
    with ExitStack() as started:

        def one(**how: Any) -> Stack:
            return started.enter_context(running(**how))

        yield one


@pytest.fixture
def mysql() -> None:
    if not SERVER.startswith("mysql:"):
        pytest.skip("needs a real MySQL or MariaDB: DATABASE_URL=mysql://...")
