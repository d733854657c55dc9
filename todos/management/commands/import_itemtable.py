from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, OperationalError
from django.utils import timezone

from todos.itemtable.bring import Import
from todos.itemtable.items import Garbled, Refused, item
from todos.itemtable.source import BadSource, rows
from todos.itemtable.staged import Staged
from todos.trouble import describe

HELP = """\
Brings over the tasks of the workshop's bot: its table itemTable(user_id, item, todo_flg).

Each row becomes a task of that chat, by today's rules. It may run while the bot serves, and again: a row
whose text (but for width, case and white space) its chat already has as a task, whatever its state, is left
as it is here. So what was done, reopened or added since stays so. A task that an operator has renamed has
another text: its row comes in again. All of the source is read before anything is written, and nothing is
written there."""
#: So many ranges of rows are named for each reason.
NAMED = 1000


class Command(BaseCommand):
    requires_system_checks = []  # needs no secrets: on a laptop it runs as it is
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            help="mysql://user:password@host/name, sqlite:///path, a mysqldump file (or .gz), - for stdin",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and write nothing"
        )
        parser.add_argument(
            "--open",
            type=int,
            choices=[0, 1],
            default=1,
            help="todo_flg of a task still to be done (default: 1)",
        )
        parser.add_argument(
            "--garbled",
            type=Garbled,
            choices=list(Garbled),
            default=Garbled.REFUSE,
            help="rows that look like UTF-8 stored as latin1 (default: refuse)",
        )

    def handle(self, *args: Any, source: str, dry_run: bool, **options: Any) -> None:
        staged, done = Staged(), Import(timezone.now(), dry_run)
        try:
            read = stage(staged, source, options["open"], options["garbled"])
        except BadSource as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        alike = read - staged.count() - sum(count for _why, count, _rows in staged.refusals())
        try:
            done.bring(staged)
        except Error as error:
            # Trouble with the server is told in its words; other errors may quote a row.
            why = error if isinstance(error, OperationalError) else describe(error)
            so_far = f"{done.opened + done.done} tasks were imported before"
            raise CommandError(f"todobot's database: {why}. {so_far}; run it again.") from error
        for line in report(staged, done, read, alike):
            self.stdout.write(line)


def stage(staged: Staged, source: str, open_flag: int, garbled: Garbled) -> int:
    """Returns how many rows there were. Raises BadSource."""
    number = 0
    for number, row in enumerate(rows(source), start=1):  # noqa: B007  (returned)
        try:
            staged.put(number, item(row, open_flag, garbled))
        except Refused as refused:
            staged.refuse(number, str(refused))
    return number


def report(staged: Staged, done: Import, read: int, alike: int) -> Iterator[str]:
    """What became of each row. A row's text is never told."""
    yield f"Read {read} rows."
    said = "Would import" if done.dry else "Imported"
    yield f"{said} {done.opened + done.done} tasks: {done.opened} open, {done.done} done."
    yield f"New chats: {len(done.new_chats)}. Already there: {done.there}. Same text as another row: {alike}."
    for why, count, found in staged.refusals():
        named = list(islice(found, NAMED))
        more = ", ..." if next(found, None) else ""
        yield f"Refused {count}: {why}: rows {', '.join(named)}{more}"
