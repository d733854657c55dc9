import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.k8s.apiserver import serving
from tests.k8s.kinds import BUILT_IN, GKE
from tests.k8s.laptop import Laptop, history


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    with serving(*BUILT_IN, *GKE) as server:
        yield Laptop(server, tmp_path)


@pytest.fixture
def deployed(laptop: Laptop, overlay: str) -> Laptop:
    """A cluster that has run the overlay for a while."""
    laptop.server.objects |= copy.deepcopy(history(overlay)["again"].objects)
    return laptop
