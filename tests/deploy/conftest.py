import signal
from collections.abc import Iterator

import pytest

from tests.deploy.cluster import Cluster
from tests.deploy.compose import Compose, has_engine
from tests.k8s.rendered import KUBECTL

# A run that is ended from outside takes the usual way out, so that all that was started ends with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs compose.yaml comes last: two stacks at once are too much for a small machine."""
    items.sort(key=lambda item: "compose" in getattr(item, "fixturenames", []))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """k8s/overlays/local, all pods ready."""
    if not has_engine():
        pytest.skip("needs a Docker engine; DOCKER_HOST names it")
    if not KUBECTL:
        pytest.skip("needs kubectl")
    one = Cluster()
    try:
        one.up()
        yield one
    finally:
        one.down()


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
