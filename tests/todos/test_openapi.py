"""What we send against LINE's own description of it, and our example events too."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests import openapi
from tests.line import PAYLOADS, body_of, payload
from tests.todos.test_replies import GOLDEN, answers
from todos.replies import Answer, render

pytestmark = openapi.needed

#: Events that are not in the description (yet): messageEdited is of July 2026.
YOUNGER = ("hologram", "messageEdited")


@pytest.mark.parametrize(
    "file", sorted(GOLDEN.rglob("*.json")), ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_every_agreed_reply_is_one_that_line_describes(file: Path) -> None:
    request = {"replyToken": "token", "messages": json.loads(file.read_text())}
    assert openapi.errors("messaging-api", "ReplyMessageRequest", request) == []


@settings(max_examples=25, deadline=None)
@given(answer=answers)
def test_any_reply_is_one_that_line_describes(answer: Answer) -> None:
    request = {"replyToken": "token", "messages": render(answer)}
    assert openapi.errors("messaging-api", "ReplyMessageRequest", request) == []


@pytest.mark.parametrize(
    "name", sorted(file.stem for file in PAYLOADS.glob("*.json") if not file.stem.startswith(YOUNGER))
)
def test_every_example_event_is_one_that_line_describes(name: str) -> None:
    body = json.loads(body_of(payload(name)))
    assert openapi.errors("webhook", "CallbackRequest", body) == []
