"""The database cannot store: LINE sees 500 and delivers again, and nothing is lost."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.base import SERVER, until
from tests.e2e.conftest import need_nginx
from tests.e2e.stack import Stack

#: A row of 6 KB, so that a few take up what is free in a table's file. (Over 8 KB, MariaDB 10.11 does not
#: survive the full disk itself.)
LONG = "長" * 1000


def delivered(stack: Stack, chat: str, text: str) -> int:
    """The status of a first delivery."""
    return int(stack.say(chat, text, wait=True)["delivery"]["status"])


def counts_as_one_added_task(stack: Stack, title: str) -> None:
    changes = f"SELECT kind FROM todos_change c JOIN todos_task t ON t.id = c.task_id WHERE title = '{title}'"
    assert stack.database.execute(changes) == [("added",)]


def all_is_answered(stack: Stack, said: int) -> None:
    stack.settles(said, 60)
    assert stack.count("SELECT COUNT(*) FROM todos_event WHERE reply = 'sent'") == said
    assert len(stack.replies("alice")) == said


@contextmanager
def read_only(stack: Stack) -> Iterator[None]:
    """For the app's user; one with more rights could still write."""
    stack.database.execute("SET GLOBAL read_only = 1", server=True)
    try:
        yield
    finally:
        stack.database.execute("SET GLOBAL read_only = 0", server=True)


@pytest.mark.mysql
def test_a_read_only_database_gives_500_and_loses_nothing(stack: Stack) -> None:
    stack.start_workers(1)
    stack.control("redelivery", on=True, afterSeconds=1, times=20)
    stack.control("trouble", mode="slow", delayMs=1000)
    stack.say("alice", "前")
    under_way = "SELECT COUNT(*) FROM todos_event WHERE unsure"
    until(lambda: stack.count(under_way) == 1, 10, "a reply is under way")
    with read_only(stack):
        assert delivered(stack, "alice", "牛乳") == 500
        assert delivered(stack, "alice", "パン") == 500
        until(lambda: len(stack.replies("alice")) == 1, 10, "the reply has arrived")
        assert stack.workers[0].poll() is None
    stack.control("trouble", mode="none")
    all_is_answered(stack, 3)
    for title in ("前", "牛乳", "パン"):
        counts_as_one_added_task(stack, title)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """At that folder a file system of 16 MiB. Skips where this cannot be had."""
    if not folder.is_dir():
        pytest.skip("needs a database server on this machine, whose data directory can be seen")
    owner = folder.stat()
    size = f"size=16m,uid={owner.st_uid},gid={owner.st_gid},mode=750"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, timeout=20).returncode:
        pytest.skip("needs the right to mount, to have a small disk: run as root")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True, timeout=20)


@pytest.fixture
def cramped() -> Iterator[Stack]:
    """A stack with its tables on a small disk."""
    need_nginx()
    stack = Stack(app_servers=2, nginx=True)
    try:
        with small_disk(stack.database.folder):
            try:
                stack.begin()
                yield stack
            finally:
                stack.end_processes()
                drop_tables(stack)
    finally:
        stack.stop()


def drop_tables(stack: Stack) -> None:
    """Their files keep the disk busy."""
    if not SERVER:
        return
    with closing(stack.database.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET foreign_key_checks = 0")
        if names:
            cursor.execute(f"DROP TABLE {', '.join(names)}")


@contextmanager
def full(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    try:
        with open(filler, "wb", buffering=0) as file:
            while file.write(bytes(65536)):
                pass
    except OSError:
        pass  # it is full
    try:
        yield
    finally:
        filler.unlink()


def test_a_full_disk_gives_500_and_loses_nothing(cramped: Stack) -> None:
    stack = cramped
    stack.control("redelivery", on=True, afterSeconds=1, times=20)
    stack.say("alice", "前")
    stack.settles(1, 20)
    said = 1
    with full(stack.database.folder):
        statuses: list[int] = []
        while 500 not in statuses:
            assert len(statuses) < 200, "the disk was not full"
            statuses.append(delivered(stack, "alice", LONG))
        statuses.append(delivered(stack, "alice", "牛乳"))
        assert set(statuses) <= {200, 500}
        said += len(statuses)
    all_is_answered(stack, said)
    counts_as_one_added_task(stack, "前")
    counts_as_one_added_task(stack, "牛乳")
    assert stack.count("SELECT COUNT(*) FROM todos_change") == 2
