"""Who may talk to whom, worked out from the rendered NetworkPolicies as a network plugin would."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

import pytest

from tests.k8s.meaning import labels, matches, ports
from tests.k8s.rendered import CLOUD_SQL, OVERLAYS, Object, base, named, of_kind, variant


@dataclass(frozen=True)
class Peer:
    """A pod of ours by its name, one of another namespace, or what has only an address."""

    name: str = ""
    namespace: str = ""
    address: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        return not self.namespace and not self.address


WORLD = Peer("the world", address="203.0.113.80")
#: Of Cloud SQL, of a node, of another pod of the cluster.
PRIVATE = Peer("a private address", address="10.1.2.3")
#: Google's, on every node: who a pod is, and with Cloud DNS also its name server.
METADATA = Peer("the metadata server", address="169.254.169.254")
NODE_CACHE = Peer("the node's DNS cache", address="169.254.20.10")
KUBE_DNS = Peer("kube-dns", namespace="kube-system", labels={"k8s-app": "kube-dns"})
STRANGER = Peer("a pod of somebody else", namespace="default", labels={"app": "linebot-nginx"})
COLLECTORS = [Peer("a collector", namespace=name) for name in ("gmp-system", "gke-gmp-system", "monitoring")]


def ours(found: list[Object], name: str) -> Peer:
    kind = "CronJob" if name in ("prune", "mysql-backup", "mysql-restore") else "Deployment"
    workload = named(found, kind, name)
    return Peer(name, labels=labels(workload), ports=ports(workload))


def within(peer: Peer, place: Object) -> bool:
    """One entry of `from` or `to`."""
    if "ipBlock" in place:
        block = place["ipBlock"]
        networks = [block["cidr"], *block.get("except", [])]
        inside = [bool(peer.address) and ip_address(peer.address) in ip_network(each) for each in networks]
        return inside[0] and not any(inside[1:])
    if peer.address:
        return False
    if "namespaceSelector" in place:
        namespace = {"kubernetes.io/metadata.name": peer.namespace or "todobot"}
        if not matches(place["namespaceSelector"], namespace):
            return False
    elif not peer.is_ours:
        return False
    return matches(place.get("podSelector", {}), peer.labels)


def rules(found: list[Object], pod: Peer, direction: str) -> Iterator[Object] | None:
    """What is allowed to a pod; None if no policy is about it, and all is."""
    policies = [
        one["spec"]
        for one in of_kind(found, "NetworkPolicy")
        if direction.capitalize() in one["spec"]["policyTypes"]
        and matches(one["spec"]["podSelector"], pod.labels)
    ]
    return (rule for policy in policies for rule in policy.get(direction, [])) if policies else None


def allows(rule: Object, places: str, other: Peer, to: Peer, port: int, protocol: str) -> bool:
    if places in rule and not any(within(other, place) for place in rule[places]):
        return False
    return "ports" not in rule or any(
        one.get("protocol", "TCP") == protocol and to.ports.get(one["port"], one["port"]) == port
        for one in rule["ports"]
    )


def leaves(found: list[Object], one: Peer, other: Peer, port: int, protocol: str = "TCP") -> bool:
    out = rules(found, one, "egress") if one.is_ours else None
    return out is None or any(allows(rule, "to", other, other, port, protocol) for rule in out)


def arrives(found: list[Object], one: Peer, other: Peer, port: int, protocol: str = "TCP") -> bool:
    into = rules(found, other, "ingress") if other.is_ours else None
    return into is None or any(allows(rule, "from", one, other, port, protocol) for rule in into)


def reaches(found: list[Object], one: Peer, other: Peer, port: int, protocol: str = "TCP") -> bool:
    """What leaves must be allowed where it comes from, and what arrives where it goes to."""
    return leaves(found, one, other, port, protocol) and arrives(found, one, other, port, protocol)


#: overlay -> the connections between pods of ours that are allowed. All others are not.
ALLOWED = {
    "local": {
        "linebot-nginx -> app-server:5000",
        "app-server -> mysql-db:3306",
        "worker -> mysql-db:3306",
        "prune -> mysql-db:3306",
        "mysql-backup -> mysql-db:3306",
        "mysql-restore -> mysql-db:3306",
        "simulator -> linebot-nginx:8080",
        "worker -> simulator:5001",
    },
    "gke": {
        "linebot-nginx -> app-server:5000",
        "app-server -> mysql-db:3306",
        "worker -> mysql-db:3306",
        "prune -> mysql-db:3306",
        "mysql-backup -> mysql-db:3306",
        "mysql-restore -> mysql-db:3306",
    },
    CLOUD_SQL: {"linebot-nginx -> app-server:5000"},
}


def pods(found: list[Object]) -> list[Peer]:
    return [ours(found, one["metadata"]["name"]) for one in of_kind(found, "Deployment", "CronJob")]


def allowed(found: list[Object], how: Callable[..., bool]) -> set[str]:
    return {
        f"{one.name} -> {other.name}:{port}"
        for one in pods(found)
        for other in pods(found)
        for port in {*other.ports.values(), 22, 80, 443, 8443}
        if how(found, one, other, port)
    }


@pytest.mark.parametrize("name", ALLOWED)
def test_between_our_pods_nothing_is_allowed_but_this(name: str) -> None:
    assert allowed(variant(name), reaches) == ALLOWED[name]


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_pod_by_itself_sends_nothing_else(name: str) -> None:
    """Whatever the other one would take."""
    assert allowed(variant(name), leaves) == ALLOWED[name]


@pytest.mark.parametrize("name", ALLOWED)
def test_each_pod_by_itself_takes_nothing_else(name: str) -> None:
    """Whatever somebody sends who has got around the policy for what leaves. Two are there for everybody."""
    for_all = ("-> linebot-nginx:", "-> simulator:")
    taken = {one for one in allowed(variant(name), arrives) if not any(each in one for each in for_all)}
    assert taken == {one for one in ALLOWED[name] if not any(each in one for each in for_all)}


def test_nobody_reaches_the_world_but_who_must(shipped: list[Object]) -> None:
    for pod in pods(shipped):
        out = {port for port in (22, 80, 443, 3306, 3307, 8443) if reaches(shipped, pod, WORLD, port)}
        asks_google = {443, 3307} if "database" in pod.labels else set()
        assert out == asks_google | ({443} if pod.name == "worker" else set()), pod.name


def test_the_worker_finds_line_and_nothing_that_listens_inside() -> None:
    found = variant("gke")
    worker = ours(found, "worker")
    assert reaches(found, worker, WORLD, 443)
    for inside in (PRIVATE, METADATA, Peer("b", address="172.16.0.9"), Peer("c", address="192.168.0.9")):
        assert not reaches(found, worker, inside, 443), inside.name


def test_everybody_finds_names_and_only_names_there(shipped: list[Object]) -> None:
    for pod in pods(shipped):
        for server in (KUBE_DNS, NODE_CACHE, METADATA):
            for protocol in ("UDP", "TCP"):
                assert reaches(shipped, pod, server, 53, protocol), f"{pod.name} -> {server.name} {protocol}"
        assert not reaches(shipped, pod, STRANGER, 53, "UDP"), pod.name
        assert not reaches(shipped, pod, WORLD, 53, "UDP"), pod.name
        assert not reaches(shipped, pod, KUBE_DNS, 6443), pod.name


def test_only_proxies_ask_googles_metadata_who_they_are(shipped: list[Object]) -> None:
    for pod in pods(shipped):
        asks = "database" in pod.labels
        assert reaches(shipped, pod, METADATA, 80) == asks, pod.name
        assert reaches(shipped, pod, PRIVATE, 3307) == asks, pod.name


def test_figures_are_for_those_who_collect_them(shipped: list[Object]) -> None:
    for pod in pods(shipped):
        has_figures = "metrics" in pod.ports
        assert has_figures == (pod.name in ("app-server", "worker"))
        for collector in COLLECTORS if has_figures else ():
            assert reaches(shipped, collector, pod, pod.ports["metrics"]), pod.name
            assert not reaches(shipped, collector, pod, 5000), pod.name
        assert not reaches(shipped, STRANGER, pod, 9090), pod.name


def test_from_outside_only_nginx_and_the_simulators_page_are_reached(shipped: list[Object]) -> None:
    for outside in (WORLD, PRIVATE, STRANGER):
        for pod in pods(shipped):
            open_ = {port for port in pod.ports.values() if reaches(shipped, outside, pod, port)}
            assert open_ == {"linebot-nginx": {8080, 8081}, "simulator": {5001}}.get(pod.name, set()), (
                pod.name
            )


def test_without_the_simulator_the_worker_has_no_way_to_one() -> None:
    both = base("simulator", "network-policy")
    alone = base("network-policy")
    assert reaches(both, ours(both, "worker"), ours(both, "simulator"), 5001)
    assert not reaches(alone, ours(alone, "worker"), Peer("another", labels={"app": "another"}), 5001)


def test_without_policies_everybody_reaches_everybody() -> None:
    """So that the tests above are about the policies."""
    found = base("mysql", "simulator")
    assert all(reaches(found, one, other, 3306) for one in pods(found) for other in pods(found))
