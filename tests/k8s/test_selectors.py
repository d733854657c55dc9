"""Who is meant is who is selected, and ports lead to ports. Names are those of the contract."""

from typing import Any

import pytest

from tests.k8s.meaning import each_container, labels, ports, selected, selectors, title, workloads
from tests.k8s.rendered import CLOUD_SQL, Object, containers, named, of_kind, pod, variant

#: (kind, name) -> the workloads whose pods it takes, as far as they are there.
MEANT = {
    ("Service", "linebot-nginx"): {"linebot-nginx"},
    ("Service", "app-server"): {"app-server"},
    ("Service", "mysql-db"): {"mysql-db"},
    ("Service", "simulator"): {"simulator"},
    ("PodDisruptionBudget", "linebot-nginx"): {"linebot-nginx"},
    ("PodDisruptionBudget", "app-server"): {"app-server"},
    ("PodDisruptionBudget", "worker"): {"worker"},
    ("PodMonitoring", "todobot"): {"app-server", "worker"},
    ("NetworkPolicy", "linebot-nginx"): {"linebot-nginx"},
    ("NetworkPolicy", "app-server"): {"app-server"},
    ("NetworkPolicy", "worker"): {"worker"},
    ("NetworkPolicy", "metrics"): {"app-server", "worker"},
    ("NetworkPolicy", "mysql-db"): {"mysql-db"},
    ("NetworkPolicy", "mysql-clients"): {"app-server", "worker", "prune", "mysql-backup", "mysql-restore"},
    ("NetworkPolicy", "cloud-sql"): {"app-server", "worker", "prune"},
    ("NetworkPolicy", "simulator"): {"simulator"},
    ("NetworkPolicy", "worker-to-simulator"): {"worker"},
}
#: A policy that is for a component -> what that brings. Where it is missing the policy takes nobody.
FOR_A_COMPONENT = {
    "mysql-db": "Deployment/mysql-db",
    "cloud-sql": "ServiceAccount/todobot",
    "simulator": "Deployment/simulator",
}
EVERYBODY = {("NetworkPolicy", "deny-all"), ("NetworkPolicy", "dns")}
#: name -> type, (port, nodePort) of the Services that the contract names, and of the simulator's.
SERVICES: dict[str, dict[str, Any]] = {
    "local": {
        "linebot-nginx": ("NodePort", (80, 30082)),
        "app-server": ("ClusterIP", (5000, None)),
        "mysql-db": ("ClusterIP", (3306, None)),
        "simulator": ("NodePort", (5001, 30083)),
    },
    "gke": {
        "linebot-nginx": ("ClusterIP", (80, None)),
        "app-server": ("ClusterIP", (5000, None)),
        "mysql-db": ("ClusterIP", (3306, None)),
    },
    CLOUD_SQL: {
        "linebot-nginx": ("ClusterIP", (80, None)),
        "app-server": ("ClusterIP", (5000, None)),
    },
}


def choosing(one: Object) -> Object:
    """Its selector, as a label selector."""
    spec = one["spec"]
    if one["kind"] == "Service":
        return {"matchLabels": spec["selector"]}
    selector: Object = spec["podSelector" if one["kind"] == "NetworkPolicy" else "selector"]
    return selector


def test_each_selector_takes_the_pods_meant(found: list[Object]) -> None:
    there = {one["metadata"]["name"] for one in workloads(found)}
    with_proxy = {one["metadata"]["name"] for one in workloads(found) if "database" in labels(one)}
    for one in of_kind(found, "Service", "PodDisruptionBudget", "PodMonitoring", "NetworkPolicy"):
        key = one["kind"], one["metadata"]["name"]
        taken = set(selected(choosing(one), found))
        if key in EVERYBODY:
            assert taken == there, title(one)
        elif key == ("NetworkPolicy", "cloud-sql"):
            assert taken == MEANT[key] & with_proxy, title(one)
        else:
            assert taken == MEANT[key] & there, title(one)


def test_a_selector_takes_nobody_only_where_its_component_is_missing(found: list[Object]) -> None:
    titles = {title(one) for one in found}
    missing = {name for name, brought in FOR_A_COMPONENT.items() if brought not in titles}
    idle = {
        title(one)
        for one in of_kind(found, "Service", "PodDisruptionBudget", "PodMonitoring", "NetworkPolicy")
        if not selected(choosing(one), found)
    }
    assert idle == {f"NetworkPolicy/{name}" for name in missing} & titles


def test_a_deployment_takes_its_own_pods_and_nobody_elses(found: list[Object]) -> None:
    for one in of_kind(found, "Deployment"):
        assert selected(one["spec"]["selector"], found) == [one["metadata"]["name"]]


def test_labels_of_kustomize_are_on_every_object_and_in_no_selector(found: list[Object]) -> None:
    """A selector is immutable, and a label that a component adds must not get into it."""
    for one in found:
        given = one["metadata"].get("labels", {})
        assert given.get("app.kubernetes.io/part-of") == "todobot", title(one)
        for selector in selectors(one["spec"]) if "spec" in one else ():
            assert "app.kubernetes.io/part-of" not in str(selector), title(one)
    for one in workloads(found):
        assert labels(one)["app.kubernetes.io/part-of"] == "todobot", title(one)


def test_pods_are_selected_by_app_alone(found: list[Object]) -> None:
    for one in of_kind(found, "Deployment", "PodDisruptionBudget"):
        assert one["spec"]["selector"] == {"matchLabels": {"app": one["metadata"]["name"]}}, title(one)


def test_a_service_leads_to_a_port_that_has_its_name(found: list[Object]) -> None:
    for service in of_kind(found, "Service"):
        (behind,) = selected(choosing(service), found)
        for port in service["spec"]["ports"]:
            assert port["name"] == port["targetPort"], title(service)
            assert port["targetPort"] in ports(named(found, "Deployment", behind)), title(service)


def test_no_two_ports_of_a_pod_are_the_same(found: list[Object]) -> None:
    for workload in workloads(found):
        given = [port for one in containers(workload) for port in one.get("ports", [])]
        assert len({port["name"] for port in given}) == len(given), title(workload)
        assert len({port["containerPort"] for port in given}) == len(given), title(workload)


@pytest.mark.parametrize("name", SERVICES)
def test_the_services_are_those_of_the_contract(name: str) -> None:
    services = {
        one["metadata"]["name"]: (
            one["spec"].get("type", "ClusterIP"),
            *((port["port"], port.get("nodePort")) for port in one["spec"]["ports"]),
        )
        for one in of_kind(variant(name), "Service")
    }
    assert services == SERVICES[name]


def test_each_deployment_has_the_name_of_the_contract(shipped: list[Object]) -> None:
    names = {one["metadata"]["name"] for one in of_kind(shipped, "Deployment")}
    assert {"linebot-nginx", "app-server", "worker"} <= names


def test_the_database_has_the_volumes_of_the_contract() -> None:
    for name, storage_class in (("local", "manual"), ("gke", "standard-rwo")):
        claim = named(variant(name), "PersistentVolumeClaim", "mysql-pv-claim")["spec"]
        assert claim["resources"]["requests"]["storage"] == "5Gi"
        assert claim["storageClassName"] == storage_class
    local = variant("local")
    for claim in of_kind(local, "PersistentVolumeClaim"):
        volume = named(local, "PersistentVolume", claim["spec"]["volumeName"])["spec"]
        assert volume["storageClassName"] == claim["spec"]["storageClassName"] == "manual"
        assert volume["accessModes"] == claim["spec"]["accessModes"]
        assert volume["capacity"] == claim["spec"]["resources"]["requests"]
        assert volume["hostPath"]["path"].startswith("/var/lib/todobot/")
        assert volume["persistentVolumeReclaimPolicy"] == "Retain"
    named(local, "PersistentVolume", "mysql-pv-volume")


@pytest.mark.parametrize("name", ["gke", CLOUD_SQL])
def test_the_way_in_from_the_world_has_the_names_of_the_contract(name: str) -> None:
    found = variant(name)
    ingress = named(found, "Ingress", "managed-cert-ingress")
    annotations = ingress["metadata"]["annotations"]
    assert annotations["kubernetes.io/ingress.class"] == "gce"
    assert annotations["kubernetes.io/ingress.global-static-ip-name"] == "linebot-ingress"
    named(found, "ManagedCertificate", annotations["networking.gke.io/managed-certificates"])
    frontend = named(found, "FrontendConfig", annotations["networking.gke.io/v1beta1.FrontendConfig"])
    assert frontend["spec"]["redirectToHttps"]["enabled"] is True
    assert annotations["networking.gke.io/managed-certificates"] == "managed-cert"
    assert "ingressClassName" not in ingress["spec"]


@pytest.mark.parametrize("name", ["gke", CLOUD_SQL])
def test_the_way_in_leads_to_the_nginx_pods_themselves(name: str) -> None:
    found = variant(name)
    backend = named(found, "Ingress", "managed-cert-ingress")["spec"]["defaultBackend"]["service"]
    service = named(found, "Service", backend["name"])
    assert backend["name"] == "linebot-nginx"
    assert backend["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}
    annotations = service["metadata"]["annotations"]
    assert annotations["cloud.google.com/neg"] == '{"ingress": true}'
    assert annotations["cloud.google.com/backend-config"] == '{"default": "linebot-nginx"}'
    check = named(found, "BackendConfig", "linebot-nginx")["spec"]["healthCheck"]
    assert check["port"] in ports(named(found, "Deployment", "linebot-nginx")).values()


def test_an_autoscaler_scales_a_deployment_that_is_there(found: list[Object]) -> None:
    for one in of_kind(found, "HorizontalPodAutoscaler"):
        target = one["spec"]["scaleTargetRef"]
        assert (target["apiVersion"], target["kind"]) == ("apps/v1", "Deployment"), title(one)
        named(found, "Deployment", target["name"])
        assert target["name"] == one["metadata"]["name"]


def test_pods_of_one_kind_are_spread_over_nodes_and_zones(found: list[Object]) -> None:
    for one in of_kind(found, "Deployment"):
        if one["spec"].get("replicas") == 1:
            continue
        spread = pod(one)["spec"]["topologySpreadConstraints"]
        keys = [each["topologyKey"] for each in spread]
        assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"], title(one)
        for each in spread:
            assert each["labelSelector"] == one["spec"]["selector"], title(one)
            # A cluster of one node runs all of them.
            assert each["whenUnsatisfiable"] == "ScheduleAnyway", title(one)


def test_figures_are_collected_where_a_port_is_called_so(found: list[Object]) -> None:
    for one in of_kind(found, "PodMonitoring"):
        for name in selected(choosing(one), found):
            for endpoint in one["spec"]["endpoints"]:
                assert endpoint["port"] in ports(named(found, "Deployment", name)), name


def test_each_probe_names_a_port_of_its_own_container(found: list[Object]) -> None:
    for where, _, container in each_container(found):
        own = {port["name"] for port in container.get("ports", [])}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            for how in ("httpGet", "tcpSocket"):
                if asked := container.get(kind, {}).get(how):
                    assert asked["port"] in own, f"{where}: {kind}"
