"""Django's `migrate`, one at a time: on MySQL the others wait, and then find nothing left to do."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

#: Seconds to wait for another one's migrations.
WAIT = 900


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=int,
            default=0,
            metavar="SECONDS",
            help="for the database to answer, at most (default: 0)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Waits before the system checks, which ask the database."""
        self.await_answer(connections[options["database"]], options.get("wait", 0))
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with ExitStack() as turn:
            if connection.vendor == "mysql":
                turn.enter_context(patience(connection))
                turn.enter_context(alone(connection, WAIT))
            super().handle(*args, **options)

    def await_answer(self, connection: BaseDatabaseWrapper, seconds: int) -> None:
        """After so long Django's own words say what is wrong."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                connection.ensure_connection()
                break
            except OperationalError as error:
                self.stderr.write(f"The database does not answer yet: {error}")
                time.sleep(1)


@contextmanager
def patience(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Changing a large table may take longer than an answer to a request."""
    options = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {k: v for k, v in options.items() if k != "read_timeout"}
    connection.close()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = options


@contextmanager
def alone(connection: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    """The server takes the lock back when the connection ends, however it does. Raises CommandError."""
    # The names are the server's, not the database's, and have 64 characters at most.
    name = f"migrate {connection.settings_dict['NAME']}"[:64]
    if ask(connection, "SELECT GET_LOCK(%s, %s)", name, seconds) != 1:
        holder = ask(connection, "SELECT IS_USED_LOCK(%s)", name)
        raise CommandError(
            f"Another migrate has held the database lock {name!r} for over {seconds} s (its connection's id "
            f"is {holder}). Wait for its end, or end it, and start again."
        )
    yield


def ask(connection: BaseDatabaseWrapper, sql: str, *values: str | int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
