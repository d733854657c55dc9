"""Every overlay, and base with every choice of components, is built by `kubectl kustomize` alone."""

import re
import shutil
from pathlib import Path

import pytest

from tests.k8s.meaning import each_container, image, title
from tests.k8s.rendered import (
    CLOUD_SQL,
    COMBINATIONS,
    DEPLOYED,
    VARIANTS,
    Object,
    folder_of,
    kustomize,
    named,
    objects,
    tree,
)

SITE = {
    "PROJECT": "bots-of-mine",
    "REGION": "europe-west9",
    "DOMAIN": "todo.mine.example",
    "ADDRESS": "198.51.100.23",
    "TAG": "2.7.18",
}
REGISTRY = "europe-west9-docker.pkg.dev/bots-of-mine/linebot-repo"


def test_every_choice_of_components_is_among_what_is_rendered() -> None:
    assert len(COMBINATIONS) == 32
    assert len(set(VARIANTS)) == 32 + len(DEPLOYED)


def test_no_two_objects_have_one_name(any_choice: list[Object]) -> None:
    names = [title(one) for one in any_choice]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_second_time_gives_the_same_bytes(name: str) -> None:
    first, second = kustomize(folder_of(name)), kustomize(folder_of(name))
    assert first.stdout == second.stdout != ""
    assert first.stderr == second.stderr == ""  # no warning of something deprecated


@pytest.mark.parametrize("name", ["site.env", "secrets.env"])
def test_a_missing_file_stops_the_build_and_says_what_to_copy(name: str, tmp_path: Path) -> None:
    shutil.copytree(tree(), tmp_path / "k8s", symlinks=True)
    gke = tmp_path / "k8s/overlays/gke"
    (gke / name).unlink()
    told = kustomize(gke)
    assert told.returncode != 0
    assert f"copy {name}.example to {name} and " in told.stderr
    assert told.stdout == ""


@pytest.fixture(scope="module", params=["gke", CLOUD_SQL])
def mine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Object]:
    """The gke overlay with a site.env whose values are nobody's examples."""
    folder_of(request.param)  # so that it is there to be copied
    root = tmp_path_factory.mktemp("mine")
    shutil.copytree(tree(), root / "k8s", symlinks=True)
    folder = root / "k8s/overlays" / request.param
    (folder / "site.env").write_text("".join(f"{name}={value}\n" for name, value in SITE.items()))
    return objects(folder)


def test_the_example_asks_for_what_is_put_in_place_and_no_more() -> None:
    example = (tree() / "overlays/gke/site.env.example").read_text()
    assert set(re.findall(r"^(\w+)=", example, re.M)) == SITE.keys()


def test_the_images_come_from_the_sites_registry(mine: list[Object]) -> None:
    ours = {one["image"] for _, _, one in each_container(mine) if image(one).startswith("todobot")}
    assert ours == {f"{REGISTRY}/todobot:2.7.18", f"{REGISTRY}/todobot-nginx:2.7.18"}


def test_the_sites_domain_is_that_of_the_certificate_and_of_the_app(mine: list[Object]) -> None:
    assert named(mine, "ManagedCertificate", "managed-cert")["spec"]["domains"] == ["todo.mine.example"]
    settings = named(mine, "ConfigMap", "todobot")["data"]
    assert settings["ALLOWED_HOSTS"] == "localhost,todo.mine.example"
    assert settings["CSRF_TRUSTED_ORIGINS"] == "https://todo.mine.example"


def test_nginx_trusts_googles_proxies_and_the_sites_address(mine: list[Object]) -> None:
    settings = named(mine, "ConfigMap", "linebot-nginx")["data"]
    assert settings["TRUSTED_PROXIES"] == "35.191.0.0/16,130.211.0.0/22,198.51.100.23"


def test_the_proxies_are_those_of_the_sites_database(mine: list[Object]) -> None:
    instances = {one["args"][0] for _, _, one in each_container(mine) if image(one) == "cloud-sql-proxy"}
    with_proxies = any(one["kind"] == "ServiceAccount" for one in mine)
    assert instances == ({"bots-of-mine:europe-west9:todobot"} if with_proxies else set())


@pytest.mark.parametrize("name", ["gke", CLOUD_SQL])
def test_no_placeholder_is_left_and_the_site_itself_is_not_in_the_cluster(name: str) -> None:
    text = kustomize(folder_of(name)).stdout
    assert re.findall(r"\b(PROJECT|REGION|TAG|DOMAIN|ADDRESS)\b.*", text) == []
    assert "site.env" not in text
    assert "name: site\n" not in text
