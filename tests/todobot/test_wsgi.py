"""The application as gunicorn calls it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.line import body_of, sign, text
from todobot import wsgi
from todos.models import Event


@pytest.fixture(autouse=True)
def connection_of_the_test(db: None) -> Iterator[None]:
    """Django would close it, and so roll back what the test did, around every request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def call(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[str, dict[str, str]]:
    """Status and headers of the answer."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "5000",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        **headers,
    }
    began: list[Any] = []
    answer: Any = wsgi.application(environ, lambda *given: began.append(given))
    b"".join(answer)
    answer.close()
    return began[0][0], dict(began[0][1])


def test_a_webhook_is_stored_without_any_middleware() -> None:
    body = body_of(text("牛乳"))
    status, headers = call("POST", "/callback", body, HTTP_X_LINE_SIGNATURE=sign(body))
    assert (status, Event.objects.count()) == ("200 OK", 1)
    # Those of the security, language and frame middlewares are not there.
    assert headers == {"Content-Length": "0", "Content-Type": "text/html; charset=utf-8"}


def test_a_webhook_that_is_refused_says_why_and_one_that_breaks_is_500(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert call("POST", "/callback", b"{}", HTTP_X_LINE_SIGNATURE="wrong")[0] == "400 Bad Request"
    assert call("GET", "/callback")[0] == "405 Method Not Allowed"
    monkeypatch.setattr("todos.inbox.insert", lambda *rows, **how: 1 / 0)
    body = body_of(text("牛乳"))
    status, _headers = call("POST", "/callback", body, HTTP_X_LINE_SIGNATURE=sign(body))
    assert status == "500 Internal Server Error"


def test_browsers_go_through_the_middleware() -> None:
    status, headers = call("GET", "/admin/login/")
    assert status == "200 OK"
    assert headers["X-Frame-Options"] == "DENY"
