"""What a line of the log holds, and what it never does."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from tests.line import SECRET, body_of, sign, text
from todobot import logs

Logged = Callable[[], str]


@pytest.fixture(params=["json", "text"])
def logged(request: pytest.FixtureRequest) -> Iterator[Logged]:
    """All that leaves by the root's handler, in each format."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(request.param)())
    logging.root.addHandler(handler)
    yield stream.getvalue
    logging.root.removeHandler(handler)


def lines(how: str, act: Callable[[logging.Logger], Any]) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(how)())
    log = logging.Logger("todos.record")
    log.addHandler(handler)
    act(log)
    return stream.getvalue()


def test_a_record_is_a_json_object_on_one_line() -> None:
    fields = {"event": "01ARZ", "ms": 23, "what": "two\nlines 牛乳"}
    [line] = lines("json", lambda log: log.warning("applied", extra=fields)).splitlines()
    record = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("time"))
    assert record == {"severity": "WARNING", "logger": "todos.record", "message": "applied"} | fields


def test_on_a_terminal_it_is_plain_text() -> None:
    fields = {"event": "01ARZ", "did": "toggled", "ms": 23, "error": "gone away", "request": ""}
    line = lines("text", lambda log: log.info("applied", extra=fields))
    assert line == 'INFO todos.record applied event=01ARZ did=toggled ms=23 error="gone away"\n'


@pytest.mark.parametrize(("terminal", "kind"), [(True, logs.Text), (False, logs.Json)])
def test_auto_looks_at_the_terminal(monkeypatch: pytest.MonkeyPatch, terminal: bool, kind: type) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert logs.formatter("auto") is kind


def fail(log: logging.Logger, words: str = "秘" + "密") -> None:
    try:
        try:
            raise OSError(28, words)
        except OSError as error:
            raise ValueError(words) from error
    except ValueError:
        log.exception("trouble")


@pytest.mark.parametrize("how", ["json", "text"])
def test_an_exception_is_told_by_kind_and_place_and_not_in_its_words(how: str) -> None:
    line = lines(how, fail)
    assert "OSError 28" in line
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert "秘密" not in line
    assert r"\u79d8\u5bc6" not in line


@pytest.fixture
def quoting_database(transactional_db: None) -> Iterator[None]:
    """A database that refuses each event in words that hold what somebody wrote, a token and a signature."""
    words = "秘密の牛乳 token-of-the-reply the-signature"
    mysql = f"FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{words}'"
    body = mysql if connection.vendor == "mysql" else f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER quoting BEFORE INSERT ON todos_event {body}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER quoting")


def test_a_database_error_that_quotes_a_message_tells_the_log_nothing_of_it(
    quoting_database: None, logged: Logged
) -> None:
    body = body_of(text("秘密の牛乳", replyToken="token-of-the-reply"))
    browser = Browser(raise_request_exception=False)
    headers = {"x-line-signature": sign(body)}
    answer = browser.post("/callback", body, content_type="application/json", headers=headers)
    assert answer.status_code == 500
    told = logged()
    assert "Internal Server Error: /callback" in told
    assert "Error" in told
    assert "inbox.py" in told
    for word in (
        "秘密",
        r"\u79d8",
        "token-of-the-reply",
        "the-signature",
        sign(body),
        SECRET,
        "the-access-token",
    ):
        assert word not in told


def test_what_an_operator_searched_for_is_not_logged(logged: Logged, db: None) -> None:
    assert Browser().get("/nowhere/?q=himitsu").status_code == 404
    assert "/nowhere/" in logged()
    assert "himitsu" not in logged()
