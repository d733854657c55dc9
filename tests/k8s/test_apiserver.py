"""The API server in memory refuses and keeps what a real one does: else test_apply.py could not fail."""

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.k8s.apiserver import serving
from tests.k8s.kinds import BUILT_IN
from tests.k8s.laptop import Laptop
from tests.k8s.rendered import KUBECTL, Object, named
from tests.k8s.rendered import overlay as rendered

pytestmark = pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
local = pytest.mark.parametrize("overlay", ["local"])


def test_a_cluster_without_gkes_kinds_says_which_it_does_not_know(tmp_path: Path) -> None:
    with serving(*BUILT_IN) as server:
        laptop = Laptop(server, tmp_path)
        # No check of fields: the schemas have nothing on a kind that is not there.
        done = laptop.kubectl("apply", "-k", laptop.overlay("gke"), "--validate=false")
    assert done.returncode == 1
    assert 'no matches for kind "ManagedCertificate"' in done.stderr


def test_nothing_is_made_in_a_namespace_that_is_not_there(laptop: Laptop) -> None:
    done = laptop.apply_one(named(rendered("local"), "Service", "app-server"))
    assert done.returncode == 1
    assert 'namespaces "todobot" not found' in done.stderr


def set_at(one: Object, path: str, value: Any) -> None:
    *way, last = path.split("/")
    found: Any = one
    for key in way:
        found = found[int(key) if key.isdigit() else key]
    found[last] = value


@local
@pytest.mark.parametrize(
    ("kind", "name", "path", "value", "refusal"),
    [
        ("Deployment", "worker", "spec/selector/matchLabels", {"part": "worker"}, "spec.selector"),
        ("Service", "app-server", "spec/clusterIP", "None", "spec.clusterIP"),
        ("PersistentVolume", "mysql-pv-volume", "spec/hostPath/path", "/mysql", "spec.hostPath"),
        (
            "PersistentVolumeClaim",
            "mysql-pv-claim",
            "spec/storageClassName",
            "fast",
            "spec: field is immutable",
        ),
        (
            "PersistentVolumeClaim",
            "mysql-pv-claim",
            "spec/resources/requests",
            {"storage": "4Gi"},
            "less than",
        ),
        (
            "PersistentVolumeClaim",
            "mysql-pv-claim",
            "spec/resources/requests",
            {"storage": "9Gi"},
            "dynamically",
        ),
        ("Secret", "todobot", "type", "kubernetes.io/tls", "type: field is immutable"),
    ],
)
def test_the_server_refuses(
    deployed: Laptop, kind: str, name: str, path: str, value: Any, refusal: str, overlay: str
) -> None:
    one = copy.deepcopy(named(rendered(overlay), kind, name))
    set_at(one, path, value)
    done = deployed.apply_one(one)
    assert done.returncode == 1
    assert refusal in done.stderr


@local
def test_the_server_refuses_a_job_with_another_image(deployed: Laptop, overlay: str) -> None:
    """Why migrations are no Job."""
    found = named(rendered(overlay), "CronJob", "prune")
    metadata = {"name": "migrate", "namespace": "todobot"}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": copy.deepcopy(found["spec"]["jobTemplate"]["spec"]),
    }
    assert deployed.apply_one(job).stdout == "job.batch/migrate created\n"
    assert deployed.apply_one(job).stdout == "job.batch/migrate unchanged\n"
    set_at(job, "spec/template/spec/containers/0/image", "todobot:next")
    assert "spec.template: field is immutable" in deployed.apply_one(job).stderr


@local
@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Deployment", "worker", "spec/template/spec/containers/0/resources/limits/cpu", "1000m"),
        ("Deployment", "worker", "spec/replicas", 2),
        ("Deployment", "worker", "spec/strategy", {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
        ("PersistentVolume", "mysql-pv-volume", "spec/capacity/storage", "5120Mi"),
        ("NetworkPolicy", "deny-all", "spec/ingress", []),
    ],
)
def test_the_server_stores_otherwise_what_each_apply_would_send_again(
    deployed: Laptop, kind: str, name: str, path: str, value: Any, overlay: str
) -> None:
    one = copy.deepcopy(named(rendered(overlay), kind, name))
    set_at(one, path, value)
    for _ in range(2):
        assert deployed.apply_one(one).stdout.endswith(" configured\n")
        deployed.server.settle()
