"""k8s/README.md: its commands are well-formed, and what they name exists."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.e2e.base import BIN, ROOT
from tests.k8s import readme, rendered
from tests.k8s.readme import Command

pytestmark = pytest.mark.skipif(not rendered.KUBECTL, reason="needs kubectl")

K8S = ROOT / "k8s"
KINDS = {
    "cronjob": "CronJob",
    "deployment": "Deployment",
    "hpa": "HorizontalPodAutoscaler",
    "ingress": "Ingress",
    "managedcertificate": "ManagedCertificate",
    "pvc": "PersistentVolumeClaim",
    "services": "Service",
    "service": "Service",
    "secrets": "Secret",
}
#: What only a cluster has.
NOT_OURS = {"pod", "pods", "node/docker-desktop"}
#: They need none: these read files, and the node's pod is nobody's.
WITHOUT_NAMESPACE = {"-k", "--local", "--profile"}


@cache
def everything() -> list[rendered.Object]:
    return [*rendered.overlay("local"), *rendered.overlay("gke"), *rendered.base("cloud-sql")]


def exists(kind: str, name: str = "") -> bool:
    found = [one for one in everything() if one["kind"] == KINDS[kind]]
    return any(name in ("", one["metadata"]["name"]) for one in found)


def ours() -> list[Command]:
    return [command for command in readme.commands("kubectl") if command.namespace in ("", "todobot")]


def created() -> set[str]:
    return {command.after_verb[0] for command in ours() if command.verb == "create job"}


def mentions(command: Command) -> list[str]:
    """`kind/name` of each object that it is about, or `kind`."""
    words = [word for word in command.after_verb if not re.fullmatch(r"\d+:\d+|[A-Z]+=.*", word)]
    if command.verb == "create job":
        return [command.flags["--from"]]
    if len(words) == 2 and "/" not in words[0]:
        return ["/".join(words)]
    return [kind for word in words for kind in word.split(",")]


def test_each_block_is_sound_shell() -> None:
    for block in readme.blocks():
        subprocess.run(["bash", "-n"], input=block, text=True, check=True, timeout=30)
        # 1091: site.env is not here. 2016: single quotes keep a variable for the container.
        lint = [str(BIN / "shellcheck"), "--shell=bash", "--exclude=SC1091,SC2016,SC2154", "-"]
        found = subprocess.run(lint, input=block, text=True, capture_output=True, timeout=60)
        assert found.stdout == ""


def site() -> set[str]:
    return set(re.findall(r"^(\w+)=", (K8S / "overlays/gke/site.env.example").read_text(), re.M))


def test_each_variable_is_in_site_env_or_set_on_the_spot() -> None:
    for block in readme.blocks():
        here = re.sub(r"'[^']*'", "", block)
        set_here = set(re.findall(r"^(?:for )?(\w+)(?:=| in )", here, re.M))
        assert set(re.findall(r"\$\{?(\w+)", here)) <= site() | set_here


@cache
def flags(*verb: str) -> str:
    asked = [*verb, "--help"], ["options"]
    return "".join(
        subprocess.run(
            [rendered.KUBECTL, *args], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        for args in asked
    )


def test_kubectl_knows_each_flag() -> None:
    for command in readme.commands("kubectl"):
        known = flags(*command.verb.split())
        for flag in command.flags:
            wanted = [f"{flag}="] if flag.startswith("--") else [f"-{letter}, --" for letter in flag[1:]]
            assert [one for one in wanted if one not in known] == [], command


def test_each_object_is_in_an_overlay() -> None:
    for command in ours():
        for mention in mentions(command):
            kind, _, name = mention.partition("/")
            if kind == "job":
                assert name in created(), command
            elif mention not in NOT_OURS:
                assert exists(kind, name), command


def test_each_container_is_in_its_pod() -> None:
    chosen = [command for command in ours() if "--container" in command.flags]
    for command in chosen:
        kind, name = command.after_verb[0].split("/")
        names = [one["name"] for one in rendered.containers(rendered.named(everything(), KINDS[kind], name))]
        assert command.flags["--container"] in names


def test_each_command_says_its_namespace() -> None:
    for command in readme.commands("kubectl"):
        assert command.namespace or command.flags.keys() & WITHOUT_NAMESPACE or command.piped, command


def test_each_selector_finds_pods() -> None:
    apps = {
        rendered.pod(one)["metadata"]["labels"]["app"] for one in rendered.of_kind(everything(), "Deployment")
    }
    for command in ours():
        selector = command.flags.get("--selector", "")
        chosen = re.fullmatch(r"app=(\S+)|app in \((.+)\)", selector)
        assert bool(chosen) == bool(selector)
        if chosen:
            assert set((chosen[1] or chosen[2]).split(", ")) <= apps


def rolled_out(timeout: str) -> list[set[str]]:
    """The Deployments of each loop with this timeout."""
    loops = (loop for block in readme.blocks() for loop in readme.LOOP.finditer(block))
    return [set(loop[2].split()) for loop in loops if f"--timeout={timeout}" in loop[3]]


def test_the_first_start_waits_for_all_deployments() -> None:
    for overlay, timeout in (("local", "10m"), ("gke", "15m")):
        there = {one["metadata"]["name"] for one in rendered.of_kind(rendered.overlay(overlay), "Deployment")}
        assert rolled_out(timeout)[0] == there


def piped_into(verb: str) -> Command:
    return next(command for command in ours() if command.piped and command.verb == verb)


@pytest.mark.parametrize(
    ("cronjob", "verb", "field", "value"),
    [
        ("mysql-backup", "patch", "command", ["sleep", "3600"]),
        ("mysql-restore", "set env", "env", {"name": "BACKUP", "value": "todobot-20261123T174700Z.sql.gz"}),
    ],
)
def test_a_job_becomes_what_the_pipe_makes_of_it(cronjob: str, verb: str, field: str, value: object) -> None:
    spec = rendered.named(everything(), "CronJob", cronjob)["spec"]["jobTemplate"]["spec"]
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": spec}
    words = [rendered.KUBECTL, *piped_into(verb).words[1:]]
    ran = subprocess.run(
        words, input=yaml.safe_dump(job), capture_output=True, text=True, check=True, timeout=60
    )
    (container,) = yaml.safe_load(ran.stdout)["spec"]["template"]["spec"]["containers"]
    assert value == container[field] or value in container[field]


def test_variables_within_a_container_are_there() -> None:
    (mysql,) = rendered.pod(rendered.named(everything(), "Deployment", "mysql-db"))["spec"]["containers"]
    for command in ours():
        used = set(re.findall(r"\$(\w+)", " ".join(command.inner))) - site()
        assert used <= {one["name"] for one in mysql["env"]}
        assert not used or command.after_verb == ["deployment/mysql-db"]


def test_commands_of_manage_py_exist() -> None:
    run = {command.inner[2] for command in ours() if command.inner[:2] == ("python", "manage.py")}
    assert run == {"createsuperuser", "import_itemtable", "line_setup"} <= get_commands().keys()


def test_files_and_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", readme.TEXT)
    folders = re.findall(r"`((?:base|components|overlays)/[^`]*)`", readme.TEXT)
    paths = re.findall(r"(?<![\w/])k8s/[\w./-]+", readme.TEXT)
    made = {"overlays/gke/site.env", "overlays/gke/secrets.env"}
    named = {Path(path) for path in (*links, *folders, *(path.removeprefix("k8s/") for path in paths))}
    assert links
    assert folders
    assert paths
    assert [str(path) for path in named if not (K8S / path).exists() and str(path) not in made] == []
