"""k8s/README.md: its figures, names and tables are those of the manifests, and gcloud knows its commands."""

import re
from collections.abc import Iterator
from functools import reduce

import pytest
import yaml

from tests.deploy.compose import FILE as COMPOSE
from tests.e2e.base import ROOT
from tests.k8s import readme, rendered
from tests.k8s.readme import TEXT, Command

K8S = ROOT / "k8s"
needs_kubectl = pytest.mark.skipif(not rendered.KUBECTL, reason="needs kubectl")

#: Commands of gcloud 528 with those of their flags that we use, as its own list of completions has them.
GCLOUD = {
    "artifacts docker images list": "include-tags",
    "artifacts repositories create": "immutable-tags location repository-format",
    "artifacts repositories delete": "location",
    "auth login": "",
    "builds submit": "service-account substitutions",
    "components install": "",
    "compute addresses create": "global network prefix-length purpose",
    "compute addresses delete": "global",
    "compute addresses describe": "format global",
    "compute addresses list": "",
    "compute disks list": "",
    "compute forwarding-rules list": "",
    "config set project": "",
    "container clusters create": "enable-dataplane-v2 enable-ip-alias enable-managed-prometheus machine-type "
    "num-nodes region release-channel service-account workload-pool",
    "container clusters create-auto": "region release-channel service-account",
    "container clusters delete": "region",
    "container clusters get-credentials": "region",
    "dns record-sets create": "rrdatas ttl type zone",
    "dns record-sets delete": "type zone",
    "iam service-accounts add-iam-policy-binding": "member role",
    "iam service-accounts create": "",
    "iam service-accounts delete": "",
    "projects add-iam-policy-binding": "condition member role",
    "projects delete": "",
    "services enable": "",
    "services vpc-peerings connect": "network ranges service",
    "services vpc-peerings delete": "network service",
    "sql backups list": "instance",
    "sql databases create": "instance",
    "sql import sql": "database",
    "sql instances create": "backup-start-time database-version deletion-protection edition network "
    "no-assign-ip region tier",
    "sql instances delete": "",
    "sql instances describe": "format",
    "sql instances patch": "activation-policy no-deletion-protection",
    "sql users create": "",
    "sql users set-password": "host instance prompt-for-password",
    "storage buckets add-iam-policy-binding": "member role",
    "storage buckets create": "location uniform-bucket-level-access",
    "storage cp": "",
    "storage rm": "recursive",
}


def told(command: Command) -> str:
    """The longest of gcloud's commands that it begins with."""
    said = " ".join(command.plain) + " "
    return max((known for known in GCLOUD if said.startswith(known + " ")), key=len, default="")


def test_gcloud_knows_each_command_and_flag() -> None:
    for command in readme.commands("gcloud"):
        assert told(command), command
        assert {flag[2:] for flag in command.flags} <= set(GCLOUD[told(command)].split()), command


def test_no_command_of_gcloud_is_listed_in_vain() -> None:
    assert {told(command) for command in readme.commands("gcloud")} == GCLOUD.keys()


def gcloud(name: str) -> list[Command]:
    return [command for command in readme.commands("gcloud") if told(command) == name]


def test_what_costs_is_deleted_at_the_end() -> None:
    def named(*verbs: str) -> set[str]:
        return {command.plain[len(verb.split())] for verb in verbs for command in gcloud(verb)}

    clusters = named("container clusters create", "container clusters create-auto")
    assert clusters == named("container clusters delete")
    for thing in ("compute addresses", "artifacts repositories", "dns record-sets", "sql instances"):
        assert named(f"{thing} create") == named(f"{thing} delete")
    accounts = {name.partition("@")[0] for name in named("iam service-accounts delete")}
    assert named("iam service-accounts create") == accounts


def test_cloud_build_is_given_what_it_asks_for() -> None:
    given = {command.flags["--substitutions"] for command in gcloud("builds submit")}
    assert given == {"_REGION=$REGION,_TAG=$TAG"}


def test_the_table_of_folders_is_complete() -> None:
    rows = set(re.findall(r"^\| `((?:base|components|overlays)/[^`]*)` \|", TEXT, re.M))
    components = {f"components/{name}/" for name in rendered.COMPONENTS}
    assert rows == {"base/", *components, *(f"overlays/{name}/" for name in rendered.OVERLAYS)}


def test_the_rights_in_cloud_sql_are_those_of_our_own_mysql() -> None:
    (grant,) = re.findall(r"^GRANT .*;$", (K8S / "components/mysql/grants.sql").read_text(), re.M)
    assert any(grant in block for block in readme.blocks("sql"))


def test_alerts_are_routed_by_a_severity_that_the_rules_have() -> None:
    rules = yaml.safe_load((K8S / "components/monitoring/rules.yaml").read_text())
    severities = {rule["labels"]["severity"] for group in rules["spec"]["groups"] for rule in group["rules"]}
    (config,) = (yaml.safe_load(block) for block in readme.blocks("yaml"))
    assert (
        {one["name"] for one in config["receivers"]}
        == severities
        == set(re.findall(r"with `(?:severity: )?(\w+)` when", TEXT))
    )
    assert config["route"]["routes"][0]["matchers"] == ['severity = "page"']


@needs_kubectl
@pytest.mark.parametrize("name", ["linebot-nginx", "app-server", "worker"])
def test_the_picture_has_the_autoscalers_limits(name: str) -> None:
    spec = rendered.named(rendered.base(), "HorizontalPodAutoscaler", name)["spec"]
    picture = TEXT.split("```")[1].splitlines()
    at = next(number for number, line in enumerate(picture) if name in line)
    below = picture[at + 1][picture[at].index(name) - 1 :]
    assert below.strip().startswith(f"{spec['minReplicas']} to {spec['maxReplicas']} pods")


def requests() -> Iterator[tuple[float, float]]:
    """CPUs and MiB that each Deployment on GKE asks for with the fewest pods."""
    found = rendered.overlay("gke")
    for deployment in rendered.of_kind(found, "Deployment"):
        name = deployment["metadata"]["name"]
        scaled = [
            one
            for one in rendered.of_kind(found, "HorizontalPodAutoscaler")
            if one["metadata"]["name"] == name
        ]
        pods = scaled[0]["spec"]["minReplicas"] if scaled else deployment["spec"]["replicas"]
        (container,) = rendered.pod(deployment)["spec"]["containers"]
        asked = container["resources"]["requests"]
        yield (
            pods * int(asked["cpu"].removesuffix("m")) / 1000,
            pods * int(asked["memory"].removesuffix("Mi")),
        )


@needs_kubectl
def test_what_the_pods_ask_for_is_added_up() -> None:
    cpus, memory = reduce(lambda one, other: (one[0] + other[0], one[1] + other[1]), requests())
    assert f"{cpus:g} CPUs and {memory / 1024:g} GiB" in TEXT


@needs_kubectl
def test_the_nightly_backup_is_as_described() -> None:
    spec = rendered.named(rendered.base("mysql"), "CronJob", "mysql-backup")["spec"]
    minute, hour = spec["schedule"].split()[:2]
    assert spec["timeZone"] == "Asia/Tokyo"
    assert f"at {int(hour):02}:{minute} in Tokyo" in TEXT
    (container,) = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    keep = next(one["value"] for one in container["env"] if one["name"] == "KEEP")
    assert f"keeps {keep}." in TEXT


@needs_kubectl
def test_cloud_sqls_proxy_is_the_account_that_is_made() -> None:
    account = rendered.named(rendered.base("cloud-sql"), "ServiceAccount", "todobot")
    google = account["metadata"]["annotations"]["iam.gke.io/gcp-service-account"]
    (bound,) = gcloud("iam service-accounts add-iam-policy-binding")
    assert bound.plain[-1] == google.replace("PROJECT", "$PROJECT")
    member = f"serviceAccount:$PROJECT.svc.id.goog[todobot/{account['metadata']['name']}]"
    assert bound.flags["--member"] == member


def test_whatever_compose_says_of_a_service_is_in_the_table() -> None:
    said = {key for service in COMPOSE["services"].values() for key in service}
    table = TEXT[TEXT.index("| in `compose.yaml`") :]
    left = " ".join(re.findall(r"^\| ([^|]*) \|", table, re.M))
    assert {key for key in said if f"`{key}" not in left} == set()
