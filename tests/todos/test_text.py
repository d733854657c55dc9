"""LINE's placeholders and mentions cut out of a text, and who speaks to the bot."""

from typing import Any

import pytest

from todos.line.body import DEPTH, events_in, is_shallow
from todos.line.text import spoken
from todos.words import addressed


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def mention(index: Any, length: Any, is_self: Any = True) -> dict[str, Any]:
    return {
        "mention": {"mentionees": [{"index": index, "length": length, "type": "user", "isSelf": is_self}]}
    }


def test_positions_count_utf_16_units_as_line_does() -> None:
    assert spoken(message("🍣 @bot 🍺", **mention(3, 4))) == "🍣  🍺"


def test_several_emoji_are_cut_from_the_back() -> None:
    emojis = [{"index": 0, "length": 3}, {"index": 5, "length": 2}]
    assert spoken(message("(a)牛乳()", emojis=emojis)) == "牛乳"


@pytest.mark.parametrize(
    ("index", "length"), [("0", 3), (None, 3), (-1, 3), (0, -3), (0, 0), (1.5, 2), (10**30, 1)]
)
def test_positions_that_make_no_sense_cut_nothing(index: Any, length: Any) -> None:
    assert spoken(message("牛乳", emojis=[{"index": index, "length": length}])) == "牛乳"


def test_a_mention_of_the_bot_addresses_it_wherever_it_stands() -> None:
    assert addressed(message("これ @bot お願い", **mention("?", "?")))


@pytest.mark.parametrize("is_self", [False, None, "true", 1])
def test_only_a_mention_that_is_self_addresses_the_bot(is_self: Any) -> None:
    assert not addressed(message("@bot", **mention(0, 4, is_self)))


@pytest.mark.parametrize("text", ["todo", "todolist", "todo牛乳", "タスク管理", "my todo x", ""])
def test_a_prefix_needs_to_come_first_and_white_space_after_it(text: str) -> None:
    assert not addressed(message(text))


def test_depth_is_cut_where_it_is_too_deep_and_nowhere_else() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    one, other = events_in(f'{{"events": [{{"a": {deep}, "b": "]]["}}, {{"c": "\\"[["}}]}}')
    assert one["b"] == "]]["
    assert other == {"c": '"[['}
    for _ in range(DEPTH - 4):
        [one["a"]] = one["a"]
    assert one["a"] == [None]


@pytest.mark.parametrize("depth", [DEPTH - 3, DEPTH - 2, 100, 500, 5000])
def test_whatever_python_could_read_is_cut_alike(depth: int) -> None:
    [event] = events_in('{"events": [{"a": ' + "[" * depth + "]" * depth + "}]}")
    assert is_shallow(event)
    assert is_shallow([[event]]) == (depth <= DEPTH - 3)
