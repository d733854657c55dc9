import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.k8s.apiserver import serving
from tests.k8s.kinds import BUILT_IN, GKE
from tests.k8s.laptop import Laptop, history
from tests.k8s.rendered import COMPONENTS, DEPLOYED, KUBECTL, VARIANTS, Object, variant

BASES = ("base", *(f"base+{component}" for component in COMPONENTS), "+".join(("base", *COMPONENTS)))


@pytest.fixture(autouse=True)
def kubectl() -> None:
    if not KUBECTL:
        pytest.skip("needs kubectl")


@pytest.fixture(params=VARIANTS)
def any_choice(kubectl: None, request: pytest.FixtureRequest) -> list[Object]:
    """The objects of each overlay, and of base with each choice of components."""
    return variant(request.param)


@pytest.fixture(params=(*DEPLOYED, *BASES))
def found(kubectl: None, request: pytest.FixtureRequest) -> list[Object]:
    """The objects of each overlay, and of base alone, with each component and with all of them."""
    return variant(request.param)


@pytest.fixture(params=DEPLOYED)
def shipped(kubectl: None, request: pytest.FixtureRequest) -> list[Object]:
    """Only those that are deployed as they are."""
    return variant(request.param)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with serving(*BUILT_IN, *GKE) as server:
        yield Laptop(server, tmp_path)


@pytest.fixture
def deployed(laptop: Laptop, overlay: str) -> Laptop:
    """A cluster that has run the overlay for a while."""
    laptop.server.objects |= copy.deepcopy(history(overlay)["again"].objects)
    return laptop
