"""k8s/overlays/local/load, with stand-ins for the tools, which write down how they are called."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.base import ROOT
from tests.k8s.laptop import Laptop
from tests.k8s.rendered import KUBECTL, named, overlay

LOAD = ROOT / "k8s/overlays/local/load"
IMAGES = "todobot:local todobot-nginx:local todobot-simulator:local"
BUILDS = [
    "docker build --tag todobot:local .",
    "docker build --tag todobot-simulator:local --target simulator .",
    "docker build --tag todobot-nginx:local nginx",
]
#: Answers by what the environment says; a call is a line of words between unit separators.
STAND_IN = r"""#!/bin/sh
name=${0##*/}
{ printf '%s' "$name${DOCKER_HOST:+@$DOCKER_HOST}"; printf '\037%s' "$@" | tr '\n' ' '; echo; } >>"$CALLS"
case "$name $*" in
  "kubectl config current-context") echo "$CONTEXT" ;;
  "kubectl get nodes --output name") printf '%s\n' $NODES ;;
  "kubectl get nodes "*) echo "$RUNTIMES" ;;
  "kubectl get deployments "*) printf '%s\n' $DEPLOYED ;;
  "minikube "*" status") exit "$MINIKUBE" ;;
  "minikube "*" docker-env "*) echo 'export DOCKER_HOST="tcp://node:2376"' ;;
  "$FAILS"*) exit 1 ;;
esac
"""


class Tools:
    def __init__(self, folder: Path) -> None:
        self.calls = folder / "calls"
        self.calls.touch()
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ("docker", "k3d", "kind", "kubectl", "minikube"):
            (self.bin / name).write_text(STAND_IN)
            (self.bin / name).chmod(0o755)

    def load(self, context: str, **said: str) -> subprocess.CompletedProcess[str]:
        known = {"RUNTIMES": "containerd://2.1.1", "NODES": "node/one", "DEPLOYED": "", "MINIKUBE": "85"}
        env = {"PATH": f"{self.bin}:{os.environ['PATH']}", "CALLS": str(self.calls), "CONTEXT": context}
        return subprocess.run(
            ["bash", LOAD],
            env=env | known | {"FAILS": "nothing"} | said,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def called(self) -> list[list[str]]:
        return [line.split("\x1f") for line in self.calls.read_text().splitlines()]

    def did(self) -> list[str]:
        """What changes anything; the pods that make folders as `folders on <node>`."""
        asks = re.compile(r"config current-context|get |--profile \S+ (status|docker-env)")
        calls = [(name, " ".join(words)) for name, *words in self.called()]
        return [
            f"folders on {node_of(words)}" if words.startswith("run ") else f"{name} {words}"
            for name, words in calls
            if not asks.match(words)
        ]


def node_of(words: str) -> str:
    node: str = json.loads(words[words.index("{") :])["spec"]["nodeName"]
    return node


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


LOADED = [
    ("kind-kind", {}, [*BUILDS, f"kind load docker-image --name kind {IMAGES}"]),
    ("kind-of-mine", {}, [*BUILDS, f"kind load docker-image --name of-mine {IMAGES}"]),
    ("k3d-mine", {}, [*BUILDS, f"k3d image import --cluster mine {IMAGES}"]),
    ("docker-desktop", {"RUNTIMES": "docker://28.0.1"}, BUILDS),
    (
        "mine",
        {"MINIKUBE": "0", "RUNTIMES": "docker://28.0.1"},
        [build.replace("docker ", "docker@tcp://node:2376 ") for build in BUILDS],
    ),
    ("mine", {"MINIKUBE": "0"}, [*BUILDS, f"minikube --profile mine image load {IMAGES}"]),
    (
        "mine",
        {"MINIKUBE": "0", "RUNTIMES": "docker://28.0.1 docker://28.0.1"},
        [*BUILDS, f"minikube --profile mine image load {IMAGES}"],
    ),
]


@pytest.mark.parametrize(("context", "said", "expected"), LOADED)
def test_images_are_built_and_brought_to_the_cluster_of_the_context(
    tools: Tools, context: str, said: dict[str, str], expected: list[str]
) -> None:
    done = tools.load(context, **said)
    assert (done.returncode, done.stderr) == (0, "")
    assert tools.did()[:-1] == expected
    assert done.stdout.endswith("Next: kubectl apply -k k8s/overlays/local\n")


def test_each_node_gets_the_folders_after_the_images(tools: Tools) -> None:
    tools.load("kind-kind", NODES="node/one node/two")
    assert tools.did()[-2:] == ["folders on one", "folders on two"]


def test_what_runs_already_starts_anew_with_the_new_images(tools: Tools) -> None:
    tools.load("kind-kind", DEPLOYED="deployment.apps/app-server deployment.apps/worker")
    assert tools.did()[-2:] == [
        "kubectl rollout restart deployment.apps/app-server --namespace todobot",
        "kubectl rollout restart deployment.apps/worker --namespace todobot",
    ]


@pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
def test_all_deployments_with_our_images_start_anew(tools: Tools) -> None:
    tools.load("kind-kind")
    [asked] = [words for _, *words in tools.called() if words[:2] == ["get", "deployments"]]
    ours = {
        one["metadata"]["name"]
        for one in overlay("local")
        if one["kind"] == "Deployment" and ":local" in json.dumps(one)
    }
    assert {*asked[2 : asked.index("--namespace")]} == ours


@pytest.mark.parametrize(
    ("context", "said", "message"),
    [
        ("gke_project_region_cluster", {}, "'gke_project_region_cluster', which is no cluster of kind"),
        ("docker-desktop", {}, "Choose kubeadm"),
    ],
)
def test_another_cluster_is_refused_before_anything_is_done(
    tools: Tools, context: str, said: dict[str, str], message: str
) -> None:
    done = tools.load(context, **said)
    assert done.returncode == 1
    assert message in done.stderr
    assert tools.did() == []


@pytest.mark.parametrize(
    ("fails", "done"),
    [
        ("docker build --tag todobot:local", 1),
        ("docker build --tag todobot-nginx", 3),
        ("kind load", 4),
        ("kubectl run", 5),
    ],
)
def test_what_fails_ends_it(tools: Tools, fails: str, done: int) -> None:
    assert tools.load("kind-kind", FAILS=fails, DEPLOYED="deployment.apps/worker").returncode == 1
    assert len(tools.did()) == done


@pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
def test_the_folders_are_those_of_the_volumes(tools: Tools, laptop: Laptop) -> None:
    """As the real kubectl reads the call."""
    tools.load("kind-kind")
    [run] = [words for _, *words in tools.called() if words[0] == "run"]
    flags = [word for word in run if word not in ("--rm", "--attach", "--quiet")]
    made = laptop.kubectl(*flags, "--dry-run=client", "--output=json")
    assert made.returncode == 0, made.stderr
    spec: dict[str, Any] = json.loads(made.stdout)["spec"]
    folder = spec["volumes"][0]["hostPath"]["path"]
    [container] = spec["containers"]
    named_there = container["command"][2].partition("mkdir -p ")[2].partition(" &&")[0].split()
    volumes = [
        one["spec"]["hostPath"]["path"] for one in overlay("local") if one["kind"] == "PersistentVolume"
    ]
    assert {f"{folder}/{name}" for name in named_there} == {*volumes}
    database = named(overlay("local"), "Deployment", "mysql-db")["spec"]["template"]["spec"][
        "securityContext"
    ]
    assert f"chown {database['runAsUser']}:{database['fsGroup']} " in container["command"][2]


def test_the_folders_are_made_for_their_owner_alone(tools: Tools, tmp_path: Path) -> None:
    """The command itself, but for what only root may."""
    tools.load("kind-kind")
    [run] = [words for _, *words in tools.called() if words[0] == "run"]
    command = json.loads(run[run.index("--overrides") + 1])["spec"]["containers"][0]["command"]
    (tools.bin / "chown").symlink_to(shutil.which("true") or "")
    node = tmp_path / "node"
    node.mkdir()
    for _ in range(2):
        script = command[2].replace("/node", str(node))
        env = {"PATH": f"{tools.bin}:{os.environ['PATH']}"}
        subprocess.run([*command[:2], script], check=True, timeout=60, env=env)
    assert {one.name: oct(one.stat().st_mode)[-3:] for one in node.iterdir()} == {
        "mysql": "700",
        "backup": "700",
    }


def test_kind_publishes_the_ports_that_the_overlay_has() -> None:
    [node] = yaml.safe_load((ROOT / "k8s/overlays/local/kind.yaml").read_text())["nodes"]
    published = {
        (port["containerPort"], port["hostPort"], port["listenAddress"]) for port in node["extraPortMappings"]
    }
    asked = yaml.safe_load_all((ROOT / "k8s/overlays/local/node-ports.yaml").read_text())
    ports = {port["nodePort"] for one in asked for port in one["spec"]["ports"]}
    assert published == {(port, port, "127.0.0.1") for port in ports}
