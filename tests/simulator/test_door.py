"""The page, and who is let in: this machine, by its own names, and no page from elsewhere."""

import pytest

from simulator.server import PAGE
from tests.simulator.harness import Bot, Line, Loop, simulator


def test_the_page_is_served_with_a_strict_policy(line: Line) -> None:
    answer = line.request("GET", "/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    for rule in (
        "default-src 'self'",
        "img-src 'self' https: data:",
        "style-src 'self'",
        "script-src 'self'",
    ):
        assert rule in policy.split("; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_all_files_of_the_page_are_served_and_no_other(line: Line) -> None:
    for path in PAGE.iterdir():
        assert line.request("GET", f"/page/{path.name}").status == (200 if path.is_file() else 404)
    for name in ("..%2fserver.py", "%2e%2e/server.py", "nothing.js", ""):
        assert line.request("GET", f"/page/{name}").status == 404


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:5001", "[::1]:5001", "LOCALHOST:80"])
def test_this_machine_is_let_in(line: Line, host: str) -> None:
    assert line.request("GET", "/simulator/state", headers={"Host": host}).status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/simulator/state", "/simulator/stream", "/page/index.html"])
def test_another_host_is_kept_out(line: Line, host: str, path: str) -> None:
    answer = line.request("GET", path, headers={"Host": host})
    assert (answer.status, list(answer.body)) == (403, ["error"])


def test_a_further_host_may_be_allowed(loop: Loop) -> None:
    allowing = simulator(loop, "http://127.0.0.1:9/callback", allowed_hosts=frozenset({"laptop.lan"}))
    assert allowing.request("GET", "/simulator/state", headers={"Host": "laptop.lan:5001"}).status == 200
    assert allowing.request("GET", "/simulator/state", headers={"Host": "other.lan"}).status == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", None]
)
def test_a_form_or_a_simple_request_changes_nothing(line: Line, bot: Bot, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    raw = b'{"chat":"alice","text":"x"}'
    assert line.request("POST", "/simulator/say", body=raw, headers=headers).status == 415
    assert line.chat("alice")["entries"] == []


def test_lines_api_is_not_for_browsers_hosts_only(line: Line) -> None:
    answer = line.request("GET", "/v2/bot/info", headers={"Host": "simulator:5001"})
    assert answer.status == 401
