"""k8s/overlays/local on a Docker engine: it comes up, rolls, takes other secrets, dies, is restored.

In this order, on one stack. tests/deploy/pods.py says what of Kubernetes is there and what is not.
"""

import base64
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.deploy.cluster import Cluster, edited
from tests.deploy.containers import docker
from tests.deploy.talk import TASKS, Talk
from tests.e2e.base import until
from tests.k8s.rendered import named, pod

pytestmark = pytest.mark.docker

OPERATOR = {"username": "operator", "password": "a-pass-phrase-for-a-test"}


@pytest.fixture(autouse=True)
def quiet(cluster: Cluster) -> None:
    """All pods get calls, every event so far is settled, and LINE delivers again what fails, for 100 s."""
    cluster.await_routes()
    cluster.control("redelivery", on=True, afterSeconds=5, times=20)
    cluster.settles()


@dataclass
class Replaced:
    """The old channel secret, the new secrets, which Deployments rolled, what LINE was told meanwhile."""

    old: str
    new: dict[str, str]
    rolled: set[str]
    answers: set[tuple[int, bool]]


@contextmanager
def talking(cluster: Cluster) -> Iterator[list[Talk]]:
    """Three people write; in the end each of their lines was counted once and answered once."""
    talks = [Talk(cluster) for _ in range(3)]
    try:
        time.sleep(1)
        yield talks
        time.sleep(1)
    finally:
        for talk in talks:
            talk.going = False
    for talk in talks:
        talk.ends()
        talk.each_counts_once()


def first_answers(talks: list[Talk]) -> set[tuple[int, bool]]:
    """What LINE was told at the first attempt, and whether that was late."""
    return {(delivery["status"], delivery["late"]) for talk in talks for delivery in talk.ends()}


def test_all_pods_came_up_at_once_without_a_restart_and_one_migrated(cluster: Cluster) -> None:
    assert {one.name: one.restarts for one in cluster.everybody()} == dict.fromkeys(
        (one.name for one in cluster.everybody()), 0
    )
    said = [one.logs("migrate") for one in cluster.everybody("app-server", "worker")]
    assert len(said) == 4
    assert all("The database does not answer yet" in text for text in said)
    assert sorted("Applying todos.0001_initial... OK" in text for text in said) == [False] * 3 + [True]
    assert sum("No migrations to apply" in text for text in said) == 3


def test_a_chat_through_the_services(cluster: Cluster) -> None:
    assert cluster.say("alice", "牛乳", wait=True)["delivery"]["status"] == 200
    until(lambda: bool(cluster.replies("alice")), 10, "the bot answers")
    assert "1. 牛乳" in cluster.replies("alice")[0]["message"]["altText"]


def test_an_operator_logs_in_at_the_node_port(cluster: Cluster) -> None:
    given = [f"--env=DJANGO_SUPERUSER_{name.upper()}={value}" for name, value in OPERATOR.items()]
    create = ["python", "manage.py", "createsuperuser", "--noinput", "--email=o@example.com"]
    docker("exec", *given, cluster.pods["app-server"][0].current, *create)
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Host", "localhost:30082"), ("Origin", "http://localhost:30082")]
    page = browser.open(f"{cluster.bot}/admin/login/", timeout=30).read().decode()
    for path in re.findall(r'href="(/static/[^"]+\.css)"', page):
        assert browser.open(f"{cluster.bot}{path}", timeout=30).headers["Content-Type"].startswith("text/css")
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    form = urlencode(OPERATOR | {"csrfmiddlewaretoken": token, "next": "/admin/todos/task/"}).encode()
    assert "牛乳" in browser.open(f"{cluster.bot}/admin/login/", form, timeout=30).read().decode()


@pytest.fixture(scope="module")
def replaced(cluster: Cluster) -> Replaced:
    """LINE's console gave a new secret and a new access token away, and the bot was told.

    In the only order there is: LINE signs with the new secret before anybody can tell the bot.
    """
    old = {name: secret(cluster, name) for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")}
    new = {name: f"new-{value}" for name, value in old.items()}
    both = new | {"LINE_CHANNEL_SECRET": ",".join(one["LINE_CHANNEL_SECRET"] for one in (new, old))}
    with talking(cluster) as talks:
        cluster.control(
            "channel",
            secret=new["LINE_CHANNEL_SECRET"],
            tokens=[one["LINE_CHANNEL_ACCESS_TOKEN"] for one in (new, old)],
        )
        rolled = cluster.apply(edited(**both), but="simulator")
    cluster.control("channel", tokens=[new["LINE_CHANNEL_ACCESS_TOKEN"]])
    return Replaced(old["LINE_CHANNEL_SECRET"], new, rolled, first_answers(talks))


def test_a_new_channel_secret_and_access_token_cost_no_event(cluster: Cluster, replaced: Replaced) -> None:
    """What was refused until the bot knew the new secret came again, and counted: `talking` saw to that."""
    assert replaced.rolled == {"app-server", "worker", "simulator"}
    assert {status for status, _ in replaced.answers} == {200, 400}
    assert signed_with(cluster, replaced.old) == 200
    assert signed_with(cluster, replaced.new["LINE_CHANNEL_SECRET"]) == 200
    cluster.settles()
    unanswered = "SELECT COUNT(*) FROM todos_event WHERE reply NOT IN ('', 'sent')"
    assert cluster.count(unanswered) == 0


def test_a_new_version_rolls_and_line_sees_nothing_of_it(cluster: Cluster, replaced: Replaced) -> None:
    """The one without the old secret."""
    before = cluster.everybody("app-server", "worker", "linebot-nginx")
    with talking(cluster) as talks:
        new = partial(cluster.apply, edited(**replaced.new), but="simulator")
        cluster.together([new, partial(cluster.restart, "linebot-nginx")])
    assert first_answers(talks) == {(200, False)}
    assert not set(before) & set(cluster.everybody())
    # Each of the old ones ended by itself, before its grace period did.
    assert [one.code for one in before] == [0] * 6
    cluster.control("redelivery", on=False)
    assert signed_with(cluster, replaced.old) == 400
    cluster.control("channel", secret=replaced.new["LINE_CHANNEL_SECRET"])


def signed_with(cluster: Cluster, secret: str) -> int:
    """What LINE is told when it signs with that secret."""
    cluster.control("channel", secret=secret)
    status: int = cluster.say("alice", "卵", wait=True)["delivery"]["status"]
    return status


def secret(cluster: Cluster, name: str) -> str:
    return base64.b64decode(named(cluster.objects, "Secret", "todobot")["data"][name]).decode()


def test_an_app_server_dies_and_line_sees_nothing_of_it(cluster: Cluster) -> None:
    victim = cluster.pods["app-server"][0]
    with talking(cluster) as talks:
        docker("kill", victim.current)
        until(lambda: victim.restarts == 1 and victim.ready, 60, "it was started again")
    assert first_answers(talks) == {(200, False)}


@pytest.mark.parametrize("name", ["app-server", "linebot-nginx"])
def test_a_pod_vanishes_and_line_comes_again(cluster: Cluster, name: str) -> None:
    with talking(cluster):
        cluster.kill(name)
        cluster.scale(name, 2)


def test_a_backup_made_while_serving_is_restored(cluster: Cluster) -> None:
    with talking(cluster) as talks:
        first = made(cluster)
    assert first_answers(talks) == {(200, False)}
    before, tasks, second = state(cluster), cluster.sql(TASKS), made(cluster)
    cluster.sql("CREATE TABLE younger (task bigint, FOREIGN KEY (task) REFERENCES todos_task (id))")
    assert cluster.say("alice", "😀 later", wait=True)["delivery"]["status"] == 200
    cluster.settles()
    assert state(cluster) != before

    cluster.together([partial(cluster.scale, name, 0) for name in ("app-server", "worker")])
    cluster.say("bob", "while nobody serves")
    assert restored(cluster) == f"restored {second}"
    assert state(cluster) == before
    assert restored(cluster, BACKUP=first) == f"restored {first}"
    assert 0 < len(cluster.sql(TASKS)) < len(tasks)
    cluster.together([partial(cluster.scale, name, 2) for name in ("app-server", "worker")])
    until(lambda: bool(cluster.replies("bob")), 60, "LINE came again, and the bot goes on")


def test_what_is_no_backup_is_not_restored(cluster: Cluster) -> None:
    before = state(cluster)
    said = restored(cluster, BACKUP="todobot-nothing.sql.gz")
    assert said.startswith("failed: there is no backup todobot-nothing.sql.gz in /backup; there are:\n")
    assert made(cluster) in restored(cluster, BACKUP="todobot-nothing.sql.gz")
    cluster.node.shell(
        f"cd {BACKUPS} && ls | tail -n 1 | xargs head -c 2000 > todobot-29991231T000000Z.sql.gz"
    )
    assert "unexpected end of file" in restored(cluster)
    cluster.node.shell(f"rm {BACKUPS}/todobot-2999*")
    assert state(cluster) == before


def test_old_backups_go(cluster: Cluster) -> None:
    cluster.node.shell(f"cd {BACKUPS} && touch todobot-2020010{{1,2,3,4,5}}T000000Z.sql.gz notes.txt")
    newest = made(cluster, KEEP="3")
    kept = cluster.node.shell(f"ls {BACKUPS}").split()
    assert len(kept) == 4
    assert {newest, "notes.txt"} < set(kept)
    assert not [name for name in kept if "-2020" in name]


def test_prune_runs_to_its_end(cluster: Cluster) -> None:
    job = cluster.job("prune")
    assert (job.code, job.logs("prune")[:6]) == (0, "Pruned")


def test_without_a_database_pods_get_no_calls_and_live_and_with_it_nothing_is_lost(cluster: Cluster) -> None:
    asking = cluster.everybody("app-server", "worker")
    before = {one.name: one.restarts for one in asking}
    with talking(cluster):
        cluster.kill("mysql-db")
        assert cluster.job("mysql-backup").code != 0
        until(lambda: not any(one.ready for one in asking), 60, "none of them is ready")
        cluster.scale("mysql-db", 1)
        cluster.await_ready(asking)
    assert {one.name: one.restarts for one in asking} == before
    assert "part" not in cluster.node.shell(f"ls {BACKUPS}")


def test_a_folder_that_is_not_mysqls_is_named(cluster: Cluster) -> None:
    other = deepcopy(cluster.objects)
    # Made by the kubelet, and so root's.
    named(other, "PersistentVolume", "mysql-pv-volume")["spec"]["hostPath"]["path"] = "/var/lib/other"
    tried = cluster.pod("mysql-db", pod(named(other, "Deployment", "mysql-db")), other)
    until(lambda: tried.restarts > 0, 30, "it is tried again")
    tried.kill()
    assert "/var/lib/todobot/mysql is not for uid 999; run make k8s-load" in tried.logs("volume")
    assert "mysql" not in tried.said


BACKUPS = "/var/lib/todobot/backup"


def state(cluster: Cluster) -> list[list[str]]:
    """Of each table its name and a sum of what is in it."""
    return cluster.sql("CHECKSUM TABLE " + ", ".join(name for (name,) in cluster.sql("SHOW TABLES")))


def made(cluster: Cluster, **env: str) -> str:
    """The name of a new backup."""
    job = cluster.job("mysql-backup", **env)
    found = re.search(r"^made /backup/(\S+), \d+ bytes$", job.logs("backup"), re.M)
    assert job.code == 0, job.logs("backup")
    assert found
    return found[1]


def restored(cluster: Cluster, **env: str) -> str:
    """What restoring says."""
    job = cluster.job("mysql-restore", **env)
    return ("" if job.code == 0 else "failed: ") + job.logs("restore").strip()
