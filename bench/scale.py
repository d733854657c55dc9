"""Does an event cost more when the list is long, or when the table is?"""

import hashlib

from bench.events import Message, chatter
from bench.scenarios import Bench, Figures, Scenario, middle
from tests.e2e.database import Database

SIZES = (10, 400)
EACH = 50  # people with a list of each size
EVENTS, REPEATS = 800, 3
#: What the fillers' chats have, a tenth of it open.
CHATS, TASKS = 20_000, 250
#: So that the table fits into memory before and after: it is the statements that are compared, not the disk.
BUFFER_POOL = 4 * 1024**3


async def by_list(bench: Bench) -> dict[str, Figures]:
    """By tasks on the list; without replies, so without rendering, and with."""
    for size in SIZES:
        lists = [Message(user, tuple(f"用事 {at}" for at in range(size))) for user in people(size)]
        await bench.run(Scenario(EACH, replies=False), lists)
        await bench.run(Scenario(EACH), toggles(size, EACH))  # asks LINE for the profiles
    runs: dict[str, list[Figures]] = {}
    for _ in range(REPEATS):
        for replies in (False, True):
            for size in SIZES:
                name = f"{size} tasks on the list, {'answered' if replies else 'no answer asked for'}"
                found = await bench.backlog(toggles(size, EVENTS), replies)
                runs.setdefault(name, []).append(found)
    return {name: middle(found) for name, found in runs.items()}


def people(size: int) -> list[str]:
    return [f"U{hashlib.md5(f'{size} {number}'.encode()).hexdigest()}" for number in range(EACH)]


def toggles(size: int, count: int) -> list[Message]:
    users = people(size)
    return [Message(users[at % EACH], (f"追加 {at // EACH % 10}",)) for at in range(count)]


async def by_table(bench: Bench) -> dict[str, Figures]:
    """With what tasks there are, and with five million more, most of them done, of other chats."""
    bench.counters.ask(f"SET GLOBAL innodb_buffer_pool_size = {BUFFER_POOL}")
    found = dict([await with_tasks(bench)])
    fill(bench.stack.database)
    return found | dict([await with_tasks(bench)])


async def with_tasks(bench: Bench) -> tuple[str, Figures]:
    tasks = number(bench.stack.database, "SELECT COUNT(*) FROM todos_task")
    runs = [await bench.backlog(chatter(2 * EVENTS, f"{at}")) for at in range(REPEATS)]
    return f"{tasks:,} tasks in the table", middle(runs)


def fill(database: Database) -> None:
    """In slices, each a transaction."""
    people = {"line_id": "CONCAT('U', MD5(CONCAT(sample.line_id, RAND(), '-filler')))"}
    while (count := number(database, "SELECT COUNT(*) FROM todos_chat")) < CHATS:
        copy(database, "todos_chat", people, f"todos_chat AS sample ORDER BY id LIMIT {CHATS - count}")
    # From a table of its own: the server would else copy each slice before it inserts it.
    database.execute(f"CREATE TABLE sample AS SELECT * FROM todos_task ORDER BY id LIMIT {TASKS}")
    done = "MOD(sample.id + c.id, 10)"
    tasks = {
        "chat_id": "c.id",
        "key": "MD5(CONCAT(sample.`key`, c.id))",
        "state": f"IF({done}, 'done', 'open')",
        "done_at": f"IF({done}, NOW(6), NULL)",
    }
    for first in range(0, number(database, "SELECT MAX(id) FROM todos_chat") + 1, 500):
        chats = f"todos_chat c ON c.id BETWEEN {first} AND {first + 499}"
        copy(database, "todos_task", tasks, f"sample JOIN {chats}")
    database.execute("ANALYZE TABLE todos_task, todos_chat")


def copy(database: Database, table: str, changed: dict[str, str], source: str) -> None:
    """INSERT ... SELECT from `sample`, which has the table's columns; some of them changed."""
    columns = [
        name
        for (name,) in database.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            f" AND table_name = '{table}' AND column_name <> 'id' AND extra NOT LIKE '%GENERATED%'"
        )
    ]
    names = ", ".join(f"`{name}`" for name in columns)
    values = ", ".join(changed.get(name, f"sample.`{name}`") for name in columns)
    database.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}")


def number(database: Database, sql: str) -> int:
    return int(database.execute(sql)[0][0])
