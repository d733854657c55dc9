"""manage.py import_itemtable: the old table's rows become tasks, once, and none is lost without a word.

payloads/itemtable/ holds what real servers' own mysqldump wrote: mysql.sql and mariadb.sql the same hostile
table by either, hex.sql another one with --hex-blob --complete-insert --skip-extended-insert and triggers.
"""

import gzip
import sqlite3
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from tests.line import ALICE, BOB, PAYLOADS, Line, history, open_titles
from todos.itemtable import bring
from todos.models import Change, Chat, Task

DUMPS = PAYLOADS / "itemtable"
CHARLIES_ROOM, BOBS_GROUP = "R" + "c" * 32, "C" + "b" * 32
Row = tuple[Any, Any, Any]

pytestmark = pytest.mark.django_db


def imported(source: Path | str, *options: str) -> str:
    out = StringIO()
    call_command("import_itemtable", str(source), *options, stdout=out)
    return out.getvalue()


def old_table(folder: Path, *rows: Row) -> str:
    """An itemTable in a SQLite file; its URL."""
    path = folder / "old.sqlite3"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE itemTable (user_id TEXT, item TEXT, todo_flg)")
        file.executemany("INSERT INTO itemTable VALUES (?, ?, ?)", rows)
    return f"sqlite:///{path}"


def dumped(folder: Path, rows: str, before: str = "") -> Path:
    path = folder / "dump.sql"
    create = "CREATE TABLE `itemTable` (`user_id` varchar(99), `item` text, `todo_flg` tinyint(1));\n"
    path.write_text(f"{before}{create}INSERT INTO `itemTable` VALUES {rows};\n")
    return path


def done_titles(line_id: str = ALICE) -> list[str]:
    tasks = Task.objects.filter(chat__line_id=line_id, state=Task.State.DONE)
    return list(tasks.order_by("pk").values_list("title", flat=True))


@pytest.mark.parametrize("dump", ["mysql.sql", "mariadb.sql"])
def test_a_real_dump_of_hostile_titles(dump: str) -> None:
    assert imported(DUMPS / dump).splitlines() == [
        "Read 29 rows.",
        "Imported 20 tasks: 17 open, 3 done.",
        "New chats: 3. Already there: 0. Same text as another row: 1.",
        "Refused 1: item is over 500 characters: rows 22",
        "Refused 1: item looks like UTF-8 that was stored as latin1 (see --garbled): rows 29",
        "Refused 2: item shows nothing: rows 23-24",
        "Refused 2: todo_flg is neither 0 nor 1: rows 27-28",
        "Refused 2: user_id is no LINE id: rows 25-26",
    ]
    assert open_titles() == [
        *(
            "牛乳",
            "ハハ",
            "パパ",
            "🍣",
            "👨‍👩‍👧",
            'it\'s a "trap"\\',
            "');DROP TABLE todos_task;--",
            "a,b),(c",
        ),
        *("/* not a comment */ -- nor # this", "`tick` \\' \\n \\0", "two lines", "nul and  here"),
        *("ＭＩＬＫ", "café", "あ" * 500),
    ]
    assert done_titles() == ["🍺", "tab\tstays; %_"]
    assert (open_titles(BOBS_GROUP), done_titles(CHARLIES_ROOM)) == (["牛乳", "NULL"], ["0x41"])
    assert set(Chat.objects.values_list("kind", flat=True)) == {"user", "group", "room"}


def test_a_real_dump_with_hex_bits_column_lists_triggers_and_procedures() -> None:
    assert imported(DUMPS / "hex.sql").splitlines() == [
        "Read 4 rows.",
        "Imported 2 tasks: 1 open, 1 done.",
        "New chats: 1. Already there: 0. Same text as another row: 0.",
        "Refused 1: item is not UTF-8: rows 4",
        "Refused 1: item shows nothing: rows 1",
    ]
    assert (open_titles(), done_titles()) == (["牛乳"], ["🍺"])


def test_a_second_run_changes_nothing() -> None:
    imported(DUMPS / "mysql.sql")
    before = list(Task.objects.values_list()), list(Change.objects.values_list())
    assert "Imported 0 tasks: 0 open, 0 done.\nNew chats: 0. Already there: 20." in imported(
        DUMPS / "mysql.sql"
    )
    assert (list(Task.objects.values_list()), list(Change.objects.values_list())) == before


def test_what_has_become_of_a_task_here_stays(line: Line, tmp_path: Path) -> None:
    old = old_table(tmp_path, (ALICE, "牛乳", 1), (ALICE, "パン", 0), (ALICE, "米", 1))
    imported(old)
    line.says("牛乳")  # done
    line.says("パン")  # open again
    line.says("卵")
    line.says("undo")  # withdrawn
    assert "Imported 0 tasks" in imported(old)
    old = old_table(tmp_path, (ALICE, "ｐａｎ", 1), (ALICE, "卵", 1), (ALICE, "牛乳", 1), (ALICE, "パン", 0))
    assert "Imported 1 tasks: 1 open, 0 done.\nNew chats: 0. Already there: 3." in imported(old)
    assert set(open_titles()) == {"パン", "米", "ｐａｎ"}


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    rows = [(who, f"行{n}", n < 510) for who in (ALICE, BOB) for n in range(700)]
    old = old_table(tmp_path, *rows)
    said = imported(old, "--dry-run")
    assert not Chat.objects.exists()
    assert not Task.objects.exists()
    assert imported(old) == said.replace("Would import", "Imported")


def test_a_full_list_refuses_by_row_also_across_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring, "BATCH", 100)
    rows = [(ALICE, f"行{n}", n != 3) for n in range(505)]
    said = imported(old_table(tmp_path, *rows), "--dry-run")
    assert "Refused 4: the chat's list is full with 500 open tasks: rows 502-505\n" in said
    assert imported(old_table(tmp_path, *rows)) == said.replace("Would import", "Imported")
    assert len(open_titles()) == 500
    assert done_titles() == ["行3"]


def test_one_text_in_several_rows_is_one_task_and_open_if_any_is(tmp_path: Path) -> None:
    rows = [
        (ALICE, "milk", 0),
        (ALICE, " ＭＩＬＫ", 1),
        (ALICE, "Milk", 1),
        (BOB, "milk", 0),
        (BOB, "milk", 0),
    ]
    said = imported(old_table(tmp_path, *rows))
    assert "Imported 2 tasks: 1 open, 1 done." in said
    assert "Same text as another row: 3." in said
    assert (open_titles(), done_titles(BOB)) == (["ＭＩＬＫ"], ["milk"])


def test_each_row_is_accounted_for(tmp_path: Path) -> None:
    rows: list[Row] = [(ALICE, "a", 1), (ALICE, "A", 1), (ALICE, "b", 0), (None, "c", 1), (BOB, "", 1)]
    imported(old_table(tmp_path, (ALICE, "b", 0)))
    said = imported(old_table(tmp_path, *rows, (BOB, b"\xff", 1), (BOB, "d", None), ("U1", "e", 1)))
    assert "Read 8 rows.\nImported 1 tasks" in said
    assert "Already there: 1. Same text as another row: 1." in said
    assert sum(int(line.split()[1][:-1]) for line in said.splitlines() if line.startswith("Refused")) == 5


def test_the_history_says_added_and_an_undo_does_not_take_it_back(line: Line, tmp_path: Path) -> None:
    line.says("卵")
    imported(old_table(tmp_path, (ALICE, "牛乳", 1), (ALICE, "パン", 0)))
    assert history() == [("added", "卵"), ("added", "牛乳"), ("added", "パン")]
    line.says("undo")
    assert open_titles() == ["牛乳"]
    assert line.says("undo")
    assert set(open_titles()) == {"牛乳", "卵"}


def test_imported_tasks_are_toggled_like_all_others(line: Line, tmp_path: Path) -> None:
    imported(old_table(tmp_path, (ALICE, "Milk", 1), (ALICE, "パン", 0)))
    line.says("ｍｉｌｋ\nパン")
    assert (open_titles(), done_titles()) == (["パン"], ["Milk"])


def test_the_flag_may_mean_done(tmp_path: Path) -> None:
    imported(old_table(tmp_path, (ALICE, "牛乳", 0), (ALICE, "パン", 1)), "--open", "0")
    assert (open_titles(), done_titles()) == (["牛乳"], ["パン"])


@pytest.mark.parametrize("flags", [(1, 0), ("1", "0"), ("true", "FALSE"), (b"\1", b"\0"), (True, False)])
def test_flags_as_any_database_has_them(tmp_path: Path, flags: tuple[Any, Any]) -> None:
    imported(old_table(tmp_path, (ALICE, "牛乳", flags[0]), (ALICE, "パン", flags[1])))
    assert (open_titles(), done_titles()) == (["牛乳"], ["パン"])


def test_utf_8_that_was_stored_as_latin1_is_mended_or_kept_if_asked(tmp_path: Path) -> None:
    # Each byte of it as MySQL's latin1 has it: 0x81 is no character of cp1252.
    garbled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in "ぁ牛乳🍣é".encode())
    old = old_table(tmp_path, (ALICE, garbled, 1), (ALICE, "é as it is", 1), (ALICE, "æ—¥ 日", 1))
    assert "Refused 1: item looks like UTF-8 that was stored as latin1" in imported(old)
    assert "Imported 1 tasks" in imported(old, "--garbled", "mend")
    assert set(open_titles()) == {"ぁ牛乳🍣é", "é as it is", "æ—¥ 日"}
    assert "Imported 1 tasks" in imported(old, "--garbled", "keep")


def test_a_gzipped_dump_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress((DUMPS / "hex.sql").read_bytes())
    (tmp_path / "dump.sql.gz").write_bytes(packed)
    assert "Imported 2 tasks" in imported(tmp_path / "dump.sql.gz")
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesReader(packed)))
    assert "Already there: 2" in imported("-")


class BytesReader(BytesIO):
    """Looked into without moving on, as a pipe's buffer is."""

    def peek(self, size: int = 0) -> bytes:
        return self.getbuffer()[self.tell() :].tobytes()


def test_what_fails_half_way_has_changed_nothing(tmp_path: Path) -> None:
    whole = (DUMPS / "mysql.sql").read_text()
    cut = tmp_path / "cut.sql"
    for end in ("パパ", "'🍺',0),", "`itemTable` ENABLE KEYS */;", "UNLOCK TABLES;\n\n", "-- Dump com"):
        cut.write_text(whole[: whole.rindex(end) + len(end)])
        with pytest.raises(CommandError, match=r"cut off.* Nothing was imported\."):
            imported(cut)
    cut.write_bytes(gzip.compress(whole.encode())[:-20])
    with pytest.raises(CommandError, match=r"ended before .* Nothing was imported\."):
        imported(cut)
    assert not Task.objects.exists()
    assert not Chat.objects.exists()


def test_a_database_that_fails_says_how_far_it_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bring, "BATCH", 2)
    write = bring.Import.write

    def fails_at_the_second(self: bring.Import, tasks: list[Task]) -> None:
        if self.opened:
            raise OperationalError("the disk is full")
        write(self, tasks)

    monkeypatch.setattr(bring.Import, "write", fails_at_the_second)
    with pytest.raises(CommandError, match="the disk is full. 2 tasks were imported before; run it again"):
        imported(old_table(tmp_path, *[(ALICE, f"行{n}", 1) for n in range(5)]))
    assert open_titles() == ["行0", "行1"]
    monkeypatch.setattr(bring.Import, "write", write)
    assert "Imported 3 tasks" in imported(old_table(tmp_path, *[(ALICE, f"行{n}", 1) for n in range(5)]))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("/nowhere", "/nowhere: No such file or directory"),
        ("sqlite:////nowhere", "/nowhere: there is no such file"),
        ("oracle://scott:tiger@db/x", "oracle:// is not known"),
    ],
)
def test_a_source_that_is_none_is_refused_by_name(source: str, why: str) -> None:
    with pytest.raises(CommandError, match=why) as raised:
        imported(source)
    assert "tiger" not in str(raised.value)


def test_a_database_without_the_table_or_a_column_is_refused_by_name(tmp_path: Path) -> None:
    old = old_table(tmp_path)
    for change, why in (("RENAME item TO text", "no such column: item"), ("RENAME TO t", "no such table")):
        with sqlite3.connect(tmp_path / "old.sqlite3") as file:
            file.execute(f"ALTER TABLE itemTable {change}")
        with pytest.raises(CommandError, match=why):
            imported(old)


def test_a_refusal_never_tells_what_the_row_holds(tmp_path: Path) -> None:
    said = imported(
        old_table(tmp_path, ("secret-id", "x", 1), (ALICE, "secret" * 100, 1), (ALICE, "y", "secret"))
    )
    assert "secret" not in said


def test_many_refusals_are_counted_and_the_first_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("todos.management.commands.import_itemtable.NAMED", 3)
    rows = [(ALICE, "" if n % 2 else f"行{n}", 1) for n in range(1, 11)]
    for few, named in (
        (6, "3: item shows nothing: rows 1, 3, 5"),
        (8, "4: item shows nothing: rows 1, 3, 5, ..."),
    ):
        assert f"Refused {named}\n" in imported(old_table(tmp_path, *rows[:few]))
