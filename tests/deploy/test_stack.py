"""compose.yaml brought up: chat through nginx, restart and kill each part under use, back up and restore."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy.compose import Compose, outside
from tests.deploy.talk import TASKS, Talk
from tests.e2e.base import ROOT, until

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def quiet(compose: Compose) -> None:
    """Every event so far is settled, and LINE delivers again what fails."""
    compose.control("redelivery", on=True, afterSeconds=1, times=20)
    compose.settles()


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
    talk.each_counts_once()


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
    talk.each_counts_once()


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
    compose.settles()
    before = compose.sql(TASKS)
    talk = Talk(compose)
    time.sleep(0.5)
    compose.run("sh", "-ec", backup, cwd=tmp_path)
    time.sleep(0.5)
    talk.ends()
    talk.each_counts_once()
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
