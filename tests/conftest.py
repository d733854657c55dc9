import os
from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from tests.line import Line


@pytest.fixture
def line(db: None) -> Iterator[Line]:
    line = Line(Browser())
    yield line
    line.worker.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite tests/golden from what is rendered")
    parser.addoption("--released", action="store_true", help="rewrite tests/k8s/released: this is a release")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With NO_SKIPS, as in CI, a skipped test is a failure: what it needs should have been installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("NO_SKIPS is set, and tests were skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
