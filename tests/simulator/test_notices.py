"""Notices: a word of a closed set for those who translate, and the same in English for those who do not."""

from typing import Any

import pytest

from simulator.notices import TEXTS, Notice
from tests.simulator.harness import Line

# (acts before, the act, its body, notice, name, English)
ACTS = [
    ((), "block", {"user": "alice"}, "blocked", "Alice", "Alice blocked the bot"),
    (("block",), "unblock", {"user": "alice"}, "unblocked", "Alice", "Alice unblocked the bot"),
    ((), "follow", {"user": "bob"}, "followed", "Bob", "Bob added the bot as a friend"),
    ((), "leave", {"chat": "family"}, "removed", "", "the bot was removed"),
    (("leave",), "join", {"chat": "family"}, "joined", "", "the bot joined"),
    (
        (),
        "member",
        {"chat": "family", "user": "charlie", "joined": True},
        "memberJoined",
        "Charlie",
        "Charlie joined",
    ),
    ((), "member", {"chat": "family", "user": "bob", "joined": False}, "memberLeft", "Bob", "Bob left"),
]


@pytest.mark.parametrize(("before", "act", "body", "notice", "name", "text"), ACTS)
def test_a_notice_is_a_word_a_name_and_english(
    line: Line, before: tuple[str, ...], act: str, body: dict[str, Any], notice: str, name: str, text: str
) -> None:
    for earlier in before:
        line.do(earlier, wait=True, **body)
    entry = line.do(act, wait=True, **body)["entry"]
    assert (entry["kind"], entry["notice"], entry["name"]) == ("notice", notice, name)
    assert entry["text"] == entry["readable"] == text


def test_every_notice_there_is_has_its_english_and_its_act_above() -> None:
    assert set(TEXTS) == set(Notice) == {notice for _, _, _, notice, _, _ in ACTS}


def test_a_message_is_no_notice(line: Line) -> None:
    entry = line.say("alice")["entry"]
    assert (entry["notice"], entry["name"]) == ("", "")
