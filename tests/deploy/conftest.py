import signal
from collections.abc import Iterator

import pytest

from tests.deploy.compose import Compose, has_engine

# A run that is ended from outside takes the usual way out, so that all that was started ends with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def compose() -> Iterator[Compose]:
    """The whole stack, up and healthy."""
    if not has_engine():
        pytest.skip("needs a Docker engine with compose; DOCKER_HOST names it")
    stack = Compose()
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
