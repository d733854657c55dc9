"""The kinds that a cluster has, and how it tells kubectl of them."""

from dataclasses import dataclass

from tests.k8s.rendered import Object


@dataclass(frozen=True)
class Kind:
    name: str
    #: Of a group, or `v1`.
    version: str
    plural: str
    namespaced: bool = True
    #: Defined by a cluster's owner: no strategic merge, no defaults.
    custom: bool = False

    @property
    def root(self) -> str:
        return f"/{'apis' if '/' in self.version else 'api'}/{self.version}"


BUILT_IN = (
    Kind("Namespace", "v1", "namespaces", namespaced=False),
    Kind("Pod", "v1", "pods"),
    Kind("ServiceAccount", "v1", "serviceaccounts"),
    Kind("ConfigMap", "v1", "configmaps"),
    Kind("Secret", "v1", "secrets"),
    Kind("Service", "v1", "services"),
    Kind("PersistentVolume", "v1", "persistentvolumes", namespaced=False),
    Kind("PersistentVolumeClaim", "v1", "persistentvolumeclaims"),
    Kind("Deployment", "apps/v1", "deployments"),
    Kind("StatefulSet", "apps/v1", "statefulsets"),
    Kind("Job", "batch/v1", "jobs"),
    Kind("CronJob", "batch/v1", "cronjobs"),
    Kind("HorizontalPodAutoscaler", "autoscaling/v2", "horizontalpodautoscalers"),
    Kind("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets"),
    Kind("Ingress", "networking.k8s.io/v1", "ingresses"),
    Kind("IngressClass", "networking.k8s.io/v1", "ingressclasses", namespaced=False),
    Kind("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies"),
    Kind("StorageClass", "storage.k8s.io/v1", "storageclasses", namespaced=False),
)
#: What only GKE has.
GKE = (
    Kind("ManagedCertificate", "networking.gke.io/v1", "managedcertificates", custom=True),
    Kind("FrontendConfig", "networking.gke.io/v1beta1", "frontendconfigs", custom=True),
    Kind("BackendConfig", "cloud.google.com/v1", "backendconfigs", custom=True),
    Kind("PodMonitoring", "monitoring.googleapis.com/v1", "podmonitorings", custom=True),
    Kind("Rules", "monitoring.googleapis.com/v1", "rules", custom=True),
)


def discovery(kinds: tuple[Kind, ...], path: str) -> Object | None:
    """What kubectl asks before anything else: groups, and the kinds in each."""
    versions = sorted({kind.version for kind in kinds if "/" in kind.version})
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups: dict[str, list[Object]] = {}
        for version in versions:
            group, _, name = version.partition("/")
            groups.setdefault(group, []).append({"groupVersion": version, "version": name})
        return {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [{"name": n, "versions": v, "preferredVersion": v[0]} for n, v in groups.items()],
        }
    if path.startswith("/openapi/v3"):
        return openapi(kinds, path.removeprefix("/openapi/v3"))
    here = [kind for kind in kinds if kind.root == path]
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.name.lower(),
            "namespaced": kind.namespaced,
            "kind": kind.name,
            "verbs": ["create", "delete", "get", "list", "patch", "watch"],
        }
        for kind in here
    ]
    return (
        {"kind": "APIResourceList", "groupVersion": here[0].version, "resources": resources} if here else None
    )


def openapi(kinds: tuple[Kind, ...], path: str) -> Object:
    """No more than that kubectl may leave the checking of fields to the server."""
    if not path:
        return {"paths": {kind.root[1:]: {"serverRelativeURL": f"/openapi/v3{kind.root}"} for kind in kinds}}
    paths = {}
    for kind in kinds:
        if kind.root == path:
            group, _, version = kind.version.rpartition("/")
            named = {"group": group, "version": version, "kind": kind.name}
            patch = {
                "parameters": [{"name": "fieldValidation", "in": "query"}],
                "x-kubernetes-group-version-kind": named,
            }
            paths[f"{path}/{kind.plural}/{{name}}"] = {"patch": patch}
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1"}, "paths": paths}
