"""A message in one line of plain text."""

from typing import Any

import pytest

from simulator.readable import readable
from tests.simulator.harness import Line

EMOJI = {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}


def mention(**mentionee: str) -> dict[str, Any]:
    return {"type": "mention", "mentionee": mentionee}


def substituted(text: str, **substitution: Any) -> str:
    names = {"U1": "Alice"}
    return readable({"type": "textV2", "text": text, "substitution": substitution}, names.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{alice}, done", "@Alice, done"),
        ("{stranger} and {nobody}", "@stranger and @nobody"),
        ("{all}!", "@All!"),
        ("good {smile}", "good [emoji]"),
        ("{{alice}} is {alice}", "{alice} is @Alice"),
        ("{{{alice}}}", "{@Alice}"),
        ("{unknown} } {", "{unknown} } {"),
    ],
)
def test_placeholders_are_filled_in_and_braces_unescaped(text: str, expected: str) -> None:
    people = {"alice": mention(type="user", userId="U1"), "stranger": mention(type="user", userId="U9")}
    others = {"nobody": mention(type="user"), "all": mention(type="all"), "smile": EMOJI}
    assert substituted(text, **people, **others) == expected


def test_text_without_substitution_is_read_too() -> None:
    assert readable({"type": "textV2", "text": "{{x}}", "substitution": None}) == "{x}"


def test_whom_the_bot_mentions_is_named_in_the_entry(line: Line) -> None:
    alice = mention(type="user", userId=line.id("alice"))
    message = {"type": "textV2", "text": "{who} {{done}}", "substitution": {"who": alice}}
    assert line.push(line.id("family"), message).status == 200
    assert line.chat("family")["entries"][-1]["readable"] == "@Alice {done}"
