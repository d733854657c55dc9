"""A real nginx with our configuration before an app server that tells what it was sent."""

import http.client
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.e2e.base import until
from tests.e2e.nginx import NGINX, Nginx

pytestmark = pytest.mark.skipif(not NGINX, reason="needs nginx: apt install nginx")


class Handler(BaseHTTPRequestHandler):
    server: "App"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.seen.append(dict(self.headers))
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        if self.server.deaths:
            self.server.deaths -= 1
            self.close_connection = True
            return
        self.send_response(200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


class App(ThreadingHTTPServer):
    body = b"from the app\n" * 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        self.connections = self.deaths = 0
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()

    def away(self) -> None:
        self.shutdown()
        self.server_close()


@pytest.fixture
def app() -> Iterator[App]:
    one = App()
    yield one
    one.away()


@pytest.fixture
def nginx(app: App) -> Iterator[Nginx]:
    with Nginx(f"127.0.0.1:{app.server_port}").running() as one:
        yield one


def ask(nginx: Nginx, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(nginx.url.removeprefix("http://"), timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", path, body, named)
    return connection.getresponse()


def logged(nginx: Nginx, lines: int) -> list[dict[str, Any]]:
    """The answer is there before its line is."""
    until(lambda: len(nginx.access_log.read_text().splitlines()) == lines, 5, f"{lines} lines are logged")
    return [json.loads(line) for line in nginx.access_log.read_text().splitlines()]


def test_nginx_itself_finds_nothing_wrong() -> None:
    one = Nginx("127.0.0.1:5000", trusted="10.0.0.0/8, 2001:db8::/32")
    checked = subprocess.run(one.command("-t"), capture_output=True, text=True, timeout=20)
    one.folder.cleanup()
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


def test_nobody_outside_says_who_they_are(nginx: Nginx, app: App) -> None:
    ask(
        nginx,
        "/admin/",
        Host="todo.example.com",
        X_Forwarded_For="1.2.3.4",
        X_Real_IP="1.2.3.4",
        X_Forwarded_Proto="https",
        X_Forwarded_Protocol="ssl",
        X_Forwarded_Ssl="on",
        X_Forwarded_Host="evil.example.com",
        Forwarded="for=1.2.3.4;proto=https",
        X_Request_ID="mine",
    )
    (seen,) = app.seen
    assert len(seen.pop("X-Request-ID")) == 32
    assert seen == {
        "Host": "todo.example.com",
        "X-Real-IP": "127.0.0.1",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
        "Accept-Encoding": "identity",
    }


def test_a_trusted_proxy_says_who_its_client_is(app: App) -> None:
    with Nginx(f"127.0.0.1:{app.server_port}", trusted="127.0.0.0/8,10.0.0.0/8").running() as nginx:
        ask(nginx, "/", X_Forwarded_For="6.6.6.6, 1.2.3.4, 10.1.1.1", X_Forwarded_Proto="https")
        ask(nginx, "/", X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="gopher")
        assert [line["client"] for line in logged(nginx, 2)] == ["1.2.3.4"] * 2
    assert [seen["X-Forwarded-For"] for seen in app.seen] == ["1.2.3.4"] * 2
    assert [seen["X-Forwarded-Proto"] for seen in app.seen] == ["https", "http"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "//readyz", "/%72eadyz/", "/metrics", "/metrics/x"])
def test_health_and_figures_are_not_for_the_world(nginx: Nginx, app: App, path: str) -> None:
    assert ask(nginx, path).status == 404
    assert app.seen == []


def test_googles_load_balancer_is_answered_whatever_host_it_names(nginx: Nginx, app: App) -> None:
    assert ask(nginx, "/", Host="10.4.0.7", User_Agent="GoogleHC/1.0").status == 200
    assert app.seen == []


def test_a_body_of_1_mib_goes_through_and_one_byte_more_does_not(nginx: Nginx, app: App) -> None:
    assert ask(nginx, "/callback", b"x" * 2**20).status == 200
    assert ask(nginx, "/callback", b"x" * (2**20 + 1)).status == 413
    assert len(app.seen) == 1


def test_the_callback_goes_to_the_next_app_server_when_one_dies(nginx: Nginx, app: App) -> None:
    app.deaths = 2
    assert ask(nginx, "/callback", b"{}").status == 200
    assert len(app.seen) == 3


def test_what_may_not_be_repeated_is_not(nginx: Nginx, app: App) -> None:
    app.deaths = 1
    assert ask(nginx, "/admin/todos/task/add/", b"title=milk").status == 502
    assert len(app.seen) == 1


def test_without_an_app_server_people_are_told_and_line_comes_again(nginx: Nginx, app: App) -> None:
    app.away()
    told = ask(nginx, "/admin/")
    assert (told.status, told.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert "LINE" in told.read().decode()
    assert ask(nginx, "/callback", b"{}").status == 502
    assert (logged(nginx, 2)[-1]["method"], logged(nginx, 2)[-1]["status"]) == ("POST", 502)


def test_connections_to_the_app_are_kept(nginx: Nginx, app: App) -> None:
    for _ in range(20):
        ask(nginx, "/callback", b"{}").read()
    assert app.connections <= 2  # nginx has two processes


def test_logins_are_limited_and_the_page_is_not(nginx: Nginx) -> None:
    tried = [ask(nginx, "/admin/login/?next=/admin/", b"username=a").status for _ in range(10)]
    assert tried == [200] * 6 + [429] * 4
    assert ask(nginx, "/admin/login/").status == 200
    assert ask(nginx, "/admin/", b"x").status == 200


def test_the_log_names_the_path_and_nothing_of_the_content(nginx: Nginx, app: App) -> None:
    secrets = {
        "X_Line_Signature": "SECRET",
        "Cookie": "SECRET",
        "Authorization": "SECRET",
        "Referer": "SECRET",
    }
    ask(nginx, '/call"back?token=SECRET', b"SECRET", **secrets).read()
    (line,) = logged(nginx, 1)
    assert "SECRET" not in nginx.access_log.read_text()
    assert (line["method"], line["path"], line["status"]) == ("POST", '/call"back', 200)
    assert line["upstream"] == f"127.0.0.1:{app.server_port}"
    assert line["request"] == app.seen[0]["X-Request-ID"]


def test_each_security_header_is_there_once_and_the_apps_own_wins(nginx: Nginx, app: App) -> None:
    names = ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy"]
    app.headers = dict.fromkeys(names, "the app's")
    assert [ask(nginx, "/admin/").headers.get_all(name) for name in names] == [["the app's"]] * 4
    refused = ask(nginx, "/metrics").headers
    assert [len(refused.get_all(name) or []) for name in names] == [1] * 4
    assert refused["Server"] == "nginx"


def test_static_files_are_packed(nginx: Nginx, app: App) -> None:
    app.headers = {"Content-Type": "text/css"}
    packed = ask(nginx, "/static/admin/base.css", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.read()) < len(app.body)
