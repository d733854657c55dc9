"""What a cluster's controllers write into objects that somebody applied: the next apply leaves it alone."""

from typing import Any

from tests.k8s.rendered import Object

#: More than any autoscaler's minimum.
BUSY = 4
#: kind -> what a controller adds; Ingress, Service and ManagedCertificate as GKE's do.
NOTES: dict[str, Object] = {
    "Deployment": {
        "metadata": {"annotations": {"deployment.kubernetes.io/revision": "1"}},
        # Of `kubectl rollout restart`.
        "spec": {
            "template": {
                "metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}
            }
        },
        "status": {"observedGeneration": 1, "readyReplicas": 1},
    },
    "CronJob": {"status": {"lastScheduleTime": "2026-01-01T00:00:00Z"}},
    "HorizontalPodAutoscaler": {"status": {"currentReplicas": BUSY, "desiredReplicas": BUSY}},
    "PodDisruptionBudget": {"status": {"disruptionsAllowed": 1}},
    "PersistentVolume": {
        "metadata": {
            "annotations": {"pv.kubernetes.io/bound-by-controller": "yes"},
            "finalizers": ["kubernetes.io/pv-protection"],
        },
        "status": {"phase": "Bound"},
    },
    "PersistentVolumeClaim": {
        "metadata": {
            "annotations": {
                "pv.kubernetes.io/bind-completed": "yes",
                "volume.kubernetes.io/selected-node": "node-1",
                "volume.kubernetes.io/storage-provisioner": "pd.csi.storage.gke.io",
            },
            "finalizers": ["kubernetes.io/pvc-protection"],
        },
        "status": {"phase": "Bound"},
    },
    "Ingress": {
        "metadata": {
            "annotations": {
                "ingress.gcp.kubernetes.io/pre-shared-cert": "mcrt-1",
                "ingress.kubernetes.io/backends": '{"k8s1-1": "HEALTHY"}',
                "ingress.kubernetes.io/forwarding-rule": "k8s2-fr-1",
                "ingress.kubernetes.io/https-forwarding-rule": "k8s2-fs-1",
                "ingress.kubernetes.io/ssl-cert": "mcrt-1",
                "ingress.kubernetes.io/url-map": "k8s2-um-1",
            },
            "finalizers": ["networking.gke.io/ingress-finalizer-V2"],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}},
    },
    "ManagedCertificate": {"status": {"certificateName": "mcrt-1", "certificateStatus": "Active"}},
    "PodMonitoring": {"status": {"observedGeneration": 1}},
    "Rules": {"status": {"observedGeneration": 1}},
}
NEG_STATUS: Object = {
    "metadata": {"annotations": {"cloud.google.com/neg-status": '{"network_endpoint_groups":{}}'}}
}

Objects = dict[tuple[str, str], Object]


def settle(objects: Objects) -> None:
    """Objects by kind and name."""
    for (kind, name), one in objects.items():
        add(one, NOTES.get(kind, {}))
        if "cloud.google.com/neg" in one["metadata"].get("annotations", {}):
            add(one, NEG_STATUS)
        if kind == "HorizontalPodAutoscaler":
            target = one["spec"]["scaleTargetRef"]
            objects[target["kind"], target["name"]]["spec"]["replicas"] = BUSY
        if kind == "PersistentVolumeClaim":
            bind(one, objects.get(("PersistentVolume", one["spec"].setdefault("volumeName", f"pvc-{name}"))))


def bind(claim: Object, volume: Object | None) -> None:
    """A volume that was made by hand is told whose it is."""
    if volume:
        reference = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "resourceVersion": "1"}
        for key in ("name", "namespace", "uid"):
            reference[key] = claim["metadata"][key]
        volume["spec"]["claimRef"] = reference


def add(one: Any, notes: Any) -> None:
    for key, value in notes.items():
        if isinstance(value, dict):
            add(one.setdefault(key, {}), value)
        else:
            one[key] = value
