"""Where the rows come from: a database by its URL, a dump by its path. Nothing is written there."""

import gzip
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import environ

from todos.itemtable.dump import BadDump, Dump, Value

TABLE = "itemTable"
COLUMNS = ("user_id", "item", "todo_flg")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM {TABLE}"  # noqa: S608  (our own words)

GZIP, BOM, UTF_16 = b"\x1f\x8b", b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


class BadSource(Exception):
    """Names the source and says what is wrong with it. Never holds a password."""


def rows(source: str) -> Iterator[tuple[Value, ...]]:
    """(user_id, item, todo_flg) as they are, in the order in which the source has them. Raises BadSource."""
    if source.startswith(("mysql:", "mariadb:")):
        return mysql_rows(source)
    if source.startswith("sqlite:"):
        return sqlite_rows(source)
    if "://" in source:
        raise BadSource(
            f"{source.partition('://')[0]}:// is not known; give mysql://, sqlite:/// or a dump's path"
        )
    return dump_rows(source)


def mysql_rows(url: str) -> Iterator[tuple[Value, ...]]:
    """Not by Django's own connection: it refuses MySQL 5.7, which is where such a table is."""
    try:
        import MySQLdb  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra
        from MySQLdb.cursors import SSCursor  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as error:
        raise BadSource("mysql:// needs mysqlclient: pip install -r requirements-mysql.txt") from error
    config = environ.Env.db_url_config(url.replace("mariadb:", "mysql:", 1))
    where = f"{config['HOST']}:{config['PORT'] or 3306}/{config['NAME']}"
    try:
        with closing(
            MySQLdb.connect(
                host=config["HOST"],
                port=int(config["PORT"] or 3306),
                user=config["USER"],
                password=config["PASSWORD"],
                database=config["NAME"],
                charset="utf8mb4",
                connect_timeout=5,
                **config.get("OPTIONS", {}),
                # Row by row from the server: by default the client would hold the whole table.
                cursorclass=SSCursor,
            )
        ) as connection:
            yield from selected(connection.cursor())
    except MySQLdb.Error as error:
        raise BadSource(f"{where}: {error.args[-1]}") from error


def sqlite_rows(url: str) -> Iterator[tuple[Value, ...]]:
    path = Path(environ.Env.db_url_config(url)["NAME"])
    if not path.is_file():  # or SQLite would make one
        raise BadSource(f"{path}: there is no such file")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = bytes  # it need not be UTF-8
            yield from selected(connection.cursor())
    except sqlite3.Error as error:
        raise BadSource(f"{path}: {error}") from error


def selected(cursor: Any) -> Iterator[tuple[Value, ...]]:
    cursor.execute(SELECT)
    while some := cursor.fetchmany(1000):
        yield from some


def dump_rows(path: str) -> Iterator[tuple[Value, ...]]:
    try:
        with sys.stdin.buffer if path == "-" else open(path, "rb") as file:
            yield from Dump(unpacked(file), TABLE, COLUMNS).rows()  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error, BadDump) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BadSource(f"{path}: {why}") from error


def unpacked(file: Any) -> BinaryIO | gzip.GzipFile:
    """The file without gzip, after the mark that some editors put first. Raises BadDump."""
    start = file.peek(3)[:3]
    if start.startswith(GZIP):
        return gzip.GzipFile(fileobj=file)
    if start.startswith(UTF_16):
        raise BadDump("it is in UTF-16, as PowerShell's > writes: dump with --result-file")
    if start == BOM:
        file.read(3)
    return file  # type: ignore[no-any-return]
