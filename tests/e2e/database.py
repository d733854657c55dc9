"""Databases of the tests' own, which the app enters with the rights that it has in production."""

import re
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import environ

from tests.e2e.base import ROOT, SERVER


class Database:
    """A new database on the server that DATABASE_URL names, or a SQLite file.

    `url` is for the app: on a server, a user with the rights that production's has and no more. What is done
    here, DATABASE_URL's user does.
    """

    def __init__(self, folder: Path, collation: str = "") -> None:
        self.name = f"todobot_{uuid.uuid4().hex[:10]}"
        if not SERVER:
            self.folder = folder / "database"
            self.folder.mkdir()
            self.url = f"sqlite:///{self.folder / 'stack.sqlite3'}"
            return
        charset = collation.split("_")[0] if collation else "utf8mb4"
        self.execute(f"CREATE DATABASE {self.name} CHARACTER SET {charset}", server=True)
        if collation:
            self.execute(f"ALTER DATABASE {self.name} COLLATE {collation}", server=True)
        self.execute(f"CREATE USER {self.name} IDENTIFIED BY 'the-password'", server=True)
        grants = (ROOT / "k8s/components/mysql/grants.sql").read_text()
        rights = re.findall(r"^GRANT (.+) ON", grants, re.MULTILINE)[0]
        self.execute(f"GRANT {rights} ON {self.name}.* TO {self.name}", server=True)
        place = SERVER.rpartition("/")[0].rpartition("@")[2]
        self.url = f"mysql://{self.name}:the-password@{place}/{self.name}"
        datadir = self.execute("SELECT @@datadir", server=True)[0][0]
        self.folder = Path(datadir) / self.name  # of use where the server is this machine's

    def execute(self, sql: str, server: bool = False) -> list[tuple[Any, ...]]:
        if not SERVER:
            import sqlite3

            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as file, file:
                return file.execute(sql).fetchall()
        found = self.connect("" if server else self.name)
        with found.cursor() as cursor:
            cursor.execute(sql)
            rows = list(cursor.fetchall())
        found.close()
        return rows

    def connect(self, name: str | None = None) -> Any:
        import MySQLdb  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra

        config = environ.Env.db_url_config(SERVER)
        return MySQLdb.connect(
            host=config["HOST"],
            port=int(config["PORT"] or 3306),
            user=config["USER"],
            password=config["PASSWORD"],
            database=self.name if name is None else name,
            charset="utf8mb4",
            autocommit=True,
        )

    def drop(self) -> None:
        if SERVER:
            self.execute(f"DROP DATABASE {self.name}", server=True)
            self.execute(f"DROP USER {self.name}", server=True)
