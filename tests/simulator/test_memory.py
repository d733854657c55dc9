"""What the simulator forgets, so that no day of chatting fills its memory."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.memory import Memory
from simulator.wire import dump
from tests.simulator.harness import Line, text

LONG = "x" * 1000


def kept(memory: Memory, **things: str) -> list[str]:
    place: OrderedDict[str, Any] = OrderedDict()
    for key, thing in things.items():
        memory.keep(place, key, thing)
    return list(place)


def test_the_oldest_goes_when_there_are_too_many() -> None:
    assert kept(Memory(2, 1000), a="", b="", c="") == ["b", "c"]


def test_the_oldest_go_when_they_take_too_many_bytes() -> None:
    assert kept(Memory(9, 100), a="x", b="x" * 50, c="x" * 60, d="y") == ["c", "d"]


def test_the_newest_stays_whatever_its_size() -> None:
    assert kept(Memory(9, 100), a="x", b="x" * 500) == ["b"]


def test_bytes_are_counted_over_all_places_and_anew_for_what_changes() -> None:
    memory = Memory(9, 100)
    one: OrderedDict[str, Any] = OrderedDict()
    other: OrderedDict[str, Any] = OrderedDict()
    memory.keep(one, "a", "x" * 80)
    memory.keep(one, "a", "")
    memory.keep(other, "b", "x" * 80)
    assert (list(one), list(other)) == (["a"], ["b"])
    memory.keep(other, "b", "x" * 97)
    assert (list(one), list(other)) == ([], ["b"])


@pytest.fixture
def small(line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A simulator that keeps 8 kB of what is said."""
    monkeypatch.setattr("simulator.world.BYTES", 8000)
    line.do("reset")
    yield line
    monkeypatch.undo()
    line.do("reset")


def test_long_messages_are_forgotten_before_there_are_many(small: Line) -> None:
    for _ in range(20):
        assert small.push(small.id("alice"), text(LONG)).status == 200
    chat = small.chat("alice")
    assert 1 < len(chat["entries"]) < 8
    assert len(dump(chat["entries"])) <= 8000
    assert chat["forgotten"] == 20 - len(chat["entries"])
    assert len(dump(small.replies("alice"))) <= 8000


@pytest.mark.parametrize(
    ("path", "more"), [("say", {"text": "1", "quote": True}), ("unsend", {"message": True})]
)
def test_nobody_quotes_or_unsends_what_is_forgotten(small: Line, path: str, more: dict[str, Any]) -> None:
    first = small.say("alice")["entry"]["id"]
    for _ in range(20):
        small.say("alice", LONG, deliver=False)
    asked = {key: first if value is True else value for key, value in more.items()}
    answer = small.ask(path, chat="alice", **asked)
    gone = small.chat("alice")["forgotten"]
    said = f"chat Alice has no message {first}: the oldest {gone} are forgotten"
    assert (answer.status, answer.body) == (409, {"error": said})


def test_calls_are_forgotten_by_their_size(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.simulation.CALL_BYTES", 8000)
    line.do("reset")
    for _ in range(20):
        line.push(line.id("alice"), text(LONG))
    assert 1 < len(line.state()["calls"]) < 8


def test_deliveries_are_forgotten_by_their_size(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.delivery.KEPT_BYTES", 8000)
    line.do("reset")
    for _ in range(20):
        line.say("alice", LONG)
    assert 1 < len(line.state()["deliveries"]) < 8


def test_nobody_quotes_what_is_unsent(line: Line) -> None:
    said = line.say("alice")["entry"]["id"]
    line.do("unsend", chat="alice", message=said)
    answer = line.ask("say", chat="alice", text="done", quote=said)
    assert (answer.status, answer.body) == (409, {"error": "that message is unsent already"})
