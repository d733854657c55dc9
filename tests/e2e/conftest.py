import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.base import SERVER
from tests.e2e.chromium import CHROMIUM, QUIET
from tests.e2e.nginx import NGINX
from tests.e2e.stack import Stack, running
from tests.simulator.conftest import bot, line, loop, pair  # noqa: F401  (a simulator without a bot of ours)

# A run that is ended from outside takes the usual way out, so that all that was started ends with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def need_mysql() -> None:
    if not SERVER.startswith("mysql:"):
        pytest.skip("needs a real MySQL or MariaDB: DATABASE_URL=mysql://...")


def need_nginx() -> None:
    if not NGINX:
        pytest.skip("needs nginx: apt install nginx")


@pytest.fixture
def start() -> Iterator[Callable[..., Stack]]:
    """Starts stacks that end with the test."""
    with ExitStack() as started:

        def one(**how: Any) -> Stack:
            if how.get("nginx"):
                need_nginx()
            return started.enter_context(running(**how))

        yield one


@pytest.fixture(scope="module")
def behind_nginx() -> Iterator[Stack]:
    need_nginx()
    with running(workers=0, app_servers=2, nginx=True) as stack:
        yield stack


@pytest.fixture
def stack(server_of_the_kind_that_it_needs: None, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Two app servers behind nginx and no worker yet; the same for all tests of a module."""
    found: Stack = request.getfixturevalue("behind_nginx")
    found.mend()
    yield found
    found.end_workers()


@pytest.fixture(autouse=True)
def server_of_the_kind_that_it_needs(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("mysql"):
        need_mysql()
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
