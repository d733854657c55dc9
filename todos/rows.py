"""Writing many rows at once.

`bulk_create` does the same in a transaction of its own, three more round trips to MySQL, and takes three
times the CPU to put the statement together. Every webhook and every batch of the worker would pay for that.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.constants import OnConflict

#: Values in one statement, about as many as SQLite takes (32,766).
VALUES = 32_000


def insert(model: type[Model], rows: Sequence[Mapping[str, Any]], ignore_duplicates: bool = False) -> int:
    """Each row names the model's columns, but those that the database makes, with values as it takes them.

    How many were written: with `ignore_duplicates` not always all.
    """
    verb = connection.ops.insert_statement(on_conflict=OnConflict.IGNORE if ignore_duplicates else None)
    names = ", ".join(map(connection.ops.quote_name, rows[0])) if rows else ""
    at_once, written = VALUES // len(rows[0]) if rows else 1, 0
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        places = ", ".join(["(" + ", ".join(["%s"] * len(part[0])) + ")"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"{verb} {model._meta.db_table} ({names}) VALUES {places}",
                [value for row in part for value in row.values()],
            )
            written += cursor.rowcount
    return written
