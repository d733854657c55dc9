"""The old bot's table comes over from a real server, and while people write."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import environ
import pytest

from tests.e2e.base import SERVER, request
from tests.e2e.database import Database
from tests.e2e.stack import Stack
from tests.e2e.test_crashes import PEOPLE, Load, assert_all_applied_once_and_answered_once

pytestmark = pytest.mark.mysql

ALICE = "U" + "a" * 32
ROWS = [(ALICE, title, flag) for title, flag in (("牛乳", 1), ("ハハ", 1), ("パパ", 0), ("🍣 it's", 1))]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    database.execute("CREATE TABLE itemTable (user_id VARCHAR(64), item TEXT, todo_flg BOOLEAN)")
    yield database
    database.drop()


def fill(old: Database, rows: list[tuple[str, str, int]]) -> None:
    connection = old.connect()
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO itemTable VALUES (%s, %s, %s)", rows)
    connection.close()


def dump(old: Database, file: Path) -> Path:
    program = shutil.which("mysqldump")
    if not program:
        pytest.skip("needs mysqldump: apt install mariadb-client")
    server = environ.Env.db_url_config(SERVER)
    access = [f"-h{server['HOST']}", f"-P{server['PORT'] or 3306}", f"-u{server['USER']}"]
    if server["PASSWORD"]:
        access.append(f"-p{server['PASSWORD']}")
    with open(file, "wb") as out:
        subprocess.run([program, "--no-defaults", *access, old.name], stdout=out, check=True, timeout=60)
    return file


def titles(stack: Stack) -> set[tuple[str, str]]:
    return set(stack.database.execute("SELECT title, state FROM todos_task"))


def test_from_the_servers_url_and_from_its_dump_is_the_same(
    start: Callable[..., Stack], old: Database, tmp_path: Path
) -> None:
    stack = start(workers=0)
    fill(old, ROWS)
    assert "Imported 4 tasks: 3 open, 1 done.\n" in stack.manage("import_itemtable", old.url)
    assert titles(stack) == {(title, "open" if flag else "done") for _, title, flag in ROWS}
    file = dump(old, tmp_path / "dump.sql")
    assert "Already there: 4." in stack.manage("import_itemtable", str(file))
    stack.database.execute("DELETE FROM todos_change")
    stack.database.execute("DELETE FROM todos_task")
    stack.manage("import_itemtable", str(file))
    assert titles(stack) == {(title, "open" if flag else "done") for _, title, flag in ROWS}


def test_while_the_same_people_write_nothing_is_lost_or_doubled(
    start: Callable[..., Stack], old: Database
) -> None:
    stack = start(workers=2)
    with Load(stack, pause=0.01) as load:
        everybody = request(f"{stack.line}/simulator/state")["users"]
        people = [user["userId"] for user in everybody if user["name"] in PEOPLE]
        texts = [f"古{n}" for n in range(300)] + [f"行{n}" for n in range(7)]  # the latter they write, too
        fill(old, [(who, text, n % 2) for n, text in enumerate(texts) for who in people])
        for _ in range(2):
            stack.manage("import_itemtable", old.url)
    stack.settles(load.total(), 60)
    imported = stack.count("SELECT COUNT(*) FROM todos_task WHERE title LIKE '古%'")
    assert imported == 300 * len(people)
    assert stack.count("SELECT COUNT(*) - COUNT(DISTINCT `key`) FROM todos_task") == 0
    stack.database.execute("DELETE FROM todos_change WHERE event_id IS NULL")
    assert_all_applied_once_and_answered_once(stack, load)
