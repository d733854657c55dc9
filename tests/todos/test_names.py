"""Who added a task and who finished one, in groups and rooms, by the names that LINE tells."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.line import ALICE, BOB, CHARLIE, FAMILY, ROOM, Line, text
from todos.line.client import Attempt, Fate
from todos.members import called
from todos.models import Change, Member, Task

COUSINS = "C" + "9" * 32


@pytest.fixture(autouse=True)
def names(line: Line) -> dict[tuple[str, str], str | None]:
    line.api.names |= {(FAMILY, ALICE): "ママ", (FAMILY, BOB): "ボブ", (COUSINS, ALICE): "Auntie"}
    return line.api.names


def people_asked(line: Line) -> list[tuple[str, ...]]:
    return [asked for asked in line.api.asked if len(asked) == 3]


def yesterday() -> None:
    Member.objects.update(read_at=timezone.now() - timedelta(hours=25))


def test_each_task_says_who_added_it(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    answer = line.says("todo パン", BOB, FAMILY)
    assert answer == "ボブ\n追加: パン\n\nやること 2件\n1. 牛乳（ママ）\n2. パン（ボブ）"


def test_whoever_finishes_is_named_above_what_is_done(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    assert line.taps(f"done {Task.objects.get().pk}", BOB, FAMILY).startswith("ボブ\n完了: 牛乳\n")
    shown = json.dumps(line.api.sent[-1][1][0]["contents"], ensure_ascii=False)
    assert shown.index("ボブ") < shown.index("牛乳")
    assert "完了" not in shown  # the row, struck through, says so


def test_who_only_looks_is_not_named(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    assert line.says("todo 一覧", ALICE, FAMILY) == "やること 1件\n1. 牛乳（ママ）"


def test_a_list_in_plain_text_has_the_names_too(line: Line) -> None:
    line.says("todo テキスト", ALICE, FAMILY)
    line.says("todo 牛乳", ALICE, FAMILY)
    assert line.says("todo 牛乳", BOB, FAMILY) == "ボブ\n完了: 牛乳\n\nやることはありません。"
    assert line.says("todo 元に戻す", ALICE, FAMILY).endswith("再開: 牛乳\n\nやること 1件\n1. 牛乳（ママ）")


def test_a_room_has_names_too(line: Line, names: dict[tuple[str, str], str]) -> None:
    names[ROOM, ALICE] = "Alice"
    assert line.says("todo 牛乳", ALICE, ROOM).endswith("1. 牛乳（Alice）")
    assert line.api.asked == [("room", ROOM, ALICE)]


def test_in_a_chat_of_two_nobody_is_named_and_no_member_is_asked_for(line: Line) -> None:
    assert line.says("牛乳") == "追加: 牛乳\n\nやること 1件\n1. 牛乳"
    assert line.api.asked == []


def test_a_name_is_asked_for_once_a_day(line: Line, names: dict[tuple[str, str], str]) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    names[FAMILY, ALICE] = "お母さん"
    assert "パン（ママ）" in line.says("todo パン", ALICE, FAMILY)
    assert len(people_asked(line)) == 1
    yesterday()
    assert "パン（ママ）" in line.says("todo 一覧", ALICE, FAMILY)  # changes nothing: nobody is asked for
    assert "牛乳（お母さん）" in line.says("todo 卵", ALICE, FAMILY)
    assert len(people_asked(line)) == 2
    assert Member.objects.get().name == "お母さん"


def test_only_who_acts_is_asked_for(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 一覧", BOB, FAMILY)
    yesterday()
    line.says("todo パン", BOB, FAMILY)
    assert people_asked(line) == [("group", FAMILY, ALICE), ("group", FAMILY, BOB)]


def test_a_person_has_another_name_in_another_group(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    assert "Auntie\nAdded: Milk" in line.says("todo Milk", ALICE, COUSINS)
    assert "1. 牛乳（ママ）" in line.says("todo 一覧", BOB, FAMILY)


def test_a_name_that_line_does_not_tell_costs_nothing(line: Line, names: dict[tuple[str, str], Any]) -> None:
    names[FAMILY, ALICE] = None
    assert line.says("todo 牛乳", ALICE, FAMILY) == "追加: 牛乳\n\nやること 1件\n1. 牛乳"
    assert not Member.objects.exists()
    names[FAMILY, ALICE] = "ママ"
    assert line.says("todo パン", ALICE, FAMILY).endswith("1. 牛乳（ママ）\n2. パン（ママ）")


def test_yesterdays_name_serves_while_line_does_not_tell(
    line: Line, names: dict[tuple[str, str], Any]
) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    yesterday()
    names[FAMILY, ALICE] = None
    assert line.says("todo パン", ALICE, FAMILY).startswith("ママ\n")


def test_who_has_no_name_for_us_is_asked_for_again_tomorrow_only(line: Line) -> None:
    assert line.says("todo 牛乳", CHARLIE, FAMILY).startswith("追加: 牛乳\n")
    line.says("todo パン", CHARLIE, FAMILY)
    assert len(people_asked(line)) == 1


def test_who_is_not_told_to_us_has_no_name(line: Line) -> None:
    said = text("todo 牛乳", ALICE, FAMILY)
    del said["source"]["userId"]
    assert line.answer_to(said) == "追加: 牛乳\n\nやること 1件\n1. 牛乳"
    assert people_asked(line) == []


def test_a_reply_that_is_tried_again_has_the_name(line: Line) -> None:
    line.api.fates = [Attempt(Fate.REFUSED, "400: no"), Attempt(Fate.SENT)]
    line.says("todo 牛乳", ALICE, FAMILY)
    assert line.says("todo パン", BOB, FAMILY).endswith("1. 牛乳（ママ）\n2. パン（ボブ）")


def test_no_message_has_anybodys_id(line: Line) -> None:
    line.says("todo 牛乳\n卵", ALICE, FAMILY)
    line.says("todo 牛乳", CHARLIE, FAMILY)
    sent = json.dumps(line.api.sent)
    assert not any(person in sent for person in (ALICE, BOB, CHARLIE))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "Alice"),
        ("  Alice \n\t B\u2028C\r\n", "Alice B C"),
        ("\u202eecilA\u202c", "ecilA"),
        ("\u2067\u2069A\u200b\ufeff\x00\x1bB\u2060", "AB"),
        ("{0} %s %(name)s", "{0} %s %(name)s"),
        ("x" * 1000, "x" * 19 + "…"),
        ("👩‍👧", "👩‍👧"),
        ("مريم", "\u2068مريم\u2069"),
        ("דנה x", "\u2068דנה x\u2069"),
        ("", ""),
        (" \u3164\u200d\u2800 ", ""),
        ("\ud83c", "\ufffd"),
    ],
)
def test_a_name_stays_in_its_place(line: Line, name: str, shown: str) -> None:
    assert called(name) == shown
    line.api.names[FAMILY, ALICE] = name
    lines = line.says("todo 牛乳", ALICE, FAMILY).splitlines()
    assert lines == [*([shown] if shown else []), "追加: 牛乳", "", "やること 1件", lines[-1]]
    assert lines[-1] == (f"1. 牛乳（{shown}）" if shown else "1. 牛乳")


def test_eight_groups_cost_as_many_statements_as_one(line: Line) -> None:
    def statements(letter: str, count: int) -> int:
        groups = [f"C{letter}{number:031d}" for number in range(count)]
        for group in groups:
            line.says("todo 一覧", CHARLIE, group)  # so that the groups' own names are known
        worker = line.delivers(*(text("todo 牛乳", ALICE, group) for group in groups)).worker
        with CaptureQueriesContext(connection) as made:
            worker.turn()
            while len(worker.unsettled) < count:
                worker.collect(5)
            worker.turn()
        return len(made)

    assert statements("a", 1) == statements("b", 8)
    assert Member.objects.count() == 9


# Pruning


def test_old_names_go_but_for_those_on_the_list(line: Line) -> None:
    line.says("todo 牛乳", ALICE, FAMILY)
    line.says("todo 卵", BOB, FAMILY)
    line.says("todo 卵", BOB, FAMILY)
    Member.objects.update(read_at=timezone.now() - timedelta(days=31))
    call_command("prune")
    assert [member.name for member in Member.objects.all()] == ["ママ"]


def test_names_of_the_last_weeks_stay(line: Line) -> None:
    line.says("todo 卵\n卵", BOB, FAMILY)
    Member.objects.update(read_at=timezone.now() - timedelta(days=29))
    call_command("prune")
    assert Member.objects.count() == 1
    assert Change.objects.count() == 2
