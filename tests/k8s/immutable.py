"""What an API server refuses to change, as Kubernetes' validation has it.

| kind | said in kubernetes/kubernetes by |
|---|---|
| Deployment | pkg/registry/apps/deployment/strategy.go |
| StatefulSet | pkg/apis/apps/validation/validation.go |
| Job | pkg/apis/batch/validation/validation.go |
| Service, PersistentVolume(Claim), Secret, ConfigMap | pkg/apis/core/validation/validation.go |
| IngressClass | pkg/apis/networking/validation/validation.go |
| StorageClass | pkg/apis/storage/validation/validation.go |
"""

from typing import Any

from tests.k8s.rendered import Object


class Refused(Exception):
    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


#: kind -> paths
NEVER = {
    "Deployment": ("spec.selector",),
    "Job": (
        "spec.selector",
        "spec.template",
        "spec.completions",
        "spec.completionMode",
        "spec.podFailurePolicy",
        "spec.backoffLimitPerIndex",
    ),
    "Service": ("spec.clusterIP", "spec.clusterIPs", "spec.ipFamilies"),
    "PersistentVolume": ("spec.hostPath", "spec.csi", "spec.nfs", "spec.local", "spec.volumeMode"),
    "Secret": ("type",),
    "IngressClass": ("spec.controller",),
    "StorageClass": ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
}
#: kind -> all that may change in its spec
ONLY = {
    "StatefulSet": (
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ),
    "PersistentVolumeClaim": ("resources", "volumeAttributesClassName"),
}
#: Classes whose volumes grow: GKE's. A volume that somebody made by hand does not.
EXPANDABLE = ("standard-rwo", "premium-rwo")
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def check(old: Object, new: Object) -> None:
    """Raises Refused, which names the object and the path."""
    kind, name = old["kind"], old["metadata"]["name"]
    wrong = [path for path in NEVER.get(kind, ()) if at(old, path) != at(new, path)]
    if kind in ONLY:
        rest = [{k: v for k, v in one["spec"].items() if k not in ONLY[kind]} for one in (old, new)]
        wrong += ["spec"] if rest[0] != rest[1] else []
    if old.get("immutable") and any(
        old.get(key) != new.get(key) for key in ("immutable", "data", "binaryData")
    ):
        wrong.append("data")
    if wrong:
        raise Refused(422, "Invalid", f'{kind} "{name}" is invalid: {", ".join(wrong)}: field is immutable')
    if kind == "PersistentVolumeClaim":
        check_size(old, new)


def check_size(old: Object, new: Object) -> None:
    name, before, after = (
        old["metadata"]["name"],
        *(size(at(one, "spec.resources.requests.storage")) for one in (old, new)),
    )
    if after < before or (after > before and not old["spec"].get("volumeName")):
        why = "field can not be less than previous value" if after < before else "the claim is not bound"
        raise Refused(422, "Invalid", f'PersistentVolumeClaim "{name}" is invalid: spec.resources: {why}')
    if after > before and old["spec"]["storageClassName"] not in EXPANDABLE:
        raise Refused(
            403,
            "Forbidden",
            f'persistentvolumeclaims "{name}" is forbidden: only dynamically provisioned pvc can be resized',
        )


def at(one: Object, path: str) -> Any:
    found: Any = one
    for key in path.split("."):
        found = (found or {}).get(key)
    return found


def size(quantity: str) -> int:
    """Bytes; whole ones only."""
    digits = quantity.rstrip("KMGTik")
    return int(digits) * (UNITS[quantity[len(digits) :]] if digits != quantity else 1)
