"""cloudbuild.yaml builds what compose.yaml builds, under the gke overlay's names, and uploads no secret."""

import re
import subprocess
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from tests.deploy.compose import FILE as COMPOSE
from tests.e2e.base import ROOT
from tests.k8s import rendered

TEXT = (ROOT / "cloudbuild.yaml").read_text()
BUILD: dict[str, Any] = yaml.safe_load(TEXT)
#: What Cloud Build knows by itself, and what the command must give.
GIVEN = {"PROJECT_ID": "my-project", "_TAG": "1.0.0"}
#: A Dockerfile's context -> the compose service that builds there.
SERVICES = {".": "app-server", "nginx": "linebot-nginx"}


def filled(text: str) -> str:
    return Template(text).substitute(BUILD["substitutions"], **GIVEN)


def steps() -> dict[str, list[str]]:
    """context -> what `docker` is told before it."""
    found = [[filled(arg) for arg in step["args"]] for step in BUILD["steps"]]
    return {args[-1]: args[:-1] for args in found}


def test_each_substitution_is_defined_or_given() -> None:
    used = set(re.findall(r"\$\{?(\w+)", TEXT))
    assert used == BUILD["substitutions"].keys() | GIVEN.keys()


def test_a_version_must_be_named() -> None:
    assert "_TAG" not in BUILD["substitutions"]


@pytest.mark.parametrize(("context", "service"), SERVICES.items())
def test_it_builds_what_compose_builds(context: str, service: str) -> None:
    build = COMPOSE["services"][service]["build"]
    assert build.keys() == {"context", "args"}
    assert build["context"] == context
    told = steps()[context]
    assert told[0] == "build"
    flags = [flag for flag in told[1:] if not flag.startswith("--tag=")]
    assert flags == [f"--build-arg={name}={GIVEN['_TAG']}" for name in build["args"]]
    assert (ROOT / context / "Dockerfile").is_file()


def test_nothing_else_is_built_and_all_of_it_by_docker() -> None:
    assert steps().keys() == SERVICES.keys()
    assert {step["name"] for step in BUILD["steps"]} == {"gcr.io/cloud-builders/docker"}


def test_what_is_tagged_is_what_is_pushed() -> None:
    tagged = [flag.removeprefix("--tag=") for told in steps().values() for flag in told if "--tag" in flag]
    assert tagged == [filled(image) for image in BUILD["images"]]


@pytest.mark.skipif(not rendered.KUBECTL, reason="needs kubectl")
def test_the_gke_overlay_asks_for_these_images() -> None:
    asked = {
        container["image"]
        for workload in rendered.of_kind(rendered.overlay("gke"), "Deployment", "CronJob")
        for container in rendered.containers(workload)
    }
    ours = {image for image in asked if "docker.pkg.dev" in image}
    assert ours == {filled(image) for image in BUILD["images"]}


def test_a_service_account_of_ones_own_can_log() -> None:
    assert BUILD["options"]["logging"] == "CLOUD_LOGGING_ONLY"


def uploaded(tmp_path: Path, *files: str) -> set[str]:
    """Those of the files that .gcloudignore lets through. It is read as git reads .gitignore."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, timeout=30)
    (tmp_path / ".git/info/exclude").write_text((ROOT / ".gcloudignore").read_text())
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    listed = ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard"]
    return set(subprocess.run(listed, check=True, capture_output=True, text=True, timeout=30).stdout.split())


def test_no_secret_is_uploaded(tmp_path: Path) -> None:
    secrets = (".env", "k8s/overlays/gke/secrets.env", "k8s/overlays/gke/site.env", "var/db.sqlite3")
    assert uploaded(tmp_path, *secrets) == set()


def test_what_the_dockerfiles_copy_is_uploaded(tmp_path: Path) -> None:
    needed = {f"nginx/{name}" for name in copied("nginx")} | set(copied("."))
    files = {f"{name}/file" if (ROOT / name).is_dir() else name for name in needed}
    files |= {".dockerignore", "Dockerfile", "nginx/Dockerfile"}
    assert uploaded(tmp_path, *files) == files


def copied(context: str) -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / context / "Dockerfile").read_text(), re.M)
    assert lines
    return [name for line in lines for name in line.split()]
