"""Pods start, are watched, roll and end so that no request is lost, and all at once are not too many."""

import math
import re

from tests.e2e.base import ROOT
from tests.k8s.meaning import each_container, environment, image, is_sidecar, long_running, title
from tests.k8s.rendered import CLOUD_SQL, Object, containers, named, of_kind, pod, variant

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
#: MySQL's default for max_connections.
CONNECTIONS = 151


def number(pattern: str, file: str) -> int:
    found = re.search(pattern, (ROOT / file).read_text(), re.M)
    assert found, f"{file} has no {pattern}"
    return int(found[1])


#: Seconds that each server gives to what is under way when it is asked to end.
GRACE = {
    "app-server": number(r"^graceful_timeout = (\d+)$", "gunicorn.conf.py"),
    "linebot-nginx": number(r"^worker_shutdown_timeout (\d+)s;$", "nginx/templates/nginx.conf.template"),
    "worker": number(r"SIGTERM: ends within (\d+) s", "todos/management/commands/worker.py"),
}
#: Others call these, and may do so for some seconds after a pod was asked to end.
CALLED = {"linebot-nginx", "app-server"}


def scaled(found: list[Object]) -> list[Object]:
    return [one for one in of_kind(found, "Deployment") if one["spec"].get("replicas") != 1]


def sleeps(workload: Object) -> int:
    """Seconds of its preStop."""
    hook = containers(workload)[-1].get("lifecycle", {}).get("preStop", {"exec": {"command": ["sleep", "0"]}})
    command, seconds = hook["exec"]["command"]
    assert command == "sleep"
    return int(seconds)


def test_what_may_be_scaled_is_scaled_and_kept_by_number(found: list[Object]) -> None:
    for one in scaled(found):
        name = one["metadata"]["name"]
        scaler = named(found, "HorizontalPodAutoscaler", name)["spec"]
        assert 2 <= scaler["minReplicas"] < scaler["maxReplicas"], name
        assert [metric["resource"]["name"] for metric in scaler["metrics"]] == ["cpu"], name
        assert named(found, "PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1, name
    assert {one["metadata"]["name"] for one in scaled(found)} == GRACE.keys()


def test_no_number_is_given_where_an_autoscaler_decides(found: list[Object]) -> None:
    for one in scaled(found):
        assert "replicas" not in one["spec"], title(one)


def test_what_keeps_its_state_is_one_pod_at_a_time(found: list[Object]) -> None:
    for one in of_kind(found, "Deployment"):
        if one["metadata"]["name"] not in GRACE:
            assert (one["spec"]["replicas"], one["spec"]["strategy"]) == (1, {"type": "Recreate"}), title(one)


def test_the_last_version_serves_until_the_next_one_does(found: list[Object]) -> None:
    for one in scaled(found):
        assert one["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}, title(one)
        assert one["spec"]["strategy"].get("type", "RollingUpdate") == "RollingUpdate"


def test_a_pod_has_the_time_to_end(found: list[Object]) -> None:
    for one in scaled(found):
        needs = sleeps(one) + GRACE[one["metadata"]["name"]]
        assert pod(one)["spec"]["terminationGracePeriodSeconds"] > needs, title(one)


def test_what_is_called_serves_on_until_nobody_calls_it(found: list[Object]) -> None:
    for one in scaled(found):
        assert (sleeps(one) >= 5) == (one["metadata"]["name"] in CALLED), title(one)


def test_nginx_outlasts_the_load_balancer() -> None:
    for name in ("gke", CLOUD_SQL):
        found = variant(name)
        backend = named(found, "BackendConfig", "linebot-nginx")["spec"]
        assert (
            sleeps(named(found, "Deployment", "linebot-nginx"))
            >= backend["connectionDraining"]["drainingTimeoutSec"]
        )
        waits = number(r"^    proxy_read_timeout (\d+)s;$", "nginx/templates/nginx.conf.template")
        assert backend["timeoutSec"] > waits
        check = backend["healthCheck"]
        assert check["timeoutSec"] <= check["checkIntervalSec"]


def test_the_database_has_the_time_to_write_what_is_in_memory() -> None:
    database = named(variant("gke"), "Deployment", "mysql-db")
    assert pod(database)["spec"]["terminationGracePeriodSeconds"] >= 60


def test_every_long_running_container_is_watched(found: list[Object]) -> None:
    for one in of_kind(found, "Deployment"):
        for container in long_running(one):
            wanted = {*PROBES} - ({"readinessProbe"} if is_sidecar(container) else set())
            assert {*PROBES} & container.keys() == wanted, f"{title(one)}: {container['name']}"


def test_what_runs_to_its_end_is_not_probed_and_has_an_end(found: list[Object]) -> None:
    for where, workload, container in each_container(found):
        if container not in long_running(workload):
            assert not {*PROBES} & container.keys(), where
    for one in of_kind(found, "CronJob"):
        job = one["spec"]["jobTemplate"]["spec"]
        assert 0 < job["activeDeadlineSeconds"] <= 3600, title(one)
        assert job["backoffLimit"] <= 2, title(one)
        assert pod(one)["spec"]["restartPolicy"] == "Never", title(one)
        assert one["spec"].get("concurrencyPolicy") == "Forbid" or one["spec"]["suspend"], title(one)


def test_a_database_that_is_away_or_busy_restarts_nobody(found: list[Object]) -> None:
    """Readiness asks for it; liveness asks for less: of the worker, that it tries."""
    for name in ("app-server", "worker", "mysql-db"):
        for one in of_kind(found, "Deployment"):
            if one["metadata"]["name"] == name:
                container = pod(one)["spec"]["containers"][0]
                ready, alive = container["readinessProbe"], container["livenessProbe"]
                asks = [
                    {key: probe.get(key) for key in ("exec", "httpGet", "tcpSocket")}
                    for probe in (ready, alive)
                ]
                assert asks[0] != asks[1], name
                if name == "worker":
                    assert "$HEARTBEAT.alive" in str(alive)
                    assert "$HEARTBEAT.alive" in str(container["startupProbe"])


def test_the_app_asks_its_database_in_readiness_only(found: list[Object]) -> None:
    container = containers(named(found, "Deployment", "app-server"))[-1]
    asked = {probe: container[probe]["httpGet"]["path"] for probe in PROBES}
    assert asked == {"startupProbe": "/healthz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}
    waits = number(r'^    "connect_timeout": (\d+),$', "todobot/settings.py")
    assert container["readinessProbe"]["timeoutSeconds"] > waits


def test_the_kubelet_gives_up_only_after_a_while(found: list[Object]) -> None:
    for where, workload, container in each_container(found):
        for probe in PROBES if container in long_running(workload) else ():
            if probe in container:
                asked = container[probe]
                assert asked["failureThreshold"] >= 2, f"{where}: {probe}"
                assert asked["timeoutSeconds"] >= 2, f"{where}: {probe}"
                if probe == "startupProbe":
                    assert asked["failureThreshold"] * asked["periodSeconds"] >= 60, where


def test_every_container_asks_for_what_it_needs_and_may_not_take_more(found: list[Object]) -> None:
    """An autoscaler on CPU works only if all of a pod's containers ask for some."""
    for where, _, container in each_container(found):
        for what in ("requests", "limits"):
            assert container["resources"][what].keys() == {"cpu", "memory"}, where


def test_migrations_run_first_in_each_pod_that_serves(found: list[Object]) -> None:
    for name in ("app-server", "worker"):
        first = pod(named(found, "Deployment", name))["spec"]["initContainers"]
        assert [one["name"] for one in first if not is_sidecar(one)] == ["migrate"], name
        assert first[-1]["command"] == ["python", "manage.py", "migrate", "--wait", "300"], name
        serving = pod(named(found, "Deployment", name))["spec"]["containers"][0]
        assert (serving["image"], serving["env"]) == (first[-1]["image"], first[-1]["env"]), name


def test_the_way_to_cloud_sql_is_there_before_anybody_asks() -> None:
    found = variant(CLOUD_SQL)
    for kind, name in (("Deployment", "app-server"), ("Deployment", "worker"), ("CronJob", "prune")):
        first = pod(named(found, kind, name))["spec"]["initContainers"][0]
        assert image(first) == "cloud-sql-proxy", name
        assert first["restartPolicy"] == "Always", name
        assert "startupProbe" in first, name


def test_the_database_has_connections_for_all_that_may_run_at_once() -> None:
    """While a new version rolls out at the height of load, and backup and prune run."""
    found = variant("gke")
    threads = number(r'env\.int\("WEB_THREADS", default=(\d+)\)', "gunicorn.conf.py")
    # A worker has one, and one for whoever asks for its figures.
    each = {"app-server": threads * processes(found), "worker": 2}
    most = len(["backup", "prune", "the kubelet's probe", "a person"])
    for name, connections in each.items():
        surge = named(found, "Deployment", name)["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
        pods = named(found, "HorizontalPodAutoscaler", name)["spec"]["maxReplicas"] + surge
        most += pods * connections
    assert "max_connections" not in (ROOT / "k8s/components/mysql/todobot.cnf").read_text().replace("-", "_")
    assert most < CONNECTIONS


def processes(found: list[Object]) -> int:
    """One for each CPU of the limit, as gunicorn.conf.py reads it."""
    app = containers(named(found, "Deployment", "app-server"))[-1]
    assert "WEB_CONCURRENCY" not in environment(found, app)
    return math.ceil(float(app["resources"]["limits"]["cpu"]))
