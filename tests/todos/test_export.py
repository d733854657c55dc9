"""A chat's tasks as text to keep: all that is open and done, as far as one reply of LINE's reaches."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.line import BOB, FAMILY, Line, text
from tests.todos.test_unsend import unsend
from todos.dates import day
from todos.export import MOST, Finished, texts
from todos.line.limits import utf16
from todos.models import Chat, Task

#: How to ask for it, in each language.
WORDS = ["エクスポート", "書き出し", "export", "匯出", "ส่งออก"]


def sent(line: Line) -> list[str]:
    return [message["text"] for message in line.api.sent[-1][1]]


def done_at(title: str, at: datetime) -> None:
    Task.objects.filter(title=title).update(done_at=at)


def today() -> str:
    now = timezone.now().astimezone(Chat.objects.earliest("pk").zone())
    with override("ja"):
        return day(now, now)


@pytest.mark.parametrize("word", WORDS)
def test_open_tasks_come_line_by_line_and_done_ones_with_their_day(line: Line, word: str) -> None:
    line.says("牛乳\nパン\n卵")
    line.says("パン")
    line.says(word)
    assert sent(line) == ["やること 2件", "牛乳\n卵", f"完了 1件（新しい順）\n{today()} パン"]


def test_the_open_ones_sent_again_are_the_same_list(line: Line) -> None:
    line.says("牛乳\nパン\n卵")
    line.says("export")
    [_heading, titles] = sent(line)
    line.says(titles, BOB)
    assert list(Task.objects.filter(chat__line_id=BOB).values_list("title", flat=True)) == titles.split("\n")


def test_the_latest_done_comes_first(line: Line) -> None:
    line.says("牛乳\nパン\n卵")
    line.says("全部削除")
    done_at("牛乳", timezone.now() + timedelta(minutes=1))
    line.says("export")
    rows = sent(line)[1].split("\n")[1:]
    assert rows == [f"{today()} {title}" for title in ("牛乳", "卵", "パン")]


def test_the_day_is_that_of_the_chats_time_zone(line: Line) -> None:
    line.says("牛乳")
    line.says("牛乳")
    done_at("牛乳", datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    line.says("export")
    assert sent(line)[1].endswith("\n2025年1月1日 牛乳")
    Chat.objects.update(time_zone="America/New_York")
    line.says("export")
    assert sent(line)[1].endswith("\n2024年12月31日 牛乳")


def test_what_was_taken_back_or_unsent_is_not_exported(line: Line) -> None:
    line.says("牛乳")
    said = text("パン")
    line.answer_to(said)
    line.answer_to(unsend(said))
    line.says("卵")
    line.says("元に戻す")
    line.says("export")
    assert sent(line) == ["やること 1件", "牛乳"]


def test_a_chat_without_tasks_is_told_so(line: Line) -> None:
    assert line.says("エクスポート") == "やることはありません。"


def test_a_group_exports_its_list_to_any_member(line: Line) -> None:
    line.says("milk")
    line.says("todo bread", chat=FAMILY)
    assert line.says("todo export", BOB, FAMILY) == "1 task to do\nbread"


def test_help_offers_it_as_a_button(line: Line) -> None:
    line.says("牛乳")
    line.says("ヘルプ")
    line.taps(line.buttons()["エクスポート"])
    assert sent(line) == ["やること 1件", "牛乳"]


def test_it_reads_no_more_done_tasks_than_may_fit(line: Line) -> None:
    line.says("牛乳")
    chat, now = Chat.objects.get(), timezone.now()
    Task.objects.bulk_create(
        Task(chat=chat, title=f"行{number}", key=f"{number:032}", state="done", opened_at=now, done_at=now)
        for number in range(MOST + 500)
    )
    line.says("export")
    [heading, _titles, *done] = sent(line)
    shown = sum(text.count("行") for text in done)
    assert heading.endswith(f"ほかに{MOST + 500 - shown:,}件ありますが、一度に送れる量を超えています。")
    assert len(done) == 3


def test_only_an_export_asks_for_done_tasks(line: Line) -> None:
    line.says("牛乳")
    asked = []
    for said in ("一覧", "export"):
        with CaptureQueriesContext(connection) as queries:
            line.says(said)
        asked.append(sum("'done'" in query["sql"] for query in queries))
    assert asked == [0, 2]


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
titles = st.text("x🍣ก็あ", min_size=1, max_size=500)


@settings(max_examples=100, deadline=None)
@given(
    opened=st.lists(titles, max_size=9).map(lambda some: some * 50),
    done=st.lists(titles, max_size=9).map(lambda some: some * 300),
    older=st.integers(0, 10**7),
)
def test_it_fits_lines_limits_and_counts_what_does_not(
    opened: list[str], done: list[str], older: int
) -> None:
    older = older if done else 0
    finished = Finished(tuple((NOW, title) for title in done), len(done) + older, NOW)
    with override("ja"):
        pages = texts("やること", opened, finished)
    assert len(pages) <= 5
    assert max(map(utf16, pages)) <= 5000
    lines = [line for line in "\n".join(pages[1:]).split("\n") if line and not line.startswith("完了")]
    assert lines == [*opened, *(f"1月1日 {title}" for title in done)][: len(lines)]
    left_out = len(opened) + finished.count - len(lines)
    assert (f"ほかに{left_out:,}件" in pages[0]) == bool(left_out)
