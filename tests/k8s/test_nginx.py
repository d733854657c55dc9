"""The configuration in the nginx pod is the one that tests/deploy tries, with the overlay's values."""

import http.client
import json
import re
import subprocess

import pytest

from tests.e2e.base import ROOT, until
from tests.e2e.nginx import NGINX, Nginx, filled
from tests.k8s.meaning import dockerfile_env, environment
from tests.k8s.rendered import OVERLAYS, Object, containers, named, variant

APP = "127.0.0.1:5000"
CLIENT, CLAIMED, ADDRESS = "192.0.2.44", "6.6.6.6", "203.0.113.7"

pytestmark = pytest.mark.skipif(not NGINX, reason="needs nginx: apt install nginx")


def variables(found: list[Object], **other: str) -> dict[str, str]:
    """What the template is filled in with in the pod: the image's, the pod's, the entrypoint's."""
    image = dockerfile_env((ROOT / "nginx/Dockerfile").read_text())
    pods = environment(found, containers(named(found, "Deployment", "linebot-nginx"))[-1])
    env = image | pods | other
    made = subprocess.run(
        ["sh", "-euc", '. ./15-trusted-proxies.envsh; printf "%s\n%s" "$REAL_IP_FROM" "$THROUGH_PROXY"'],
        cwd=ROOT / "nginx/entrypoint",
        env=env | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout.split("\n")
    return env | dict(zip(("REAL_IP_FROM", "THROUGH_PROXY"), made, strict=True))


def nginx_of(found: list[Object], **other: str) -> Nginx:
    """The pod's, but on ports and in a folder of its own."""
    one = Nginx(APP)
    listen, health = (url.removeprefix("http://").partition("/")[0] for url in (one.url, one.health))
    here = {"LISTEN": listen, "HEALTH_LISTEN": health, "APP_SERVER": APP, "RUN_DIR": str(one.path)}
    here |= {"ACCESS_LOG": str(one.access_log), "PAGES": str(ROOT / "nginx/pages")}
    one.configuration = filled(**variables(found, **other) | here)
    return one


@pytest.mark.parametrize("name", OVERLAYS)
def test_nginx_finds_nothing_wrong_with_the_pods_configuration(name: str) -> None:
    one = nginx_of(variant(name))
    checked = subprocess.run(one.command("-t"), capture_output=True, text=True, timeout=20)
    one.folder.cleanup()
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    assert re.findall(r"^[^#\n]*\$\{.*", one.configuration, re.M) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_it_is_the_configuration_that_is_tested(name: str) -> None:
    env = variables(variant(name))
    tested = Nginx(env["APP_SERVER"], trusted=env["TRUSTED_PROXIES"])
    tested.folder.cleanup()
    for directive in ("set_real_ip_from", "server app-server:5000"):
        lines = {line.strip() for line in filled(**env).splitlines() if directive in line}
        assert lines == {line.strip() for line in tested.configuration.splitlines() if directive in line}


def logged_client(nginx: Nginx) -> str:
    """Who came, as the access log says, where a load balancer added a client and its own address."""
    connection = http.client.HTTPConnection(nginx.url.removeprefix("http://"), timeout=20)
    connection.request("GET", "/metrics", headers={"X-Forwarded-For": f"{CLAIMED}, {CLIENT}, {ADDRESS}"})
    assert connection.getresponse().status == 404
    until(lambda: nginx.access_log.read_text().endswith("\n"), 5, "it is logged")
    client: str = json.loads(nginx.access_log.read_text())["client"]
    return client


def test_through_googles_load_balancer_the_client_is_logged() -> None:
    found = variant("gke")
    trusted = variables(found)["TRUSTED_PROXIES"]
    assert trusted.endswith(f",{ADDRESS}")
    # This machine is the load balancer's proxy for now.
    with nginx_of(found, TRUSTED_PROXIES=f"{trusted},127.0.0.1").running() as nginx:
        assert logged_client(nginx) == CLIENT


@pytest.mark.parametrize("name", OVERLAYS)
def test_from_anybody_else_no_other_address_is_believed(name: str) -> None:
    with nginx_of(variant(name)).running() as nginx:
        assert logged_client(nginx) == "127.0.0.1"
