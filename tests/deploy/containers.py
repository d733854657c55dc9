"""What of a pod's spec becomes the options of `docker run`. A field that is not known here is an error."""

import base64
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.base import ROOT
from tests.k8s.rendered import Object, named

#: What every container has in its environment, with enableServiceLinks off, too.
API = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}

KNOWN = {
    *(
        "name",
        "image",
        "command",
        "args",
        "envFrom",
        "env",
        "ports",
        "lifecycle",
        "resources",
        "volumeMounts",
    ),
    *("startupProbe", "readinessProbe", "livenessProbe", "securityContext", "terminationMessagePolicy"),
}


def docker(*command: str, sent: str | None = None, seconds: float = 120) -> str:
    done = subprocess.run(
        ["docker", *command], cwd=ROOT, input=sent, capture_output=True, text=True, timeout=seconds
    )
    assert done.returncode == 0, f"docker {' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def works(*command: str, seconds: float = 120) -> bool:
    try:
        return subprocess.run(["docker", *command], capture_output=True, timeout=seconds).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def logs(container: str) -> str:
    done = subprocess.run(["docker", "logs", container], capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode()


def options(pod: Object, container: Object, objects: list[Object], disk: Path, own: Path) -> list[str]:
    """`disk` is the node's, `own` the pod's folder."""
    unknown = container.keys() - KNOWN
    assert not unknown, unknown
    found = rights(pod["securityContext"] | container["securityContext"]) + limits(container["resources"])
    for name, value in environment(container, objects).items():
        found += ["--env", f"{name}={value}"]
    for mount in container.get("volumeMounts", []):
        assert mount.keys() == {"name", "mountPath"}
        (volume,) = (one for one in pod["volumes"] if one["name"] == mount["name"])
        found += ["--volume", source(volume, objects, disk, own) + ":" + mounted(volume, mount)]
    return found


def words(container: Object, objects: list[Object]) -> tuple[list[str], list[str]]:
    """The entrypoint, empty if it is the image's own, and what comes after the image."""
    known = environment(container, objects)
    command, args = (
        [expanded(word, known) for word in container.get(key, [])] for key in ("command", "args")
    )
    return (["--entrypoint", command[0]] if command else []), command[1:] + args


def environment(container: Object, objects: list[Object]) -> dict[str, str]:
    known = dict(API)
    for reference in container.get("envFrom", []):
        known |= named(objects, "ConfigMap", reference["configMapRef"]["name"])["data"]
    for variable in container.get("env", []):
        if "value" in variable:
            known[variable["name"]] = expanded(variable["value"], known)
        else:
            asked = variable["valueFrom"]["secretKeyRef"]
            secret = named(objects, "Secret", asked["name"])["data"][asked["key"]]
            known[variable["name"]] = base64.b64decode(secret).decode()
    return known


def expanded(text: str, known: dict[str, str]) -> str:
    """$(NAME) is the variable's value if there is one before it, $$ is $."""

    def value(found: re.Match[str]) -> str:
        return "$" if found[0] == "$$" else known.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([A-Za-z_][\w.-]*)\)", value, text)


def rights(told: dict[str, Any]) -> list[str]:
    assert told.pop("runAsNonRoot") is True
    assert told.pop("allowPrivilegeEscalation") is False
    # What Docker does by itself.
    assert told.pop("seccompProfile") == {"type": "RuntimeDefault"}
    told.pop("fsGroupChangePolicy", None)
    found = [
        "--security-opt",
        "no-new-privileges",
        "--user",
        f"{told.pop('runAsUser')}:{told.pop('runAsGroup')}",
    ]
    found += ["--group-add", str(told.pop("fsGroup"))] if "fsGroup" in told else []
    found += ["--read-only"] if told.pop("readOnlyRootFilesystem") else []
    for capability in told.pop("capabilities")["drop"]:
        found += ["--cap-drop", capability]
    assert not told, told
    return found


def limits(resources: dict[str, Any]) -> list[str]:
    most = resources["limits"]
    assert most.keys() == {"cpu", "memory"}
    cpu = most["cpu"]
    memory = size(most["memory"])
    cores = str(int(cpu[:-1]) / 1000) if cpu.endswith("m") else cpu
    return ["--memory", memory, "--memory-swap", memory, "--cpus", cores]


def size(quantity: str) -> str:
    """Docker's letters."""
    assert re.fullmatch(r"\d+[MG]i", quantity), quantity
    return quantity[:-1].lower()


def source(volume: Object, objects: list[Object], disk: Path, own: Path) -> str:
    if "persistentVolumeClaim" not in volume:
        return str(own / volume["name"])
    claim = named(objects, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
    bound = named(objects, "PersistentVolume", claim["spec"]["volumeName"])
    return f"{disk}{bound['spec']['hostPath']['path']}"


def mounted(volume: Object, mount: Object) -> str:
    return str(mount["mountPath"]) + (":ro" if "configMap" in volume else "")


def write(files: dict[str, str], folder: Path) -> None:
    """A ConfigMap's: links, so that all of them could be exchanged at once, and readable for everybody."""
    (folder / "..1").mkdir(parents=True)
    (folder / "..data").symlink_to("..1")
    for name, text in files.items():
        (folder / "..1" / name).write_text(text)
        (folder / "..1" / name).chmod(0o644)
        (folder / name).symlink_to(f"..data/{name}")
