"""compose.yaml brought up: chat through nginx, restart and kill each part under use, back up and restore."""

import re
import shutil
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import Compose, outside
from tests.e2e.base import ROOT, until

pytestmark = pytest.mark.docker

TASKS = "SELECT title, state, chat_id FROM todos_task ORDER BY id"

CHANGES = """
SELECT t.title, COUNT(*) FROM todos_change c JOIN todos_task t ON t.id = c.task_id GROUP BY t.title
"""


@pytest.fixture(autouse=True)
def quiet(compose: Compose) -> None:
    """Every event so far is settled, and LINE delivers again what fails."""
    compose.control("redelivery", on=True, afterSeconds=1, times=20)
    settles(compose)


def settles(compose: Compose) -> None:
    waiting = "SELECT COUNT(*) FROM todos_event WHERE state NOT IN ('settled', 'failed')"
    until(lambda: compose.count(waiting) == 0, 60, "nobody waits for anything")


class Talk:
    """Somebody writes five lines a second while something happens; `ends` with what became of each."""

    def __init__(self, compose: Compose) -> None:
        self.compose = compose
        self.name = uuid.uuid4().hex[:6]
        compose.control("users", name=self.name)
        self.going = True
        self.said: list[str] = []
        self.pool = ThreadPoolExecutor(16)
        self.deliveries: list[Any] = []
        self.future = self.pool.submit(self.run)

    def run(self) -> None:
        while self.going:
            self.said.append(f"{self.name}の行{len(self.said)}")
            self.deliveries.append(self.pool.submit(self.say, self.said[-1]))
            time.sleep(0.2)

    def say(self, text: str) -> Any:
        return self.compose.say(self.name, text, wait=True)["delivery"]

    def ends(self) -> list[dict[str, Any]]:
        self.going = False
        self.future.result(60)
        first = [delivery.result(60) for delivery in self.deliveries]
        self.pool.shutdown()
        return first


def each_counts_once(compose: Compose, talk: Talk) -> None:
    """LINE came again with what failed at first, and in the end each line is there once."""

    def times() -> dict[str, int]:
        return {title: int(number) for title, number in compose.sql(CHANGES) if title in talk.said}

    until(lambda: len(times()) == len(talk.said), 60, "all that was said has come")
    settles(compose)
    assert times() == dict.fromkeys(talk.said, 1)
    tokens = {message["replyToken"] for message in compose.replies(talk.name)}
    assert len(tokens) == len(talk.said)


def test_a_chat_through_nginx(compose: Compose) -> None:
    said = compose.say("alice", "牛乳", wait=True)
    assert said["delivery"]["status"] == 200
    until(lambda: bool(compose.replies("alice")), 10, "the bot answers")
    assert "1. 牛乳" in compose.replies("alice")[0]["message"]["altText"]
    assert compose.get("/").startswith("todobot is alive")
    assert '"path":"/callback","status":200' in compose("logs", "--no-log-prefix", "linebot-nginx")


@pytest.mark.parametrize("service", ["worker", "app-server", "linebot-nginx", "mysql-db"])
def test_a_restart_under_use_loses_nothing(compose: Compose, service: str) -> None:
    talk = Talk(compose)
    time.sleep(1)
    compose("restart", service)
    compose("up", "--detach", "--wait", "--no-deps", "--no-recreate", service)
    time.sleep(1)
    talk.ends()
    each_counts_once(compose, talk)


def test_of_two_app_servers_one_is_killed_and_line_sees_nothing_of_it(compose: Compose) -> None:
    compose("up", "--detach", "--wait", "--no-deps", "--no-recreate", "--scale", "app-server=2", "app-server")
    until(lambda: followed(compose, 2), 20, "nginx knows both")
    talk = Talk(compose)
    time.sleep(1)
    # The first: the address that nginx knew when it started.
    compose.run("docker", "rm", "--force", f"{compose.project}-app-server-1")
    until(lambda: followed(compose, 1), 20, "nginx knows that one is gone")
    time.sleep(1)
    first = talk.ends()
    assert {(delivery["status"], delivery["late"]) for delivery in first} == {(200, False)}
    each_counts_once(compose, talk)


def followed(compose: Compose, servers: int) -> bool:
    told = re.findall(r"app servers are now at (.+)", compose("logs", "--no-log-prefix", "linebot-nginx"))
    return bool(told) and len(told[-1].split()) == servers


def blocks(heading: str) -> list[str]:
    """The shell commands under a heading of the README."""
    section = (ROOT / "README.md").read_text().partition(f"{heading}\n")[2].partition("\n#")[0]
    return re.findall(r"```sh\n(.+?)```", section, re.DOTALL)


def test_a_backup_made_while_serving_is_restored_into_an_empty_database(
    compose: Compose, tmp_path: Path
) -> None:
    backup, restore = blocks("### Back up and restore")
    compose.say("alice", "😀 ハハ パパ", wait=True)
    settles(compose)
    before = compose.sql(TASKS)
    talk = Talk(compose)
    time.sleep(0.5)
    compose.run("sh", "-ec", backup, cwd=tmp_path)
    time.sleep(0.5)
    talk.ends()
    each_counts_once(compose, talk)
    after = compose.sql(TASKS)

    compose("down", "--volumes")
    compose.run("sh", "-ec", restore, cwd=tmp_path)
    restored = compose.sql(TASKS)
    assert len(before) <= len(restored) < len(after)
    assert restored == after[: len(restored)]
    compose.find()
    compose.say("bob", "卵", wait=True)
    until(lambda: bool(compose.replies("bob")), 10, "the bot goes on")


def test_without_env_nothing_starts_and_the_reason_is_named(tmp_path: Path) -> None:
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    up = ["docker", "compose", "up", "--detach"]
    tried = subprocess.run(up, cwd=tmp_path, env=outside(), capture_output=True, text=True, timeout=60)
    assert tried.returncode != 0
    assert re.search(r"required variable [A-Z_]+ is missing a value: run `make .env`", tried.stderr)
