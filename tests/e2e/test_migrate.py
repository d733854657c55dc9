"""Several `migrate` at the same moment, as when several app servers start, on a real server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.base import ROOT
from tests.e2e.stack import Stack

pytestmark = pytest.mark.mysql


@pytest.fixture
def stack() -> Iterator[Stack]:
    """Its database and its settings; nothing is started."""
    empty = Stack()
    yield empty
    empty.stop()


#: `manage.py migrate` with less patience, in seconds.
IMPATIENT = """
from django.core.management import execute_from_command_line
from todobot.management.commands import migrate

migrate.WAIT = 1
execute_from_command_line(["manage.py", "migrate"])
"""


def start(stack: Stack, *command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_five_at_once_apply_each_migration_once(stack: Stack) -> None:
    started = [start(stack, "manage.py", "migrate") for _ in range(5)]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 5, said
    assert sum("Applying" in text for text in said) == 1
    rows = "SELECT COUNT(*), COUNT(DISTINCT app, name) FROM django_migrations"
    (applied, different), *_ = stack.database.execute(rows)
    assert applied == different > 0


def test_who_waits_in_vain_is_told_the_name_of_the_lock(stack: Stack) -> None:
    lock = f"migrate {stack.database.name}"
    with closing(stack.database.connect()) as other:
        other.cursor().execute("SELECT GET_LOCK(%s, 0)", [lock])
        waiting = start(stack, "-c", IMPATIENT)
        said = waiting.communicate(timeout=60)[0]
    assert waiting.returncode == 1
    assert f"the database lock '{lock}'" in said
    assert stack.database.execute("SHOW TABLES") == []


def test_with_wait_it_begins_once_the_database_lets_it_in(stack: Stack) -> None:
    name = stack.database.name
    stack.database.execute(f"ALTER USER {name} ACCOUNT LOCK", server=True)
    waiting = start(stack, "manage.py", "migrate", "--wait", "60")
    assert waiting.stdout
    assert "does not answer yet" in waiting.stdout.readline()
    stack.database.execute(f"ALTER USER {name} ACCOUNT UNLOCK", server=True)
    said = waiting.communicate(timeout=90)[0]
    assert waiting.returncode == 0, said
    assert stack.database.execute("SELECT COUNT(*) FROM todos_task") == [(0,)]


def test_without_wait_it_ends_at_once_with_the_reason(stack: Stack) -> None:
    stack.database.execute(f"ALTER USER {stack.database.name} ACCOUNT LOCK", server=True)
    ended = start(stack, "manage.py", "migrate")
    said = ended.communicate(timeout=60)[0]
    assert ended.returncode == 1
    assert "locked" in said
    assert "does not answer yet" not in said
