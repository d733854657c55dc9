"""What `kubectl kustomize` makes of the overlays and of base with components, in a copy of k8s/."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.base import ROOT

#: An object as it would be sent to the cluster.
Object = dict[str, Any]

KUBECTL = shutil.which("kubectl") or ""
COMPONENTS = ("mysql", "cloud-sql", "simulator", "network-policy", "monitoring")
OVERLAYS = ("local", "gke")
#: The gke overlay with the one line changed that its comment speaks of.
CLOUD_SQL = "gke with cloud-sql"
#: What is really deployed, and so complete.
DEPLOYED = (*OVERLAYS, CLOUD_SQL)
#: Every component with every other.
COMBINATIONS = [chosen for count in range(6) for chosen in combinations(COMPONENTS, count)]
VARIANTS = (*DEPLOYED, *("+".join(("base", *chosen)) for chosen in COMBINATIONS))


@cache
def tree() -> Path:
    """A copy of k8s/ with the files that a person makes from the examples; removed at the end."""
    copy = tempfile.TemporaryDirectory(prefix="k8s-")
    tree.folder = copy  # type: ignore[attr-defined]
    root = Path(copy.name) / "k8s"
    shutil.copytree(ROOT / "k8s", root, symlinks=True)
    gke = root / "overlays/gke"
    shutil.copy(gke / "site.env.example", gke / "site.env")
    (gke / "secrets.env").write_text(filled_in((gke / "secrets.env.example").read_text()))
    return root


def filled_in(secrets: str) -> str:
    """Each as `openssl rand -hex 32` would, but always the same."""
    return re.sub(
        r"^(\w+)=$", lambda line: line[0] + hashlib.sha256(line[1].encode()).hexdigest(), secrets, flags=re.M
    )


def kustomize(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([KUBECTL, "kustomize", folder], capture_output=True, text=True, timeout=60)


def objects(folder: Path) -> list[Object]:
    done = kustomize(folder)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.load_all(done.stdout, yaml.CSafeLoader) if one]


@cache
def overlay(name: str) -> list[Object]:
    return objects(folder_of(name))


def folder_of(name: str) -> Path:
    """That of an overlay, or of the gke overlay with cloud-sql in mysql's place."""
    folder = tree() / "overlays" / name
    if name == CLOUD_SQL and not folder.exists():
        shutil.copytree(tree() / "overlays/gke", folder, symlinks=True)
        list_ = folder / "kustomization.yaml"
        assert "- ../../components/mysql\n" in list_.read_text()
        list_.write_text(list_.read_text().replace("components/mysql\n", "components/cloud-sql\n"))
    return folder


def variant(name: str) -> list[Object]:
    return overlay(name) if name in DEPLOYED else base(*name.split("+")[1:])


@cache
def base(*components: str) -> list[Object]:
    """base alone, or with components."""
    folder = Path(tempfile.mkdtemp(prefix="with-", dir=tree()))
    kustomization = {
        "resources": ["../base"],
        "components": [f"../components/{component}" for component in components],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    return objects(folder)


def of_kind(found: list[Object], *kinds: str) -> Iterator[Object]:
    return (one for one in found if one["kind"] in kinds)


def named(found: list[Object], kind: str, name: str) -> Object:
    """Generated names are found without the hash at their end."""
    for one in of_kind(found, kind):
        full = one["metadata"]["name"]
        if full == name or (kind in ("ConfigMap", "Secret") and full.rpartition("-")[0] == name):
            return one
    raise AssertionError(f"no {kind} {name}")


def pod(workload: Object) -> Object:
    """The pod template of a Deployment, Job or CronJob."""
    spec = workload["spec"]
    template: Object = (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]
    return template


def containers(workload: Object) -> list[Object]:
    """All of them, in the order in which they start."""
    spec = pod(workload)["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def write(folder: Path) -> None:
    """What is deployed, a file for each overlay, for tools that read manifests."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEPLOYED:
        done = kustomize(folder_of(name))
        assert done.returncode == 0, done.stderr
        (folder / f"{name}.yaml").write_text(done.stdout)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
