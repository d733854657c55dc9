"""The list as a Flex message: what its ticks do, and how much of it there is."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override, pgettext
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules import messages as rules
from simulator.rules.check import Report
from tests.line import ALICE, BOB, FAMILY, Line, history, open_titles, text
from tests.todos.test_replies import made
from tests.todos.test_unsend import unsend
from todos import flex
from todos.apply import apply_due
from todos.jobs import jobs
from todos.models import Chat, Event, Task
from todos.replies import Message, render


def ticks(message: Message) -> dict[str, str]:
    """Title and data of each row that can be tapped."""
    found: dict[str, str] = {}

    def look(part: Any) -> None:
        if isinstance(part, dict) and part.get("action", {}).get("type") == "postback":
            found[part["contents"][-1]["text"]] = part["action"]["data"]
        elif isinstance(part, dict | list):
            for child in part.values() if isinstance(part, dict) else part:
                look(child)

    look(message["contents"])
    return found


def last(line: Line) -> dict[str, str]:
    return ticks(line.api.sent[-1][1][0])


def test_a_tick_finishes_its_task(line: Line) -> None:
    line.says("牛乳\nパン")
    assert line.taps(last(line)["牛乳"]) == "完了: 牛乳\n\nやること 1件\n1. パン"
    assert history()[-1] == ("done", "牛乳")


def test_a_tick_on_what_is_done_opens_it_again(line: Line) -> None:
    line.says("牛乳\nパン")
    line.says("牛乳")
    assert line.taps(last(line)["牛乳"]) == "再開: 牛乳\n\nやること 2件\n1. パン\n2. 牛乳"


def test_a_second_tap_says_what_is_true_and_changes_nothing(line: Line) -> None:
    line.says("牛乳\nパン")
    tick = last(line)["牛乳"]
    line.taps(tick)
    assert line.taps(tick) == "すでに完了しています。\n牛乳\n\nやること 1件\n1. パン"
    back = f"open {tick.split()[1]}"
    line.taps(back)
    assert line.taps(back).startswith("まだ完了していません。")
    assert [kind for kind, _title in history()] == ["added", "added", "done", "reopened"]


def test_an_old_tick_does_not_bring_back_what_was_taken_back(line: Line) -> None:
    line.says("牛乳")
    tick = last(line)["牛乳"]
    line.says("元に戻す")
    assert line.taps(tick) == "それはもう一覧にありません。\n牛乳\n\nやることはありません。"
    assert line.taps(tick.replace("done", "open")).startswith("それはもう")
    assert open_titles() == []


def test_a_tick_on_unsent_words_does_nothing(line: Line) -> None:
    said = text("牛乳")
    line.answer_to(said)
    tick = last(line)["牛乳"]
    line.answer_to(unsend(said))
    answer = line.taps(tick.replace("done", "open"))
    assert answer == "それはもう一覧にありません。\n\nやることはありません。"


@pytest.mark.parametrize("verb", ["done", "open"])
def test_nobody_ticks_in_another_chat(line: Line, verb: str) -> None:
    line.says("牛乳", BOB)
    if verb == "open":
        line.says("牛乳", BOB)
    before = history(BOB)
    task = Task.objects.get()
    assert "牛乳" not in line.taps(f"{verb} {task.pk}", ALICE)
    assert "牛乳" not in line.taps(f"{verb} {task.pk}", BOB, FAMILY)
    assert history(BOB) == before


def test_no_answer_names_a_task_of_another_chat(line: Line) -> None:
    line.says("牛乳", BOB)
    line.says("パン", ALICE)
    line.delivers(text("卵", ALICE))
    apply_due(timezone.now())
    for title in ("牛乳", "パン"):
        task = Task.objects.get(title=title)
        Event.objects.filter(reply="owed").update(refused=[["gone", str(task.pk)]])
        [job] = jobs(list(Event.objects.filter(reply="owed")), timezone.now())
        assert job.answer.refused == (("gone", "" if title == "牛乳" else title),)


@pytest.mark.parametrize(
    "data", ["done", "done 0", "done -1", "done 1 2", "done ٣", "done 9" + "9" * 30, "Done 1"]
)
def test_what_is_not_ours_to_the_letter_shows_the_list(line: Line, data: str) -> None:
    line.says("牛乳")
    assert line.taps(data) == "やること 1件\n1. 牛乳"


def test_an_open_task_of_that_name_stays_the_only_one(line: Line) -> None:
    line.says("牛乳")
    first = Task.objects.get()
    line.says("牛乳")
    Task.objects.create(chat=first.chat, title="牛乳", key=first.key, opened_at=first.opened_at)
    assert line.taps(f"open {first.pk}").startswith("まだ完了していません。")


def test_a_full_list_takes_no_task_back(line: Line) -> None:
    line.says("牛乳")
    line.says("牛乳")
    tick = last(line)["牛乳"]
    line.says("\n".join(f"行{number}" for number in range(500)))
    assert "500件" in line.taps(tick)
    assert len(open_titles()) == 500


def test_undo_takes_a_tick_back(line: Line) -> None:
    line.says("牛乳")
    line.taps(last(line)["牛乳"])
    line.says("元に戻す")
    assert open_titles() == ["牛乳"]


def test_ticks_of_many_chats_cost_one_statement_more(line: Line) -> None:
    people = [f"U{number:032x}" for number in range(40)]
    line.delivers(*[text("牛乳", by=one) for one in people]).work()
    counts = []
    line.worker.replies_at_once = 0
    for some in (people[:2], people[2:]):
        tasks = dict(Task.objects.values_list("chat__line_id", "pk"))
        line.delivers(*[tap(f"done {tasks[one]}", one) for one in some])
        with CaptureQueriesContext(connection) as queries:
            line.worker.turn()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def tap(data: str, by: str) -> dict[str, Any]:
    from tests import line

    return line.tap(data, by)


def test_a_chat_may_have_plain_text_and_go_back(line: Line) -> None:
    line.says("牛乳")
    assert line.says("プレーン") != ""  # an ordinary line
    line.says("プレーン")
    assert line.says("テキスト") == "これからは一覧をテキストで送ります。\n\nやること 1件\n1. 牛乳"
    assert Chat.objects.get().plain
    assert line.api.sent[-1][1][0]["type"] == "text"
    assert line.says("カード").startswith("これからは一覧をタップできる形で送ります。")
    assert line.api.sent[-1][1][0]["type"] == "flex"


# How much of a list there is


@pytest.mark.parametrize("count", [0, 1, 30, 31, 60, 200, 500])
@pytest.mark.parametrize("title", ["牛乳", "x" * 500, "🍣" * 500, "{}" * 250])
def test_a_list_is_shown_as_far_as_lines_limits_allow_and_the_rest_is_counted(count: int, title: str) -> None:
    titles = [f"{number}{title}"[:500] for number in range(count)]
    [message] = render(made("list", titles=titles))
    shown = ticks(message)
    assert list(shown) == titles[: len(shown)]
    assert list(shown.values()) == [f"done {number}" for number in range(1, len(shown) + 1)]
    left_out = count - len(shown)
    assert (f"…ほか{left_out}件" in json.dumps(message["contents"], ensure_ascii=False)) == bool(left_out)
    assert len(json.dumps(message["contents"])) <= 50_000
    bubbles = message["contents"].get("contents", [message["contents"]])
    assert len(bubbles) <= 12
    assert max(len(json.dumps(bubble)) for bubble in bubbles) <= 30_000
    report = Report()
    rules.check([message], report)
    assert report.details == []


def test_a_list_of_a_hundred_is_shown_whole() -> None:
    [message] = render(made("list", titles=[f"やること{number}" for number in range(100)]))
    assert len(ticks(message)) == 100
    assert [len(bubble["body"]["contents"]) for bubble in message["contents"]["contents"]] == [31, 30, 30, 10]


def test_a_thousand_changes_leave_room_for_the_list() -> None:
    changes = [("added", "あ" * 100) for _ in range(500)] + [("done", "い" * 100) for _ in range(500)]
    [message] = render(made("toggled", changes=changes, titles=["牛乳"]))
    assert ticks(message)["牛乳"] == "done 1"
    assert "…ほか" in json.dumps(message["contents"], ensure_ascii=False)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@given(title=st.text(min_size=1, max_size=500) | st.just("🍣" * 500), by=st.just("") | st.text(max_size=40))
def test_no_row_is_larger_than_is_reckoned_with(language: str, title: str, by: str) -> None:
    with override(language):
        label = pgettext("button", "Done")
    largest = flex.row(500, 10**18, title, label, by)
    assert flex.size(largest) <= flex.ROW + flex.CHARACTER * len(title + by)
