"""Pods pass the `restricted` Pod Security Standard, and more: they write nowhere but where they must.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.k8s.meaning import each_container, image, title, workloads
from tests.k8s.rendered import Object, containers, named, of_kind, pod

#: Where each image writes: what is mounted there is in memory or on the node, or a volume.
WRITES = {
    "todobot": {"/tmp"},
    "todobot-nginx": {"/tmp"},
    "todobot-simulator": set(),
    "mysql": {"/tmp", "/var/run/mysqld", "/var/lib/mysql", "/backup"},
    "cloud-sql-proxy": set(),
}
#: Images and what their tag looks like. Ours have one of the overlay's; others are of a version.
TAGS = {
    "todobot": r"local|\d+\.\d+\.\d+",
    "todobot-nginx": r"local|\d+\.\d+\.\d+",
    "todobot-simulator": r"local",
    "mysql": r"8\.4",
    "cloud-sql-proxy": r"2\.\d+\.\d+",
}
#: uid of the user in each image, to which its files are readable.
USERS = {"todobot": 10001, "todobot-simulator": 10001, "todobot-nginx": 101, "mysql": 999}
VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def within(one: Any, *path: str) -> Any:
    for name in path:
        one = one.get(name) or {}
    return one


def either(spec: Object, container: Object, *path: str) -> Any:
    """What a container says of its security, else what the pod says for all."""
    return within(container, "securityContext", *path) or within(spec, "securityContext", *path)


#: control of the standard -> whether a container, in a pod with this spec, passes it.
CONTROLS: dict[str, Callable[[Object, Object], bool]] = {
    # Baseline.
    "HostProcess": lambda spec, one: not either(spec, one, "windowsOptions", "hostProcess"),
    "Host namespaces": lambda spec, _: not spec.keys() & {"hostNetwork", "hostPID", "hostIPC"},
    "Privileged containers": lambda _, one: not within(one, "securityContext", "privileged"),
    "Host ports": lambda _, one: all("hostPort" not in port for port in one.get("ports", [])),
    "Host probes": lambda _, one: not re.search(r"'host': ", str(one)),
    "AppArmor": lambda spec, one: either(spec, one, "appArmorProfile", "type") in ({}, "RuntimeDefault"),
    "SELinux": lambda spec, one: not either(spec, one, "seLinuxOptions"),
    "/proc mount type": lambda _, one: within(one, "securityContext", "procMount") in ({}, "Default"),
    "Sysctls": lambda spec, _: not within(spec, "securityContext", "sysctls"),
    # Restricted.
    "Volume types": lambda spec, _: all(
        volume.keys() - {"name"} <= VOLUMES for volume in spec.get("volumes", [])
    ),
    "Privilege escalation": lambda _, one: one["securityContext"].get("allowPrivilegeEscalation") is False,
    "Running as non-root": lambda spec, one: (
        either(spec, one, "runAsNonRoot") is True
        and within(one, "securityContext").get("runAsNonRoot") is not False
    ),
    "Running as non-root user": lambda spec, one: (
        0 not in (within(one, "securityContext").get("runAsUser"), spec["securityContext"].get("runAsUser"))
    ),
    "Seccomp": lambda spec, one: either(spec, one, "seccompProfile", "type") == "RuntimeDefault",
    "Capabilities": lambda _, one: one["securityContext"].get("capabilities") == {"drop": ["ALL"]},
}


@pytest.mark.parametrize("control", CONTROLS)
def test_pods_are_restricted(found: list[Object], control: str) -> None:
    passes = CONTROLS[control]
    failing = [
        where for where, one, container in each_container(found) if not passes(pod(one)["spec"], container)
    ]
    assert failing == []


def test_the_namespace_asks_for_restricted_pods(found: list[Object]) -> None:
    asked = named(found, "Namespace", "todobot")["metadata"]["labels"]
    modes = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    assert modes.items() <= asked.items()


def test_everything_is_in_the_namespace(shipped: list[Object]) -> None:
    of_the_cluster = {"Namespace", "PersistentVolume"}
    for one in shipped:
        assert one["metadata"].get("namespace") == (None if one["kind"] in of_the_cluster else "todobot"), (
            title(one)
        )


def test_the_root_file_system_is_read_only(found: list[Object]) -> None:
    writable = [
        where
        for where, _, one in each_container(found)
        if one["securityContext"].get("readOnlyRootFilesystem") is not True
    ]
    assert writable == []


def test_no_pod_is_given_a_token_of_the_cluster(found: list[Object]) -> None:
    for one in workloads(found):
        assert pod(one)["spec"]["automountServiceAccountToken"] is False, title(one)
    for one in of_kind(found, "ServiceAccount"):
        assert one["automountServiceAccountToken"] is False


def test_services_are_not_told_as_variables(found: list[Object]) -> None:
    for one in workloads(found):
        assert pod(one)["spec"]["enableServiceLinks"] is False, title(one)


def test_a_pod_runs_as_the_user_of_its_image(found: list[Object]) -> None:
    for workload in workloads(found):
        context = pod(workload)["spec"]["securityContext"]
        users = {USERS.get(image(one), context["runAsUser"]) for one in containers(workload)}
        assert users == {context["runAsUser"]} == {context["runAsGroup"]}, title(workload)
        assert context.get("fsGroup", context["runAsUser"]) == context["runAsUser"], title(workload)


def test_images_are_known_and_pinned(shipped: list[Object]) -> None:
    for where, _, container in each_container(shipped):
        tag = container["image"].rpartition("/")[2].partition(":")[2]
        assert re.fullmatch(TAGS[image(container)], tag), f"{where}: {container['image']}"
        # A tag is never moved, and a laptop's cluster has images that are in no registry.
        assert "imagePullPolicy" not in container, where


def test_a_container_may_write_only_where_it_must(found: list[Object]) -> None:
    for where, workload, container in each_container(found):
        kinds = {volume["name"]: volume for volume in pod(workload)["spec"].get("volumes", [])}
        for mount in container.get("volumeMounts", []):
            if not mount.get("readOnly") and "configMap" not in kinds[mount["name"]]:
                assert mount["mountPath"] in WRITES[image(container)], where


def test_what_is_written_for_a_moment_has_an_end(found: list[Object]) -> None:
    for workload in workloads(found):
        for volume in pod(workload)["spec"].get("volumes", []):
            if "emptyDir" in volume:
                assert re.fullmatch(r"\d+[MG]i", volume["emptyDir"].get("sizeLimit", "")), title(workload)
