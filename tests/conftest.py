import pytest
from django.test import Client as Browser

from tests.line import Line


@pytest.fixture
def line(db: None) -> Line:
    return Line(Browser())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite tests/golden from what is rendered")
