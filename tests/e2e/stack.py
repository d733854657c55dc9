"""The real thing on loopback: gunicorn, workers and the simulator as processes, a database of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
#: The server that the suite runs on; SQLite when it names none.
SERVER = os.environ.get("DATABASE_URL", "")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def request(url: str, body: Any = None, method: str | None = None) -> Any:
    sent = urllib.request.Request(url, method=method)
    if body is not None:
        sent.data = json.dumps(body).encode()
        sent.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(sent, timeout=30) as answer:
        return json.loads(answer.read() or "null")


class Database:
    """A new database on the server that DATABASE_URL names, or a SQLite file."""

    def __init__(self, folder: Path, collation: str = "") -> None:
        self.name = f"todobot_{uuid.uuid4().hex[:10]}"
        if not SERVER:
            self.url = f"sqlite:///{folder / 'stack.sqlite3'}"
            return
        self.url = f"{SERVER.rpartition('/')[0]}/{self.name}"
        charset = collation.split("_")[0] if collation else "utf8mb4"
        self.execute(f"CREATE DATABASE {self.name} CHARACTER SET {charset}", server=True)
        if collation:
            self.execute(f"ALTER DATABASE {self.name} COLLATE {collation}", server=True)

    def execute(self, sql: str, server: bool = False) -> list[tuple[Any, ...]]:
        if not SERVER:
            import sqlite3

            with sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20) as file:
                return file.execute(sql).fetchall()
        found = self.connect("" if server else self.name)
        with found.cursor() as cursor:
            cursor.execute(sql)
            rows = list(cursor.fetchall())
        found.close()
        return rows

    def connect(self, name: str | None = None) -> Any:
        import MySQLdb  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra

        config = environ.Env.db_url_config(SERVER)
        return MySQLdb.connect(
            host=config["HOST"],
            port=int(config["PORT"] or 3306),
            user=config["USER"],
            password=config["PASSWORD"],
            database=self.name if name is None else name,
            charset="utf8mb4",
            autocommit=True,
        )

    def drop(self) -> None:
        if SERVER:
            self.execute(f"DROP DATABASE {self.name}", server=True)


class Stack:
    """Bot, workers, simulator. Everything that `begin` starts, `stop` ends."""

    def __init__(self, workers: int = 1, collation: str = "", static: bool = False, **settings: str) -> None:
        self.static = static  # collect the admin's style sheets first
        # On SQLite the bot's own process does the work.
        self.worker_count = workers if SERVER else 0
        self.folder = tempfile.TemporaryDirectory(prefix="todobot-")
        self.database = Database(Path(self.folder.name), collation)
        self.bot, self.line = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
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
                "BIND": self.bot.removeprefix("http://"),
                "DJANGO_SETTINGS_MODULE": "todobot.settings",
            }
            | settings
        )
        self.running: list[subprocess.Popen[bytes]] = []
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
        self.start_bot()
        self.workers = [self.start_worker() for _ in range(self.worker_count)]
        until(lambda: self.answers(f"{self.line}/simulator/state"), 30, "the simulator answers")

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def start_bot(self) -> None:
        self.gunicorn = self.start([str(BIN / "gunicorn"), "-c", "gunicorn.conf.py", "todobot.wsgi"])
        until(lambda: self.answers(f"{self.bot}/readyz"), 30, "the bot answers")

    def kill_bot(self) -> None:
        """SIGKILL to gunicorn and to the process that it forked, at one moment."""
        os.killpg(self.gunicorn.pid, signal.SIGKILL)
        self.gunicorn.wait()

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
        settled = "SELECT COUNT(*) FROM todos_event WHERE state = 'settled'"
        until(lambda: self.count(settled) == events, seconds, f"{events} events are settled")

    def empty(self) -> None:
        """Everybody starts anew, at LINE and here."""
        self.control("reset")
        for table in ("change", "task", "event", "chat"):
            self.database.execute(f"DELETE FROM todos_{table}")

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()
        self.database.drop()
        self.folder.cleanup()


@contextmanager
def running(**how: Any) -> Iterator[Stack]:
    stack = Stack(**how)
    try:
        stack.begin()
        yield stack
    finally:
        stack.stop()
