"""Each path that is probed is answered by the real server, started with the pod's own variables.

Probes that run a command in the container are tried in tests/deploy, in the images.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.base import BIN, ROOT, free_port, until
from tests.e2e.nginx import NGINX
from tests.k8s.asking import POD_ADDRESS, health_checked, probed, status
from tests.k8s.meaning import each_container, environment, image, ports
from tests.k8s.rendered import CLOUD_SQL, OVERLAYS, Object, containers, named, of_kind, variant
from tests.k8s.test_nginx import nginx_of
from tests.simulator.test_cli import ready, started

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
#: What the proxy answers with --health-check.
OF_THE_PROXY = {"/startup", "/readiness", "/liveness"}


def asked(container: Object) -> dict[str, Object]:
    return {name: container[name] for name in PROBES if "httpGet" in container.get(name, {})}


def test_every_probe_by_http_is_tried_here() -> None:
    for name in (*OVERLAYS, CLOUD_SQL):
        found = variant(name)
        servers = {image(one) for _, _, one in each_container(found) if asked(one)}
        assert servers <= {"todobot", "todobot-nginx", "todobot-simulator", "cloud-sql-proxy"}


def test_the_app_allows_the_host_that_its_probes_send(found: list[Object]) -> None:
    allowed = named(found, "ConfigMap", "todobot")["data"]["ALLOWED_HOSTS"].split(",")
    for probe in asked(containers(named(found, "Deployment", "app-server"))[-1]).values():
        assert [header["value"] for header in probe["httpGet"]["httpHeaders"] if header["value"] in allowed]


@contextmanager
def app_server(found: list[Object], folder: Path) -> Iterator[dict[str, str]]:
    """gunicorn as in the pod, but on SQLite and on ports of its own; where each of the pod's ports is."""
    container = containers(named(found, "Deployment", "app-server"))[-1]
    at = {name: f"127.0.0.1:{free_port()}" for name in ("http", "metrics")}
    own = {"BIND": at["http"], "METRICS_BIND": at["metrics"], "HEARTBEAT": str(folder / "heartbeat")}
    own["DATABASE_URL"] = f"sqlite:///{folder}/todobot.sqlite3"
    program, *arguments = container["command"]
    process = subprocess.Popen(
        [BIN / program, *arguments],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "todobot.settings"} | environment(found, container) | own,
        stderr=(folder / "log").open("wb"),
    )
    try:
        until(lambda: listens(process, at["http"], folder), 60, "gunicorn answers")
        yield at
    finally:
        process.terminate()
        process.wait(40)


def listens(process: "subprocess.Popen[bytes]", address: str, folder: Path) -> bool:
    assert process.poll() is None, (folder / "log").read_text()
    try:
        return bool(status(address, "/", Host="localhost", Connection="close"))
    except OSError:
        return False


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_app_server_answers_its_probes_and_gives_its_figures(name: str, tmp_path: Path) -> None:
    found = variant(name)
    container = containers(named(found, "Deployment", "app-server"))[-1]
    probes = asked(container)
    assert probes.keys() == {*PROBES}
    with app_server(found, tmp_path) as at:
        for which, probe in probes.items():
            assert probed(at[probe["httpGet"]["port"]], probe, 5000) == 200, which
        # Without the Host that the probes send, which says what is shown.
        assert status(at["http"], "/healthz", Host=f"{POD_ADDRESS}:5000", Connection="close") == 400
        assert status(at["metrics"], "/metrics", Host=f"{POD_ADDRESS}:9090", Connection="close") == 200


@pytest.mark.skipif(not NGINX, reason="needs nginx: apt install nginx")
@pytest.mark.parametrize("name", OVERLAYS)
def test_nginx_answers_its_probes_and_googles_health_check(name: str) -> None:
    found = variant(name)
    workload = named(found, "Deployment", "linebot-nginx")
    probes = asked(containers(workload)[-1])
    assert probes.keys() == {*PROBES}
    with nginx_of(found).running() as nginx:
        at = {"http": nginx.url, "health": nginx.health}
        for which, probe in probes.items():
            port = probe["httpGet"]["port"]
            assert probed(at[port], probe, ports(workload)[port]) == 200, which
        names = {number: port for port, number in ports(workload).items()}
        for backend in of_kind(found, "BackendConfig"):
            check = backend["spec"]["healthCheck"]
            assert health_checked(at[names[check["port"]]], check["requestPath"]) == 200
        # What GKE asks where no BackendConfig tells it otherwise.
        assert health_checked(nginx.url, "/") == 200


def test_the_simulator_answers_its_probes_and_the_bots_calls() -> None:
    found = variant("local")
    container = containers(named(found, "Deployment", "simulator"))[-1]
    env = environment(found, container)
    port = free_port()
    with started(*container["args"], "--port", str(port), **env) as process:
        ready(process)
        at = f"127.0.0.1:{port}"
        assert asked(container).keys() == {*PROBES}
        for which, probe in asked(container).items():
            assert probed(at, probe, 5001) == 200, which
        assert status(at, "/", Host=f"{POD_ADDRESS}:5001", Connection="close") == 403
        token = f"Bearer {env['LINE_CHANNEL_ACCESS_TOKEN']}"
        assert (
            status(at, "/v2/bot/info", Host="simulator:5001", Authorization=token, Connection="close") == 200
        )


def test_the_proxy_to_cloud_sql_is_asked_what_it_answers() -> None:
    found = variant(CLOUD_SQL)
    proxies = [one for _, _, one in each_container(found) if image(one) == "cloud-sql-proxy"]
    assert len(proxies) == 3
    for proxy in proxies:
        assert {"--health-check", "--http-address=0.0.0.0"} <= {*proxy["args"]}
        assert {probe["httpGet"]["path"] for probe in asked(proxy).values()} <= OF_THE_PROXY
