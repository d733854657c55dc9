import pytest

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
