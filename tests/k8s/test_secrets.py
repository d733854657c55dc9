"""No secret lies open: not in git, not in a ConfigMap, not in anything but the Secret."""

import re
import subprocess

import pytest

from tests.e2e.base import ROOT
from tests.k8s.meaning import each_container, texts, title
from tests.k8s.rendered import Object, filled_in, of_kind, variant

SECRETS = {
    "SECRET_KEY",
    "LINE_CHANNEL_SECRET",
    "LINE_CHANNEL_ACCESS_TOKEN",
    "MYSQL_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
}


def test_secrets_are_read_from_secrets_by_name_and_key(found: list[Object]) -> None:
    for where, _, container in each_container(found):
        for variable in container.get("env", []):
            if variable["name"] in SECRETS | {"MYSQL_PWD"}:
                assert "secretKeyRef" in variable.get("valueFrom", {}), f"{where}: {variable['name']}"


def test_no_secret_is_in_anything_but_the_secret(shipped: list[Object]) -> None:
    secrets = [texts(one) for one in of_kind(shipped, "Secret")]
    assert {name for held in secrets for name in held} == SECRETS
    for one in shipped:
        if one["kind"] != "Secret":
            known = {name for held in secrets for name, value in held.items() if value in str(one)}
            assert known == set(), title(one)
    for one in of_kind(shipped, "ConfigMap"):
        assert not one["data"].keys() & SECRETS, title(one)


def test_root_of_the_database_is_known_to_the_database_alone(shipped: list[Object]) -> None:
    knows = {where for where, _, one in each_container(shipped) if "MYSQL_ROOT_PASSWORD" in str(one)}
    assert knows <= {"Deployment/mysql-db: mysql"}


def test_the_throw_away_secrets_say_so() -> None:
    held = [
        (name, value) for one in of_kind(variant("local"), "Secret") for name, value in texts(one).items()
    ]
    assert held
    assert [name for name, value in held if not value.startswith("throw-away-")] == []


def test_no_real_secret_can_get_into_git() -> None:
    gke = ROOT / "k8s/overlays/gke"
    assert (gke / ".gitignore").read_text().split() == ["site.env", "secrets.env"]
    example = (gke / "secrets.env.example").read_text()
    assert set(re.findall(r"^(\w+)=$", example, re.M)) == SECRETS
    assert len(re.findall(r"^[^#\n]", example, re.M)) == len(SECRETS)
    assert len(set(re.findall(r"=(\w{64})$", filled_in(example), re.M))) == len(SECRETS)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a clone")
def test_git_has_no_file_that_a_person_fills_in() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "k8s"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20
    ).stdout.splitlines()
    assert {file for file in listed if file.endswith(".env")} == {
        "k8s/base/linebot-nginx.env",
        "k8s/base/todobot.env",
        "k8s/overlays/local/throw-away-secrets.env",
    }
