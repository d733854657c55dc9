"""A person's kubectl, with an API server in memory as its cluster, and what she does with it over time."""

import copy
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.k8s.apiserver import Key, Server, serving
from tests.k8s.kinds import BUILT_IN, GKE
from tests.k8s.rendered import KUBECTL, Object, tree

DEPLOYMENTS = ("app-server", "linebot-nginx", "worker")
#: Their selector's patch strategy is `replace`, so that kubectl sends it each time, and nothing comes of it.
SENT_EACH_TIME = {f"poddisruptionbudget.policy/{name}" for name in DEPLOYMENTS}


class Laptop:
    """A copy of k8s/, and kubectl with the cluster as its context."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server = server
        self.home = home
        self.tree = home / "k8s"
        shutil.copytree(tree(), self.tree, symlinks=True)
        config = {
            "current-context": "a",
            "clusters": [{"name": "a", "cluster": {"server": server.url}}],
            "users": [{"name": "a", "user": {"token": "a"}}],
            "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        }
        (home / "config").write_text(json.dumps(config))

    def kubectl(self, *command: object) -> subprocess.CompletedProcess[str]:
        flags = [f"--kubeconfig={self.home}/config", f"--cache-dir={self.home}/cache"]
        return subprocess.run(
            [KUBECTL, *flags, *map(str, command)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def apply(self, *what: object) -> dict[str, str]:
        """What kubectl said of each object."""
        done = self.kubectl("apply", *what)
        assert (done.returncode, done.stderr) == (0, "")
        return dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())

    def apply_one(self, one: Object) -> subprocess.CompletedProcess[str]:
        (self.home / "one.json").write_text(json.dumps(one))
        return self.kubectl("apply", "-f", self.home / "one.json")

    def overlay(self, name: str) -> Path:
        """`gke with cloud-sql` is gke with its other database."""
        folder = self.tree / "overlays" / name.split()[0]
        if name.endswith("cloud-sql"):
            edit(folder / "kustomization.yaml", "- ../../components/mysql", "- ../../components/cloud-sql")
        return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, f"{file} has {text.count(old)} times {old!r}"
    file.write_text(text.replace(old, new))


@dataclass(frozen=True)
class Stage:
    """One apply: what kubectl said, and what is there once the controllers have done their part."""

    said: dict[str, str]
    objects: dict[Key, Object]

    def of(self, *verbs: str) -> set[str]:
        return {name for name, verb in self.said.items() if verb in verbs} - SENT_EACH_TIME

    def specs(self) -> dict[Key, Any]:
        return {key: one.get("spec") for key, one in self.objects.items()}


@cache
def history(overlay: str) -> dict[str, Stage]:
    """The first apply, the same again, the next version, and back."""
    with tempfile.TemporaryDirectory() as home, serving(*BUILT_IN, *GKE) as server:
        laptop = Laptop(server, Path(home))
        folder = laptop.overlay(overlay)
        last = shutil.copytree(laptop.tree, laptop.home / "last", symlinks=True) / "overlays" / folder.name

        def stage(applied: Path) -> Stage:
            said = laptop.apply("-k", applied)
            server.settle()
            return Stage(said, copy.deepcopy(server.objects))

        stages = {"first": stage(folder), "again": stage(folder)}
        next_version(folder)
        return stages | {"next": stage(folder), "back": stage(last)}


def next_version(folder: Path) -> None:
    """Another image, settings, one more variable."""
    if folder.name == "gke":
        edit(folder / "site.env", "TAG=1.0.0", "TAG=1.0.1")
    else:
        edit(
            folder / "kustomization.yaml",
            "name: todobot\n    newTag: local",
            "name: todobot\n    newTag: next",
        )
    base = folder.parents[1] / "base"
    edit(base / "linebot-nginx.env", "TRUSTED_PROXIES=", "A_NEW_ONE=1\nTRUSTED_PROXIES=")
    edit(base / "todobot.env", "METRICS_BIND=", "REPLIES_AT_ONCE=128\nMETRICS_BIND=")
    variable = "            - name: DATABASE_URL"
    for name in ("app-server", "worker"):
        edit(base / f"{name}.yaml", variable, f"            - {{name: A, value: b}}\n{variable}")
