import pytest
from django.test import Client as Browser

from tests.line import Line


@pytest.fixture
def line(db: None) -> Line:
    return Line(Browser())
