"""What is said: whole messages against tests/golden, and LINE's limits against anything a list may hold.

`make test ARGS=--golden` rewrites the golden files; review them as a diff.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulator.rules import messages as rules
from simulator.rules.check import Report
from todos.commands import Say, from_button
from todos.export import Finished
from todos.line.limits import utf16
from todos.members import called
from todos.pages import pages
from todos.replies import HEADS, Answer, Changed, Row, render
from todos.sayings import SAYINGS
from todos.words import LIST

GOLDEN = Path(__file__).parent.parent / "golden"
LANGUAGES = [code for code, _name in settings.LANGUAGES]

FAMILY = (called("ママ"), called("Bob {x} %(y)s"), "")

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DONE = Finished(
    ((NOW - timedelta(days=1), "卵"), (NOW - timedelta(days=1), "🍣"), (NOW - timedelta(days=400), "卵")),
    3,
    NOW,
)

ANSWERS: dict[str, dict[str, Any]] = {
    "added": {"did": "toggled", "changes": (("added", "牛乳"),), "titles": ("卵", "牛乳")},
    "done_last": {"did": "toggled", "changes": (("done", "牛乳"),)},
    "several": {
        "did": "toggled",
        "changes": (("added", "牛乳"), ("done", "パン"), ("reopened", "🍣")),
        "titles": ("牛乳", "🍣"),
    },
    "twice": {"did": "toggled", "changes": (("added", "牛乳"), ("done", "牛乳"))},
    "refused": {
        "did": "toggled",
        "refused": (("too_long", "長い…"), *(("full", f"行{number}") for number in range(7))),
        "titles": ("牛乳",),
    },
    "cleared_one": {"did": "cleared", "changes": (("cleared", "牛乳"),)},
    "cleared_many": {"did": "cleared", "changes": (("cleared", "牛乳"),) * 12},
    "ask_clear": {"did": "ask clear", "titles": ("牛乳", "パン", "卵", "🍣")},
    "kept": {"did": "kept", "titles": ("牛乳",)},
    "cleared_none": {"did": "empty"},
    "undone": {
        "did": "undone",
        "changes": (("withdrawn", "牛乳"), ("reopened", "パン")),
        "titles": ("パン",),
    },
    "nothing_to_undo": {"did": "nothing", "titles": ("パン",)},
    "which": {"did": "which", "titles": ("牛乳", "パン")},
    "quote_unknown": {"did": "unknown", "titles": ("パン",)},
    "numbers_refused": {
        "did": "toggled",
        "changes": (("done", "牛乳"),),
        "refused": (("done_already", "卵"), ("gone", "米"), ("no_row", "9, 12")),
        "titles": ("パン",),
    },
    "list": {"did": "list", "titles": ("牛乳", "パン {x} %(y)s", "‮RTL")},
    "list_empty": {"did": "list"},
    "help": {"did": "help"},
    "help_group": {"did": "help", "in_group": True},
    "ask_clear_group": {"did": "ask clear", "titles": ("牛乳", "パン", "卵", "🍣"), "in_group": True},
    "ask_language_group": {"did": "ask language", "in_group": True},
    "added_many": {"did": "toggled", "changes": (("added", "牛乳"),) * 13, "titles": ("牛乳",)},
    "done_many": {
        "did": "toggled",
        "changes": tuple(("done", f"牛乳{number}") for number in range(13)),
    },
    "hint": {"did": "hint"},
    "list_plain": {"did": "list", "titles": ("牛乳", "パン"), "plain": True},
    "done_plain": {"did": "toggled", "changes": (("done", "牛乳"),), "titles": ("パン",), "plain": True},
    "ticked_again": {"did": "toggled", "refused": (("done_already", "牛乳"),), "titles": ("パン",)},
    "ticked_gone": {"did": "toggled", "refused": (("gone", ""),), "titles": ("パン",)},
    "plain": {"did": "plain", "titles": ("パン",), "plain": True},
    "cards": {"did": "cards", "titles": ("パン",)},
    "edited": {"did": "edited"},
    "ask_erase": {"did": "ask erase", "titles": ("牛乳",)},
    "ask_erase_group": {"did": "ask erase", "in_group": True},
    "erased": {"did": "erased"},
    "export": {"did": "export", "titles": ("牛乳", "パン {x} %(y)s"), "finished": DONE},
    "export_empty": {"did": "export", "finished": replace(DONE, tasks=(), count=0)},
    "export_one": {"did": "export", "finished": replace(DONE, tasks=DONE.tasks[:1], count=1)},
    "export_over": {"did": "export", "titles": ("牛乳",), "finished": replace(DONE, count=1234)},
    "ask_language": {"did": "ask language"},
    "language": {"did": "language", "titles": ("牛乳",)},
    "group_added": {
        "did": "toggled",
        "changes": (("added", "牛乳"),),
        "titles": ("卵", "パン", "牛乳"),
        "names": FAMILY,
    },
    "group_done": {
        "did": "toggled",
        "changes": (("done", "牛乳"), ("added", "🍣")),
        "titles": ("🍣",),
        "names": FAMILY,
    },
    "group_cleared": {"did": "cleared", "changes": (("cleared", "牛乳"),) * 2, "names": FAMILY},
    "group_undone": {
        "did": "undone",
        "changes": (("reopened", "牛乳"),),
        "titles": ("牛乳",),
        "names": FAMILY,
    },
    "group_list": {"did": "list", "titles": ("牛乳", "パン {x} %(y)s", "‮RTL"), "names": FAMILY},
    "group_plain": {
        "did": "toggled",
        "changes": (("done", "牛乳"),),
        "titles": ("パン", "卵", "🍣"),
        "names": FAMILY,
        "plain": True,
    },
    "welcome_back": {"did": "welcome", "titles": ("牛乳",)},
    "joined_back": {"did": "joined", "in_group": True, "titles": ("牛乳", "パン"), "names": FAMILY},
    "welcome": {"did": "welcome"},
    "joined": {"did": "joined", "in_group": True},
}


def made(did: str, language: str = "ja", **parts: Any) -> Answer:
    """`changes` are (kind, title), `titles` what is open; the tasks are numbered from 1 on.

    With `names`, of people who added the tasks by turns, the first of them did it.
    """
    titles = parts.pop("titles", ())
    changes = [
        Changed(kind, title, number, kind in ("done", "cleared"))
        for number, (kind, title) in enumerate(parts.pop("changes", ()), start=101)
    ]
    names = dict(enumerate(parts.pop("names", ())))
    tasks = tuple(
        Row(number, title, f"U{number % len(names)}" if names else "")
        for number, title in enumerate(titles, start=1)
    )
    known = {f"U{number}": name for number, name in names.items()}
    return Answer(did, language, tuple(changes), open_tasks=tasks, actor="U0", names=known, **parts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ANSWERS)
def test_each_reply_reads_as_agreed(name: str, language: str, request: pytest.FixtureRequest) -> None:
    rendered = render(made(language=language, event=7, **ANSWERS[name]))
    file = GOLDEN / language / f"{name}.json"
    if request.config.getoption("--golden"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rendered, ensure_ascii=False, indent=2) + "\n")
    assert rendered == json.loads(file.read_text())


titles = st.text(min_size=1, max_size=500) | st.sampled_from(
    ["🍣" * 500, "あ" * 500, "ก็" * 250, "{}" * 250, "%s" * 250, "x"]
)
answers = st.builds(
    made,
    did=st.sampled_from([*HEADS, *SAYINGS, "ask erase", "export"]),
    language=st.sampled_from(LANGUAGES),
    changes=st.lists(
        st.tuples(st.sampled_from(["added", "done", "reopened", "withdrawn"]), titles), max_size=8
    ).map(lambda some: tuple(some * 40)),
    refused=st.lists(
        st.tuples(st.sampled_from(["too_long", "full"]), titles.map(lambda title: title[:30]))
    ).map(tuple),
    titles=st.lists(titles, max_size=10).map(lambda some: tuple(some * 50)),
    names=st.lists((st.text() | titles).map(called), max_size=5).map(tuple),
    finished=st.lists(titles, max_size=10).map(
        lambda some: Finished(tuple((NOW, title) for title in some * 300), 10**6, NOW)
    ),
    plain=st.booleans(),
    event=st.integers(1, 10**17),
)


@hypothesis_settings(max_examples=150, deadline=None)
@given(answer=answers)
def test_no_list_can_make_a_reply_that_line_would_refuse(answer: Answer) -> None:
    messages = render(answer)
    assert 1 <= len(messages) <= 5
    for message in messages:
        said, most = (message["text"], 5000) if "text" in message else (message["altText"], 1500)
        assert 1 <= utf16(said) <= most
        assert said.strip()
    assert len(messages[-1]["quickReply"]["items"]) <= 13
    for item in messages[-1]["quickReply"]["items"]:
        action = item["action"]
        assert len(action["label"]) <= 20
        assert utf16(action["data"]) <= 300
        assert action["data"] == LIST or from_button(action["data"]) != Say("list")
    report = Report()
    rules.check(messages, report)
    assert report.details == []


@hypothesis_settings(max_examples=100, deadline=None)
@given(count=st.integers(0, 500), size=st.integers(1, 500), char=st.sampled_from("x🍣"))
def test_a_list_is_shown_as_far_as_it_fits_with_the_number_that_is_not(
    count: int, size: int, char: str
) -> None:
    answer = made("list", titles=[char * size for _ in range(count)], plain=True)
    lines = "\n".join(m["text"] for m in render(answer)).splitlines()
    shown = [line for line in lines if line.endswith(char)]
    assert shown == [f"{number}. {char * size}" for number in range(1, len(shown) + 1)]
    left_out = count - len(shown)
    assert (f"…ほか{left_out}件" in lines) == bool(left_out)


def test_a_short_list_of_500_is_shown_whole() -> None:
    messages = render(made("list", titles=[f"やること{number}" for number in range(500)], plain=True))
    assert sum(message["text"].count("やること") for message in messages) == 501


def test_an_answer_to_a_thousand_changes_still_shows_the_list() -> None:
    changes = [("added", "あ" * 100) for _ in range(1000)]
    answer = made("toggled", changes=changes, titles=["牛乳"], plain=True)
    text = "\n".join(m["text"] for m in render(answer))
    assert text.endswith("1. 牛乳")
    assert "…ほか" in text


@pytest.mark.parametrize("size", range(480, 501))
def test_the_fullest_list_of_the_widest_characters_fits(size: int) -> None:
    titles = tuple("🍣" * size for _ in range(500))
    messages = render(made("toggled", changes=[("added", titles[0])] * 9, titles=titles, plain=True))
    assert len(messages) == 5
    assert max(utf16(message["text"]) for message in messages) <= 5000


def test_a_text_is_filled_to_lines_limit_and_not_over_it() -> None:
    def more(count: int) -> str:
        return f"+{count}"

    assert pages([], "h", ["x" * 4998], more) == ["h\n" + "x" * 4998]
    assert pages([], "h", ["x" * 4999], more) == ["h", "x" * 4999]
    assert pages(["t"], "h", ["x"] * 3, more) == ["t\n\nh\nx\nx\nx"]
    full = pages([], "h", ["x" * 999] * 60, more)
    assert [utf16(page) for page in full] == [4001, 4999, 4999, 4999, 4003]
    assert full[-1].endswith("\n+37")
