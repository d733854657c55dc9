"""The real `kubectl apply -k` against an API server in memory: the first time, every time after, and back.

tests/k8s/released is what the last release deployed; `make test ARGS=--released` renews it at the next.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.k8s import cluster
from tests.k8s.laptop import DEPLOYMENTS, Laptop, history
from tests.k8s.rendered import KUBECTL, OVERLAYS, Object, objects
from tests.k8s.rendered import overlay as rendered

pytestmark = pytest.mark.skipif(not KUBECTL, reason="needs kubectl")

RELEASED = Path(__file__).parent / "released"
#: What a release deployed and k8s/ no longer has: kubectl apply deletes nothing, k8s/README.md says how to.
GONE: set[str] = set()
everywhere = pytest.mark.parametrize("overlay", ["local", "gke", "gke with cloud-sql"])


def names(found: Iterable[Object]) -> set[str]:
    return {f"{one['kind'].lower()}/{one['metadata']['name']}" for one in found}


@everywhere
def test_the_first_apply_makes_everything(laptop: Laptop, overlay: str) -> None:
    stage = history(overlay)["first"]
    assert set(stage.said.values()) == {"created"}
    assert names(stage.objects.values()) == names(objects(laptop.overlay(overlay)))


@everywhere
def test_the_second_apply_changes_nothing(overlay: str) -> None:
    again = history(overlay)["again"]
    assert again.of("created", "configured") == set()
    assert again.objects == history(overlay)["first"].objects


@everywhere
def test_the_next_version_rolls_the_pods_and_changes_nothing_else(overlay: str) -> None:
    stage = history(overlay)["next"]
    assert stage.of("configured") == {
        *(f"deployment.apps/{name}" for name in DEPLOYMENTS),
        "cronjob.batch/prune",
    }
    assert {name.split("/")[0] for name in stage.of("created")} == {"configmap"}


@everywhere
def test_pods_of_the_last_version_still_find_what_they_read(overlay: str) -> None:
    assert history(overlay)["first"].objects.keys() <= history(overlay)["next"].objects.keys()


@everywhere
@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_next_version_leaves_the_number_of_pods_to_the_autoscaler(overlay: str, name: str) -> None:
    [found] = [
        one
        for key, one in history(overlay)["next"].objects.items()
        if key[0].name == "Deployment" and key[2] == name
    ]
    assert found["spec"]["replicas"] == cluster.BUSY


@everywhere
def test_applying_the_last_version_again_is_a_roll_back(overlay: str) -> None:
    before = history(overlay)["first"].specs()
    assert {key: spec for key, spec in history(overlay)["back"].specs().items() if key in before} == before


@pytest.mark.parametrize("overlay", ["gke"])
def test_the_database_can_become_cloud_sql(deployed: Laptop, overlay: str) -> None:
    said = deployed.apply("-k", deployed.overlay("gke with cloud-sql"))
    assert said["serviceaccount/todobot"] == "created"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_deleting_and_applying_again_is_a_new_beginning(deployed: Laptop, overlay: str) -> None:
    folder = deployed.overlay(overlay)
    done = deployed.kubectl("delete", "-k", folder, "--ignore-not-found", "--wait=false")
    assert (done.returncode, done.stderr) == (0, "")
    assert deployed.server.objects == {}
    assert set(deployed.apply("-k", folder).values()) == {"created"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_this_version_can_be_applied_over_the_last_release(
    laptop: Laptop, overlay: str, request: pytest.FixtureRequest
) -> None:
    released, folder = RELEASED / f"{overlay}.yaml", laptop.overlay(overlay)
    if request.config.getoption("--released"):
        released.write_text(laptop.kubectl("kustomize", folder).stdout)
    laptop.apply("-f", released)
    laptop.server.settle()
    said = laptop.apply("-k", folder)
    assert set(said.values()) <= {"unchanged", "configured", "created"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_the_last_release_deployed_is_still_deployed(overlay: str) -> None:
    released = names(list(yaml.safe_load_all((RELEASED / f"{overlay}.yaml").read_text())))
    generated = {name for name in released if name.startswith(("configmap/", "secret/"))}
    assert released - generated - names(rendered(overlay)) == GONE
