"""What a cluster would make of rendered objects: who is selected, a pod's ports, a process's environment."""

import base64
import re
from collections.abc import Iterator
from typing import Any

from tests.k8s.rendered import Object, containers, of_kind, pod

WORKLOADS = ("Deployment", "CronJob")
KINDS = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}


def title(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def workloads(found: list[Object]) -> Iterator[Object]:
    return of_kind(found, *WORKLOADS)


def each_container(found: list[Object]) -> Iterator[tuple[str, Object, Object]]:
    """(what to call it, its workload, the container)."""
    for workload in workloads(found):
        for container in containers(workload):
            yield f"{title(workload)}: {container['name']}", workload, container


def is_sidecar(container: Object) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def long_running(workload: Object) -> list[Object]:
    """Its containers but those that run to their end."""
    spec = pod(workload)["spec"]
    sidecars = [one for one in spec.get("initContainers", []) if is_sidecar(one)]
    return sidecars + (spec["containers"] if workload["kind"] == "Deployment" else [])


def image(container: Object) -> str:
    """Without registry, repository and tag."""
    name: str = container["image"].rpartition("/")[2].partition(":")[0]
    return name


def labels(workload: Object) -> dict[str, str]:
    given: dict[str, str] = pod(workload)["metadata"]["labels"]
    return given


def matches(selector: Object, given: dict[str, str]) -> bool:
    """A label selector; an empty one takes all."""
    assert selector.keys() <= {"matchLabels", "matchExpressions"}, selector
    return all(given.get(name) == value for name, value in selector.get("matchLabels", {}).items()) and all(
        meets(rule, given) for rule in selector.get("matchExpressions", [])
    )


def meets(rule: Object, given: dict[str, str]) -> bool:
    assert rule["operator"] == "In", f"{rule}: teach this test the operator"
    return given.get(rule["key"]) in rule["values"]


def selected(selector: Object, found: list[Object]) -> list[str]:
    """Names of the workloads whose pods it takes."""
    return [one["metadata"]["name"] for one in workloads(found) if matches(selector, labels(one))]


def ports(workload: Object) -> dict[str, int]:
    return {
        port["name"]: port["containerPort"] for one in containers(workload) for port in one.get("ports", [])
    }


def selectors(one: Any) -> Iterator[Object]:
    """All that select pods, anywhere within an object, as label selectors."""
    if isinstance(one, list):
        for each in one:
            yield from selectors(each)
    if isinstance(one, dict):
        for name, value in one.items():
            if name in ("matchLabels", "labelSelector", "podSelector", "selector") and isinstance(
                value, dict
            ):
                yield value
            yield from selectors(value)


def texts(one: Object) -> dict[str, str]:
    """What a ConfigMap or a Secret holds, by key."""
    assert not one.keys() & {"stringData", "binaryData"}, title(one)
    data: dict[str, str] = one.get("data", {})
    secret = one["kind"] == "Secret"
    return {key: base64.b64decode(value).decode() if secret else value for key, value in data.items()}


def holding(found: list[Object], kind: str, name: str) -> dict[str, str]:
    for one in of_kind(found, kind):
        if one["metadata"]["name"] == name:
            return texts(one)
    raise AssertionError(f"there is no {kind} {name}")


def environment(found: list[Object], container: Object) -> dict[str, str]:
    """What the kubelet sets: envFrom, then env in its order, where $(NAME) is what was set before."""
    env: dict[str, str] = {}
    for source in container.get("envFrom", []):
        env |= holding(found, "ConfigMap", source["configMapRef"]["name"])
    for variable in container.get("env", []):
        env[variable["name"]] = expanded(value(found, variable), env)
    return env


def value(found: list[Object], variable: Object) -> str:
    if "value" in variable:
        return str(variable["value"])
    (kind, reference), *more = variable["valueFrom"].items()
    assert not more
    held = holding(found, KINDS[kind], reference["name"])
    assert reference["key"] in held, f"{reference['name']} has no {reference['key']}"
    return held[reference["key"]]


def expanded(text: str, env: dict[str, str]) -> str:
    return re.sub(r"\$\((\w+)\)", lambda name: env.get(name[1], name[0]), text)


def dockerfile_env(text: str) -> dict[str, str]:
    """What the last stage of a Dockerfile sets by ENV."""
    lines = text.rpartition("\nFROM ")[2].replace("\\\n", " ")
    pairs = re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.*)$", lines, re.M)))
    return {name: value.strip('"') for name, value in pairs}
