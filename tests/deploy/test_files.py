"""What can be told from the files: Dockerfiles, compose.yaml, .env.example."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import FILE
from tests.e2e.base import BIN, ROOT

SERVICES: dict[str, dict[str, Any]] = FILE["services"]
TEXT = (ROOT / "compose.yaml").read_text()
ONCE = {"migrate"}
SECRETS = {
    "SECRET_KEY",
    "LINE_CHANNEL_SECRET",
    "LINE_CHANNEL_ACCESS_TOKEN",
    "MYSQL_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
}


@pytest.mark.parametrize("file", ["Dockerfile", "nginx/Dockerfile"])
def test_hadolint_finds_nothing(file: str) -> None:
    linted = subprocess.run(
        [BIN / "hadolint", file], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_dockerfiles_need_no_newer_engine() -> None:
    for file in ("Dockerfile", "nginx/Dockerfile"):
        assert not re.search(r"syntax=|<<|--link|--exclude", (ROOT / file).read_text())


def test_the_last_stage_is_not_the_simulator() -> None:
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "simulator" not in last
    assert "COPY --from=builder /app /app" in last


def test_the_names_of_the_article_are_there() -> None:
    assert {"linebot-nginx", "app-server", "mysql-db"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid"}


@pytest.mark.parametrize("name", SERVICES.keys() - ONCE)
def test_a_service_is_watched_and_restarted(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_each_waits_for_the_one_behind_it() -> None:
    after = {
        name: {behind: how["condition"] for behind, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    healthy = "service_healthy"
    database = {"mysql-db": healthy, "migrate": "service_completed_successfully"}
    assert after == {
        "mysql-db": {},
        "migrate": {"mysql-db": healthy},
        "app-server": database,
        "worker": database,
        "linebot-nginx": {"app-server": healthy},
        "simulator": {"linebot-nginx": healthy, "worker": healthy},
    }


def test_only_nginx_and_the_simulators_page_are_published_and_to_this_machine_only() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "linebot-nginx": ["127.0.0.1:8080:8080"],
        "simulator": ["127.0.0.1:5001:5001"],
    }
    assert SERVICES["simulator"]["profiles"] == ["simulator"]


def test_app_servers_and_the_database_cannot_reach_the_world() -> None:
    inside = {name for name, network in FILE["networks"].items() if network and network.get("internal")}
    for name in ("app-server", "mysql-db", "migrate"):
        assert set(SERVICES[name]["networks"]) <= inside
    assert not set(SERVICES["linebot-nginx"]["networks"]) & set(SERVICES["mysql-db"]["networks"])


def test_a_service_stops_after_what_it_has_in_hand() -> None:
    grace = {name: service.get("stop_grace_period") for name, service in SERVICES.items()}
    assert (grace["app-server"], grace["worker"]) == ("30s", "15s")


def test_each_secret_comes_from_outside_and_is_asked_for_by_name() -> None:
    for name in SECRETS:
        assert f"${{{name}:?" in TEXT
    given = [
        value
        for service in SERVICES.values()
        for key, value in service.get("environment", {}).items()
        if key in SECRETS
    ]
    assert given
    assert all(re.fullmatch(r"\$\{[A-Z_]+(:\?[^}]*)?\}", value) for value in given)


def test_root_of_the_database_is_not_known_to_the_app() -> None:
    knows = {name for name, service in SERVICES.items() if "MYSQL_ROOT_PASSWORD" in str(service)}
    assert knows == {"mysql-db"}


def test_the_example_names_what_compose_asks_for() -> None:
    example = (ROOT / ".env.example").read_text()
    offered = re.findall(r"^(?:# )?([A-Z_]+)=", example, re.M)
    assert sorted(offered) == sorted(set(re.findall(r"\$\{([A-Z_]+)", TEXT)))
    assert set(re.findall(r"^([A-Z_]+)=$", example, re.M)) == SECRETS


def test_make_env_gives_each_secret_a_value_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".env.example", tmp_path)

    def made() -> str:
        make = ["make", "--file", str(ROOT / "Makefile"), ".env"]
        subprocess.run(make, cwd=tmp_path, check=True, capture_output=True, timeout=60)
        return (tmp_path / ".env").read_text()

    first = made()
    found = dict(re.findall(r"^([A-Z_]+)=([0-9a-f]{64})$", first, re.M))
    assert found.keys() == SECRETS
    assert len(set(found.values())) == len(SECRETS)
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert made() == first
