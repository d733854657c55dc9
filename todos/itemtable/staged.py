"""All that was read, before anything of it is written: ordered by chat, one item for each text of a chat.

It lies in a private file of SQLite's that ends with the process, so that memory holds a batch at most, and
that a source which breaks off half way has changed nothing.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from todos.itemtable.items import Item
from todos.titles import same

TABLES = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE item (line_id TEXT, same TEXT, row INTEGER, title TEXT, is_open INTEGER,
        PRIMARY KEY (line_id, same)) WITHOUT ROWID;
    CREATE TABLE refused (why TEXT, row INTEGER)
"""
#: Of several rows with one text an open one counts, else the first: rather a task too many than too few.
PUT = """
    INSERT INTO item VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET row = excluded.row, title = excluded.title, is_open = 1 WHERE excluded.is_open > is_open
"""


class Staged:
    def __init__(self) -> None:
        self.file = sqlite3.connect("")
        self.file.executescript(TABLES)

    def put(self, row: int, item: Item) -> None:
        self.file.execute(PUT, [item.line_id, same(item.title), row, item.title, item.is_open])

    def refuse(self, row: int, why: str) -> None:
        self.file.execute("INSERT INTO refused VALUES (?, ?)", [why, row])

    def count(self) -> int:
        return int(self.file.execute("SELECT COUNT(*) FROM item").fetchone()[0])

    def batches(self, size: int) -> Iterator[list[tuple[int, Item]]]:
        """(row, item), chat by chat, as they stood in the table."""
        found = self.file.execute("SELECT row, line_id, title, is_open FROM item ORDER BY line_id, row")
        while some := found.fetchmany(size):
            yield [(row, Item(line_id, title, bool(is_open))) for row, line_id, title, is_open in some]

    def refusals(self) -> Iterator[tuple[str, int, Iterator[str]]]:
        """Each reason, how many rows it refused, and which: `4`, `7-9`."""
        counts = self.file.execute("SELECT why, COUNT(*) FROM refused GROUP BY why ORDER BY why")
        for why, count in counts.fetchall():
            found = self.file.execute("SELECT row FROM refused WHERE why = ? ORDER BY row", [why])
            yield why, count, ranges(row for (row,) in found)


def ranges(rows: Iterator[int]) -> Iterator[str]:
    for _, together in groupby(enumerate(rows), key=lambda each: each[1] - each[0]):
        run = [row for _, row in together]
        yield f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}"
