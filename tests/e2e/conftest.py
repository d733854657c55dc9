import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.chromium import CHROMIUM, QUIET
from tests.e2e.stack import SERVER, Stack, running
from tests.simulator.conftest import line, loop, pair  # noqa: F401  (a simulator without a bot of ours)

# A run that is ended from outside takes the usual way out, so that all that was started ends with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture
def start() -> Iterator[Callable[..., Stack]]:
    """Starts stacks that end with the test."""
    with ExitStack() as started:

        def one(**how: Any) -> Stack:
            return started.enter_context(running(**how))

        yield one


@pytest.fixture(autouse=True)
def server_of_the_kind_that_it_needs(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("mysql") and not SERVER.startswith("mysql:"):
        pytest.skip("needs a real MySQL or MariaDB: DATABASE_URL=mysql://...")
    if request.node.get_closest_marker("sqlite") and SERVER:
        pytest.skip("is about SQLite, where the worker lives in the bot's process: unset DATABASE_URL")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()
