"""The real thing on loopback: gunicorn, workers, nginx, the simulator as processes, a database of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.base import BIN, ROOT, SERVER, free_port, request, until
from tests.e2e.database import Database
from tests.e2e.nginx import Nginx


class Stack:
    """App servers, workers, simulator, and nginx if asked for. Everything that `begin` starts, `stop` ends.

    `bot` is where LINE and people come in: nginx, or the only app server.
    """

    def __init__(
        self,
        workers: int = 1,
        collation: str = "",
        static: bool = False,
        app_servers: int = 1,
        nginx: bool = False,
        **settings: str,
    ) -> None:
        self.static = static  # collect the admin's style sheets first
        self.worker_count = workers
        self.folder = tempfile.TemporaryDirectory(prefix="todobot-")
        self.database = Database(Path(self.folder.name), collation)
        self.addresses = [f"127.0.0.1:{free_port()}" for _ in range(app_servers if SERVER else 1)]
        self.nginx = Nginx(self.addresses[0]) if nginx else None
        if self.nginx:
            self.nginx.configuration = with_all(self.addresses, self.nginx.configuration)
        self.bot = self.nginx.url if self.nginx else f"http://{self.addresses[0]}"
        self.line = f"http://127.0.0.1:{free_port()}"
        self.environment = (
            os.environ
            | {
                "DATABASE_URL": self.database.url,
                "LINE_API_BASE_URL": self.line,
                "LINE_CHANNEL_SECRET": "the-channel-secret",
                "LINE_CHANNEL_ACCESS_TOKEN": "the-access-token",
                "SECRET_KEY": "a-secret-key-of-the-tests-" * 3,
                "DEBUG": "off",
                "HTTPS": "off",
                "DJANGO_SETTINGS_MODULE": "todobot.settings",
            }
            | settings
        )
        self.running: list[subprocess.Popen[bytes]] = []
        self.app_servers: dict[int, subprocess.Popen[bytes]] = {}
        self.workers: list[subprocess.Popen[bytes]] = []
        self.log = open(Path(self.folder.name) / "log", "ab")  # noqa: SIM115 (closed in stop)

    def begin(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        if self.static:
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.simulator = self.start(
            [sys.executable, "-m", "simulator", "--port", self.line.rpartition(":")[2]]
            + ["--callback", f"{self.bot}/callback", "--secret", "the-channel-secret"]
            + ["--token", "the-access-token"]
        )
        if self.nginx:
            self.nginx.start()
        for number in range(len(self.addresses)):
            self.start_app_server(number)
        self.start_workers(self.worker_count)
        until(lambda: self.answers(f"{self.line}/simulator/state"), 30, "the simulator answers")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, command: list[str], **environment: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment | environment,
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def start_app_server(self, number: int = 0) -> None:
        command = [str(BIN / "gunicorn"), "-c", "gunicorn.conf.py", "todobot.wsgi"]
        self.app_servers[number] = self.start(command, BIND=self.addresses[number])
        until(lambda: self.answers(f"http://{self.addresses[number]}/readyz"), 30, "the app server answers")

    def kill_app_server(self, number: int = 0) -> None:
        """SIGKILL to gunicorn and to the process that it forked, at one moment."""
        os.killpg(self.app_servers[number].pid, signal.SIGKILL)
        self.app_servers[number].wait()

    def start_workers(self, count: int) -> None:
        """None on SQLite, where the bot's own process does the work."""
        self.workers += [self.start_worker() for _ in range(count if SERVER else 0)]

    def start_worker(self) -> "subprocess.Popen[bytes]":
        return self.start([sys.executable, "manage.py", "worker"])

    def answers(self, url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def control(self, act: str, **body: Any) -> Any:
        return request(f"{self.line}/simulator/{act}", body)

    def say(self, chat: str, text: str, **more: Any) -> Any:
        return self.control("say", chat=chat, text=text, **more)

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = request(f"{self.line}/simulator/state")
        return found

    def statuses(self) -> list[int | None]:
        """What LINE got for each webhook that it sent, in order; None while it waits."""
        return [delivery["status"] for delivery in self.state()["deliveries"]]

    @property
    def front(self) -> Nginx:
        assert self.nginx, "this stack was started without"
        return self.nginx

    def webhooks(self) -> list[dict[str, Any]]:
        """What nginx's access log says about each."""
        lines = [json.loads(line) for line in self.front.access_log.read_text().splitlines()]
        return [line for line in lines if line["path"] == "/callback"]

    def mend(self) -> None:
        """All that a test ended is there again, but for workers; everybody starts anew."""
        for number, server in self.app_servers.items():
            if server.poll() is not None:
                self.start_app_server(number)
        if self.front.process.poll() is not None:
            self.front.start()
        self.control("redelivery", on=False)
        self.empty()
        self.front.access_log.write_text("")

    def end_workers(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(15)
        self.workers.clear()

    def replies(self, chat: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = request(f"{self.line}/simulator/replies?chat={chat}")
        return found

    def post(self, body: bytes, signature: str) -> int:
        headers = {"x-line-signature": signature, "Content-Type": "application/json; charset=utf-8"}
        sent = urllib.request.Request(f"{self.bot}/callback", body, headers, method="POST")
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def count(self, sql: str) -> int:
        return int(self.database.execute(sql)[0][0])

    def settles(self, events: int, seconds: float) -> None:
        """That many events have come, and nobody waits for anything any more."""
        states = "SELECT state, COUNT(*) FROM todos_event GROUP BY state"
        try:
            until(lambda: ("settled", events) in self.database.execute(states), seconds, "all is settled")
        except AssertionError as late:
            raise AssertionError(f"{late}: {events} events are {self.database.execute(states)}") from None

    def empty(self) -> None:
        """Everybody starts anew, at LINE and here."""
        self.control("reset")
        for table in ("change", "task", "event", "sent", "chat"):
            self.database.execute(f"DELETE FROM todos_{table}")

    def stop(self) -> None:
        self.end_processes()
        if self.nginx and self.running:
            self.nginx.stop()
        self.log.close()
        self.database.drop()
        self.folder.cleanup()

    def end_processes(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def with_all(addresses: list[str], configuration: str) -> str:
    """As nginx takes a name with several addresses: each line with the first is there for all of them."""

    def lines(found: re.Match[str]) -> str:
        return "\n".join(found[0].replace(addresses[0], address) for address in addresses)

    return re.sub(rf"^ *server {re.escape(addresses[0])}.*;$", lines, configuration, flags=re.MULTILINE)


@contextmanager
def running(**how: Any) -> Iterator[Stack]:
    stack = Stack(**how)
    try:
        stack.begin()
        yield stack
    finally:
        stack.stop()
