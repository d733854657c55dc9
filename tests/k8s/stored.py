"""An object as an API server stores it: in canonical form, with the defaults of its kind.

The defaults are those of pkg/apis/*/v1/defaults.go in kubernetes/kubernetes; of Services also what
pkg/registry/core/service/storage allocates. Pods, and amounts such as 1000m, go through the types in kubectl.
"""

import base64
import copy
import json
import subprocess
from functools import cache
from typing import Any

from tests.k8s.immutable import at
from tests.k8s.rendered import KUBECTL, Object

WITH_PODS = ("Deployment", "StatefulSet", "Job", "CronJob")
#: A variable that no pod has: kubectl prints its typed form of an object when it took something from it.
MARK = "MARK"


def merge(old: Any, patch: Any) -> Any:
    """JSON merge patch, RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    old = old if isinstance(old, dict) else {}
    new = {key: value for key, value in old.items() if key not in patch}
    return new | {key: merge(old.get(key), value) for key, value in patch.items() if value is not None}


def strategic_merge(old: Object, patch: Object) -> Object:
    return kubectl(old, "patch", "--type=strategic", f"--patch={json.dumps(patch)}")


def kubectl(one: Object, *command: str) -> Object:
    """The object as a command of kubectl's would send it, without a server."""
    done = subprocess.run(
        [KUBECTL, *command, "--local", "--filename=-", "--output=json"],
        input=json.dumps(one),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: Object = json.loads(done.stdout)
    return found


def stored(new: Object, old: Object | None, services: list[Object]) -> Object:
    """`old` is what it replaces; `services` are the others, whose addresses are taken."""
    kind, new = new["kind"], copy.deepcopy(new)
    if kind in WITH_PODS:
        new = typed(new)
    else:
        new = new | {key: pruned(new[key]) for key in ("spec",) if key in new}
    if kind in DEFAULTS:
        DEFAULTS[kind](new)
    if kind == "Service":
        allocate(new["spec"], old["spec"] if old else {}, [one["spec"] for one in services])
    if old and "status" in old:
        new["status"] = old["status"]
    return new


def typed(one: Object) -> Object:
    """Its spec as Go's types have it: amounts canonical, empty fields gone."""
    for container in containers(pod(one)["spec"]):
        container["env"] = [*container.get("env", []), {"name": MARK, "value": MARK}]
    bare = {"apiVersion": one["apiVersion"], "kind": one["kind"], "metadata": {"name": "any"}}
    found = one | {"spec": json.loads(printed(json.dumps(bare | {"spec": one["spec"]})))}
    if pod(found)["metadata"].get("creationTimestamp", "") is None:
        del pod(found)["metadata"]["creationTimestamp"]
    return found


@cache
def printed(one: str) -> str:
    return json.dumps(kubectl(json.loads(one), "set", "env", f"{MARK}-")["spec"])


@cache
def amounts(found: str) -> Object:
    """Amounts by name, in canonical form."""
    template = {"spec": {"containers": [{"name": "x", "resources": {"requests": json.loads(found)}}]}}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}, "spec": {"template": template}}
    canonical: Object = pod(typed(job))["spec"]["containers"][0]["resources"]["requests"]
    return canonical


def pruned(value: Any) -> Any:
    """Without what `omitempty` leaves out. An empty object stays: most are pointers, and say `all`."""
    if isinstance(value, list):
        return [pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: pruned(item) for key, item in value.items()}
    # The empty class of a claim is a value: no class.
    return {
        key: item for key, item in kept.items() if item not in (None, "", []) or key == "storageClassName"
    }


def pod(one: Object) -> Object:
    spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
    template: Object = spec["template"]
    template.setdefault("metadata", {})
    return template


def containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def default(target: Object, **values: Any) -> None:
    for key, value in values.items():
        target.setdefault(key, value)


def pod_defaults(spec: Object) -> None:
    default(spec, dnsPolicy="ClusterFirst", restartPolicy="Always", securityContext={})
    default(spec, terminationGracePeriodSeconds=30, schedulerName="default-scheduler")
    if "serviceAccountName" in spec:
        spec["serviceAccount"] = spec["serviceAccountName"]
    for container in containers(spec):
        container_defaults(container)
    for volume in spec.get("volumes", []):
        for source in ("configMap", "secret", "projected", "downwardAPI"):
            if source in volume:
                default(volume[source], defaultMode=0o644)
        if "hostPath" in volume:
            default(volume["hostPath"], type="")


def container_defaults(container: Object) -> None:
    latest = ":" not in container["image"].rpartition("/")[2] or container["image"].endswith(":latest")
    default(container, imagePullPolicy="Always" if latest else "IfNotPresent", resources={})
    default(container, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")
    for port in container.get("ports", []):
        default(port, protocol="TCP")
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        if probe := container.get(name):
            default(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
            if "httpGet" in probe:
                default(probe["httpGet"], path="/", scheme="HTTP")


def deployment(one: Object) -> None:
    spec = one["spec"]
    default(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy={})
    default(spec["strategy"], type="RollingUpdate")
    if spec["strategy"]["type"] == "RollingUpdate":
        default(spec["strategy"], rollingUpdate={})
        default(spec["strategy"]["rollingUpdate"], maxSurge="25%", maxUnavailable="25%")
    pod_defaults(pod(one)["spec"])


def stateful_set(one: Object) -> None:
    spec = one["spec"]
    default(spec, replicas=1, revisionHistoryLimit=10, podManagementPolicy="OrderedReady")
    default(spec, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}})
    default(spec, persistentVolumeClaimRetentionPolicy={"whenDeleted": "Retain", "whenScaled": "Retain"})
    pod_defaults(pod(one)["spec"])


def job(one: Object) -> None:
    """With the labels that an API server gives the pods of a Job, by its uid."""
    spec, uid = one["spec"], one["metadata"]["uid"]
    default(spec, completions=1, parallelism=1, backoffLimit=6, completionMode="NonIndexed", suspend=False)
    default(spec, selector={"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})
    labels = pod(one)["metadata"].setdefault("labels", {})
    labels |= {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": one["metadata"]["name"],
    }
    pod_defaults(pod(one)["spec"])


def cron_job(one: Object) -> None:
    default(one["spec"], concurrencyPolicy="Allow", suspend=False)
    default(one["spec"], successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    pod_defaults(pod(one)["spec"])


def service(one: Object) -> None:
    spec = one["spec"]
    default(spec, type="ClusterIP", sessionAffinity="None", internalTrafficPolicy="Cluster")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        default(spec, externalTrafficPolicy="Cluster")
    for port in spec["ports"]:
        default(port, protocol="TCP", targetPort=port["port"])


def allocate(spec: Object, old: Object, others: list[Object]) -> None:
    """Addresses and node's ports; those that it had before stay."""
    address = old.get("clusterIP") or f"10.96.0.{10 + len(others)}"
    default(spec, clusterIP=address, ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    default(spec, clusterIPs=[spec["clusterIP"]])
    if spec["type"] in ("NodePort", "LoadBalancer"):
        before = {port["port"]: port.get("nodePort") for port in old.get("ports", [])}
        for port in spec["ports"]:
            default(port, nodePort=before.get(port["port"]) or 31000 + len(others))


def volume(one: Object) -> None:
    spec = one["spec"]
    default(spec, persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")
    spec["capacity"] = amounts(json.dumps(spec["capacity"]))
    if "hostPath" in spec:
        default(spec["hostPath"], type="")


def claim(one: Object) -> None:
    default(one["spec"], volumeMode="Filesystem", storageClassName="standard-rwo")
    one["spec"]["resources"]["requests"] = amounts(json.dumps(at(one, "spec.resources.requests")))


def autoscaler(one: Object) -> None:
    default(one["spec"], minReplicas=1)


def network_policy(one: Object) -> None:
    spec = one["spec"]
    default(spec, policyTypes=["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    for rule in (*spec.get("ingress", []), *spec.get("egress", [])):
        for port in rule.get("ports", []):
            default(port, protocol="TCP")


def namespace(one: Object) -> None:
    one["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = one["metadata"]["name"]
    default(one, spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})


def secret(one: Object) -> None:
    default(one, type="Opaque")
    plain = one.pop("stringData", None) or {}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in plain.items()}
    if encoded:
        one["data"] = one.get("data", {}) | encoded


DEFAULTS = {
    "Namespace": namespace,
    "Secret": secret,
    "Service": service,
    "PersistentVolume": volume,
    "PersistentVolumeClaim": claim,
    "Deployment": deployment,
    "StatefulSet": stateful_set,
    "Job": job,
    "CronJob": cron_job,
    "HorizontalPodAutoscaler": autoscaler,
    "NetworkPolicy": network_policy,
}
