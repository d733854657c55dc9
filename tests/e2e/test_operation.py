"""The real gunicorn and worker: whose word counts, what the log holds, what Prometheus reads."""

import http.client
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.base import BIN, ROOT, SERVER, free_port, until
from tests.e2e.stack import Stack
from tests.line import body_of, sign, text

Start = Callable[..., Stack]

#: MySQL's numbers for a duplicate, which is the row's own trouble, and for what a trigger refuses.
DUPLICATE, REFUSED = 1062, 1644
PROXY, STRANGER = "127.0.0.1", "127.0.0.2"


def admin(stack: Stack, *headers: tuple[str, str], by: str = PROXY) -> tuple[int, str]:
    """The status of the admin's address and where it leads, asked from one of this machine's addresses."""
    host, _, port = stack.addresses[0].rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30, source_address=(by, 0))
    connection.putrequest("GET", "/admin/")
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()
    return answer.status, answer.headers.get("Location", "")


def test_only_a_trusted_proxy_is_believed_that_a_request_came_by_https(start: Start) -> None:
    stack = start(HTTPS="on", FORWARDED_ALLOW_IPS="127.0.0.0/31,::1")
    to_https = (301, f"{stack.bot.replace('http:', 'https:')}/admin/")
    to_login = (302, "/admin/login/?next=/admin/")
    https = ("X-Forwarded-Proto", "https")
    assert admin(stack) == to_https
    assert admin(stack, https) == to_login
    assert admin(stack, https, by=STRANGER) == to_https
    # What a proxy hands on because it does not know it counts for nothing.
    assert admin(stack, ("X-Forwarded-Ssl", "on")) == to_https
    assert admin(stack, ("X-Forwarded-Protocol", "ssl"), ("X-Forwarded-Proto", "http")) == to_https
    assert admin(stack, ("X_Forwarded_Proto", "https")) == to_https
    assert admin(stack, ("X_Forwarded_Proto", "https"), by=STRANGER) == to_https
    # Two words against each other are no request.
    assert admin(stack, https, ("X-Forwarded-Proto", "http"))[0] == 400
    for exempt in ("/", "/healthz", "/readyz"):
        assert stack.answers(f"{stack.bot}{exempt}")
    assert stack.post(body_of(text("牛乳")), sign(body_of(), "the-channel-secret")) == 400


def refuse_in_words(stack: Stack, table: str, words: str, number: int) -> None:
    """From now on the database refuses each new row, and says these words; MySQL with that number."""
    mysql = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{words}', MYSQL_ERRNO = {number}"
    body = f"FOR EACH ROW {mysql}" if SERVER else f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    stack.database.execute(f"CREATE TRIGGER quoting_{table} BEFORE INSERT ON {table} {body}")


def test_the_log_is_json_and_never_holds_what_people_write(start: Start) -> None:
    stack = start(LOG_FORMAT="auto")
    first, second = (body_of(text("秘密の牛乳", replyToken="token-of-the-reply")) for _ in range(2))
    words = "秘密の牛乳 token-of-the-reply"
    refuse_in_words(stack, "todos_task", words, DUPLICATE)
    assert stack.post(first, sign(first)) == 200
    failed = "SELECT COUNT(*) FROM todos_event WHERE state = 'failed'"
    until(lambda: stack.count(failed) == 1, 30, "the event has failed")
    refuse_in_words(stack, "todos_event", words, REFUSED)
    assert stack.post(second, sign(second)) == 500
    unreadable(stack, second.replace(b" ", b"") + b" / HTTP/1.1\r\n\r\n")
    log = Path(stack.folder.name) / "log"
    until(lambda: "Invalid request from" in log.read_text(), 30, "it is logged")
    stack.app_servers[0].send_signal(signal.SIGTERM)
    stack.app_servers[0].wait(30)

    told = [line for line in log.read_text().splitlines() if line.startswith("{")]
    records = [json.loads(line) for line in told]
    names = {record["logger"] for record in records}
    assert {"gunicorn.error", "django.request", "todos.record"} <= names
    assert all({"time", "severity", "message"} <= record.keys() for record in records)
    assert any("inbox.py" in record.get("stack_trace", "") for record in records)
    assert any("lists.py" in record.get("error", "") for record in records)
    whole = log.read_text() + json.dumps(records, ensure_ascii=False)
    secret = ("the-access-token", "the-channel-secret", sign(first), sign(second))
    for word in ("秘密", "token-of-the-reply", "POST /callback HTTP", *secret):
        assert word not in whole


def unreadable(stack: Stack, body: bytes) -> None:
    """A body without a request before it, as after a wrong Content-Length."""
    host, _, port = stack.addresses[0].rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.connect()
    connection.sock.sendall(body)
    assert b"400" in connection.sock.recv(100)
    connection.close()


def test_a_command_by_hand_answers_in_plain_text(start: Start) -> None:
    stack = start()
    assert stack.manage("prune").startswith("Pruned 0 events")


class Scraped:
    """What Prometheus reads at one address."""

    def __init__(self) -> None:
        self.bind = f"127.0.0.1:{free_port()}"

    def samples(self) -> dict[tuple[str, ...], float]:
        with request_text(f"http://{self.bind}/metrics") as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        return {
            (one.name.removeprefix("todobot_"), *sorted(one.labels.values())): one.value
            for family in families
            for one in family.samples
        }

    def value(self, name: str, *labels: str) -> float:
        return self.samples().get((name, *sorted(labels)), 0.0)


def request_text(url: str) -> http.client.HTTPResponse:
    import urllib.request

    answer: http.client.HTTPResponse = urllib.request.urlopen(url, timeout=30)
    return answer


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, timeout=30).stdout
    return [int(child) for child in listed.split()]


def post_many(stack: Stack, count: int) -> None:
    for number in range(count):
        body = body_of(text(f"行{number}"))
        assert stack.post(body, sign(body)) == 200


def test_counts_are_those_of_all_processes_and_outlive_each(start: Start) -> None:
    bot, worker = Scraped(), Scraped()
    stack = start(workers=0, METRICS_BIND=bot.bind, WEB_CONCURRENCY="2")
    processes = 2 if SERVER else 1
    until(lambda: len(children(stack.app_servers[0].pid)) == processes, 30, "all processes are there")
    if SERVER:
        stack.environment["METRICS_BIND"] = worker.bind
        stack.workers = [stack.start_worker()]
    else:
        worker = bot
    post_many(stack, 30)
    stack.settles(30, 30)
    assert bot.value("events_total", "message", "pending") == 30
    assert bot.value("callback_seconds_count", "200") == 30
    assert worker.value("applied_events_total", "toggled") == 30
    # LINE did not give these reply tokens.
    until(lambda: worker.value("replies_total", "spent") == 30, 10, "all replies are counted")
    assert worker.value("database_up") == 1
    assert worker.value("inbox_events", "pending") == 0

    for child in children(stack.app_servers[0].pid):
        os.kill(child, signal.SIGKILL)
        assert bot.value("callback_seconds_count", "200") == 30
        until(lambda: len(children(stack.app_servers[0].pid)) == processes, 30, "another process has come")
    until(lambda: stack.answers(f"{stack.bot}/readyz"), 30, "the bot answers")
    post_many(stack, 5)
    assert bot.value("callback_seconds_count", "200") == 35
    assert bot.value("events_total", "message", "pending") == 35
    assert not stack.answers(f"{stack.bot}/metrics")


@pytest.mark.mysql
def test_a_database_that_is_away_is_seen_at_the_workers_address(start: Start) -> None:
    scraped = Scraped()
    stack = start(workers=0)
    stack.environment |= {
        "METRICS_BIND": scraped.bind,
        "DATABASE_URL": f"mysql://root@127.0.0.1:{free_port()}/x",
    }
    stack.workers = [stack.start_worker()]
    until(lambda: stack.answers(f"http://{scraped.bind}/metrics"), 30, "the worker answers Prometheus")
    assert scraped.value("database_up") == 0
    assert ("inbox_oldest_seconds",) not in scraped.samples()


def test_an_address_that_is_taken_stops_the_start_by_name(start: Start) -> None:
    stack = start()
    bind = stack.addresses[0]
    folder = Path(stack.folder.name) / "tmp"
    folder.mkdir()
    environment = stack.environment | {
        "METRICS_BIND": bind,
        "BIND": f"127.0.0.1:{free_port()}",
        "TMPDIR": str(folder),
    }
    command = [str(BIN / "gunicorn"), "-c", "gunicorn.conf.py", "todobot.wsgi"]
    refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert refused.returncode != 0
    assert f"METRICS_BIND is '{bind}'" in refused.stderr
    assert list(folder.iterdir()) == []
