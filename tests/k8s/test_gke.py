"""The gke overlay: what Google's load balancer, its DNS and Cloud SQL's proxy ask of the manifests."""

import re
import shutil
from functools import cache

import pytest

from tests.e2e.base import ROOT
from tests.k8s import rendered

pytestmark = pytest.mark.skipif(not rendered.KUBECTL, reason="needs kubectl")

NGINX = (ROOT / "nginx/templates/nginx.conf.template").read_text()


@cache
def with_cloud_sql() -> list[rendered.Object]:
    """The overlay as a person changes it for Cloud SQL: one line."""
    folder = rendered.tree() / "overlays/gke-cloud-sql"
    shutil.copytree(rendered.tree() / "overlays/gke", folder, symlinks=True)
    file = folder / "kustomization.yaml"
    text, changed = re.subn(
        r"- \.\./\.\./components/mysql$", "- ../../components/cloud-sql", file.read_text(), flags=re.M
    )
    assert changed == 1
    file.write_text(text)
    return rendered.objects(folder)


def nginx() -> rendered.Object:
    found: rendered.Object = rendered.pod(
        rendered.named(rendered.overlay("gke"), "Deployment", "linebot-nginx")
    )["spec"]
    return found


def test_the_health_check_asks_a_port_of_the_pod_for_what_nginx_answers() -> None:
    check = rendered.named(rendered.overlay("gke"), "BackendConfig", "linebot-nginx")["spec"]["healthCheck"]
    (container,) = nginx()["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    probe = container["readinessProbe"]["httpGet"]
    assert (check["port"], check["requestPath"]) == (ports[probe["port"]], probe["path"])


def test_a_pod_serves_on_until_the_load_balancer_has_let_go_of_it() -> None:
    drain = rendered.named(rendered.overlay("gke"), "BackendConfig", "linebot-nginx")["spec"][
        "connectionDraining"
    ]
    (container,) = nginx()["containers"]
    slept = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    finishing = re.search(r"worker_shutdown_timeout (\d+)s", NGINX)
    assert finishing
    assert slept >= drain["drainingTimeoutSec"]
    assert nginx()["terminationGracePeriodSeconds"] >= slept + int(finishing[1])


def test_nginx_keeps_a_connection_longer_than_the_load_balancer() -> None:
    kept = re.search(r"keepalive_timeout (\d+)s", NGINX)
    assert kept
    assert int(kept[1]) > 600


def test_the_load_balancers_word_on_the_client_is_believed() -> None:
    """X-Forwarded-For ends in the client's address and the load balancer's own."""
    site = (rendered.tree() / "overlays/gke/site.env").read_text()
    address = re.search(r"^ADDRESS=(.+)$", site, re.M)
    assert address
    trusted = rendered.named(rendered.overlay("gke"), "ConfigMap", "linebot-nginx")["data"]["TRUSTED_PROXIES"]
    assert set(trusted.split(",")) == {"35.191.0.0/16", "130.211.0.0/22", address[1]}


@pytest.mark.parametrize("address", ["169.254.20.10/32", "169.254.169.254/32"])
def test_pods_may_ask_the_resolvers_that_are_no_pods(address: str) -> None:
    policy = rendered.named(rendered.overlay("gke"), "NetworkPolicy", "dns")["spec"]
    (rule,) = policy["egress"]
    assert {"ipBlock": {"cidr": address}} in rule["to"]
    assert {(port["port"], port["protocol"]) for port in rule["ports"]} == {(53, "UDP"), (53, "TCP")}


def test_with_cloud_sql_no_placeholder_is_left() -> None:
    text = str(with_cloud_sql())
    assert re.findall(r"\b(?:PROJECT|REGION|DOMAIN|ADDRESS|TAG)\b", text) == []
    account = rendered.named(with_cloud_sql(), "ServiceAccount", "todobot")
    name = account["metadata"]["annotations"]["iam.gke.io/gcp-service-account"]
    assert name == "todobot@my-project.iam.gserviceaccount.com"


@pytest.mark.parametrize("name", ["app-server", "worker", "prune"])
def test_the_proxy_comes_first_and_stays(name: str) -> None:
    kind = "CronJob" if name == "prune" else "Deployment"
    workload = rendered.named(with_cloud_sql(), kind, name)
    first, *others = rendered.containers(workload)
    assert (first["name"], first["restartPolicy"]) == ("cloud-sql-proxy", "Always")
    assert first["args"][0] == "my-project:asia-northeast1:todobot"
    assert others
    assert rendered.pod(workload)["spec"]["serviceAccountName"] == "todobot"


@pytest.mark.parametrize("overlay", rendered.OVERLAYS)
def test_another_secret_of_lines_leaves_the_database_alone(overlay: str) -> None:
    assert rolls_with_line(rendered.overlay(overlay)) == {"app-server", "worker", "simulator"} - absent(
        overlay
    )


def absent(overlay: str) -> set[str]:
    return {"simulator"} if overlay == "gke" else set()


def rolls_with_line(found: list[rendered.Object]) -> set[str]:
    """The Deployments that name the Secret whose name changes with what is in it."""
    hashed = rendered.named(found, "Secret", "todobot")["metadata"]["name"]
    assert hashed != "todobot"
    return {
        one["metadata"]["name"] for one in rendered.of_kind(found, "Deployment") if f"'{hashed}'" in str(one)
    }
