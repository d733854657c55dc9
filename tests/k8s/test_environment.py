"""Each variable that a process reads comes from somewhere known, and no other is set."""

import re
from argparse import ArgumentParser
from urllib.parse import urlsplit

import pytest

from simulator.cli import add_arguments
from tests.e2e.base import ROOT
from tests.k8s.meaning import (
    KINDS,
    dockerfile_env,
    each_container,
    environment,
    holding,
    image,
    is_sidecar,
    title,
    workloads,
)
from tests.k8s.rendered import DEPLOYED, Object, containers, named, of_kind, pod, variant


def read(*files: str) -> str:
    return "\n".join((ROOT / file).read_text() for file in files)


#: image -> the variables that its processes read.
SETTINGS = set(
    re.findall(r'(?:env\.\w+|secret)\(\s*"(\w+)"', read("todobot/settings.py", "gunicorn.conf.py"))
)
TEMPLATE = set(re.findall(r"^[^#\n]*\$\{([A-Z_]+)}", read("nginx/templates/nginx.conf.template"), re.M))
READ = {
    "todobot": SETTINGS,
    "todobot-nginx": TEMPLATE | {"TRUSTED_PROXIES"},
    "todobot-simulator": set(re.findall(r'env\("(\w+)"\)', read("simulator/cli.py"))),
    "cloud-sql-proxy": set(),
}
#: What the images bring themselves.
IN_IMAGE = {
    "todobot": dockerfile_env(read("Dockerfile")),
    "todobot-nginx": dockerfile_env(read("nginx/Dockerfile")),
}
#: Left to what settings.py and gunicorn.conf.py take without them, on purpose.
BY_DEFAULT = {
    "DEBUG": "off",
    "LOG_FORMAT": "JSON where there is no terminal",
    "REPLIES_AT_ONCE": "256",
    "WEB_CONCURRENCY": "a process for each CPU of the limit",
    "WEB_THREADS": "8",
    "RELOAD": "off",
}
#: By which a value is put together from others.
PARTS = {"MYSQL_PASSWORD", "DATABASE_HOST"}
#: The database has it from a Secret of its own, and need not restart when a secret of LINE's is another.
UNHASHED = {"Secret/mysql"}
#: container with MySQL's image -> what is read there, by the image's entrypoint or else by its client
#: (MYSQL_PWD) and our scripts.
MYSQL = {
    "mysql": {"MYSQL_DATABASE", "MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD", "MYSQL_ROOT_HOST"},
    "backup": {"MYSQL_PWD", "KEEP"},
    "restore": {"MYSQL_PWD", "BACKUP"},
    "volume": set(),
}


def test_this_test_finds_what_the_code_reads() -> None:
    assert {
        "DATABASE_URL",
        "SECRET_KEY",
        "HEARTBEAT",
        "METRICS_BIND",
        "BIND",
        "WEB_THREADS",
        "HTTPS",
    } <= SETTINGS
    assert READ["todobot-simulator"] == {"LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"}
    assert {"APP_SERVER", "LISTEN", "REAL_IP_FROM"} <= TEMPLATE
    assert IN_IMAGE["todobot"]["BIND"] == "0.0.0.0:5000"
    assert IN_IMAGE["todobot-nginx"]["LISTEN"] == "8080"


def test_each_key_that_is_referred_to_is_there(shipped: list[Object]) -> None:
    missing = [
        f"{where}: {variable['name']}"
        for where, _, container in each_container(shipped)
        for variable in container.get("env", [])
        for kind, reference in variable.get("valueFrom", {}).items()
        if reference["key"] not in holding(shipped, KINDS[kind], reference["name"])
    ]
    assert missing == []


def test_nothing_is_set_that_nobody_reads(shipped: list[Object]) -> None:
    for where, _, container in each_container(shipped):
        given = set(environment(shipped, container))
        if image(container) == "mysql":
            assert given == MYSQL[container["name"]], where
        elif image(container) == "todobot":
            assert given <= SETTINGS | PARTS, where
        else:
            assert given <= READ[image(container)], where


def test_everything_that_is_read_comes_from_somewhere(shipped: list[Object]) -> None:
    for where, _, container in each_container(shipped):
        name = image(container)
        if name == "mysql":
            continue
        there = set(environment(shipped, container)) | set(IN_IMAGE.get(name, {}))
        if name == "todobot":
            assert not there & BY_DEFAULT.keys(), where
            there |= BY_DEFAULT.keys()
        if name == "todobot-nginx":
            there |= {"REAL_IP_FROM", "THROUGH_PROXY"}  # its entrypoint makes them
        assert READ[name] - there == set(), where


def test_the_scripts_read_what_is_set() -> None:
    for script in ("backup", "restore"):
        text = re.sub(r"^\s*#.*$", "", read(f"k8s/components/mysql/{script}.sh"), flags=re.M)
        asked = set(re.findall(r"\$\(*\{?([A-Z][A-Z_]+)|\(\(([A-Z]+)", text))
        assert {one or two for one, two in asked} | {"MYSQL_PWD"} == MYSQL[script]


def test_variables_within_values_were_set_before(found: list[Object]) -> None:
    """Else the kubelet leaves $(NAME) as it is, and the process takes it for the value."""
    for where, _, container in each_container(found):
        set_before: set[str] = set()
        for source in container.get("envFrom", []):
            set_before |= holding(found, "ConfigMap", source["configMapRef"]["name"]).keys()
        for variable in container.get("env", []):
            assert set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) <= set_before, where
            set_before.add(variable["name"])


def test_no_variable_is_set_twice(found: list[Object]) -> None:
    for where, _, container in each_container(found):
        names = [variable["name"] for variable in container.get("env", [])]
        assert len(names) == len(set(names)), where


@pytest.mark.parametrize("name", DEPLOYED)
def test_the_app_finds_its_database(name: str) -> None:
    found = variant(name)
    for where, workload, container in each_container(found):
        if image(container) != "todobot":
            continue
        env = environment(found, container)
        url = urlsplit(env["DATABASE_URL"])
        assert (url.scheme, url.username, url.path) == ("mysql", "todobot", "/todobot"), where
        assert url.password == env["MYSQL_PASSWORD"], where
        if url.hostname == "127.0.0.1":
            (proxy,) = [one for one in containers(workload) if is_sidecar(one)]
            assert f"--port={url.port}" in proxy["args"], where
        else:
            (port,) = named(found, "Service", str(url.hostname))["spec"]["ports"]
            assert url.port == port["port"], where
            mysql = environment(found, containers(named(found, "Deployment", "mysql-db"))[-1])
            assert (mysql["MYSQL_USER"], mysql["MYSQL_DATABASE"]) == ("todobot", "todobot")
            assert mysql["MYSQL_PASSWORD"] == url.password, where


def test_nginx_finds_the_app_server(shipped: list[Object]) -> None:
    nginx = containers(named(shipped, "Deployment", "linebot-nginx"))[-1]
    name, _, port = environment(shipped, nginx)["APP_SERVER"].partition(":")
    assert int(port) in {one["port"] for one in named(shipped, "Service", name)["spec"]["ports"]}


def test_the_simulator_and_the_bot_find_each_other() -> None:
    found = variant("local")
    (simulator,) = containers(named(found, "Deployment", "simulator"))
    parser = ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args(simulator["args"])
    callback = urlsplit(options.callback)
    assert callback.path == "/callback"
    assert (callback.port or 80) == named(found, "Service", str(callback.hostname))["spec"]["ports"][0][
        "port"
    ]
    settings = named(found, "ConfigMap", "todobot")["data"]
    assert callback.hostname in settings["ALLOWED_HOSTS"].split(",")
    api = urlsplit(settings["LINE_API_BASE_URL"])
    assert api.port == named(found, "Service", str(api.hostname))["spec"]["ports"][0]["port"]
    assert options.port == simulator["ports"][0]["containerPort"]


def test_processes_listen_where_the_pods_ports_are(shipped: list[Object]) -> None:
    for where, _, container in each_container(shipped):
        if "ports" not in container:
            continue
        env = IN_IMAGE.get(image(container), {}) | environment(shipped, container)
        flags = dict(flag.removeprefix("--").split("=") for flag in container.get("args", []) if "=" in flag)
        listens = {
            "http": {"todobot": env.get("BIND"), "todobot-nginx": env.get("LISTEN")}.get(
                image(container), "5001"
            ),
            "metrics": env.get("METRICS_BIND"),
            "health": env.get("HEALTH_LISTEN"),
            "mysql": "3306",
            "proxy-health": flags.get("http-port"),
        }
        for port in container["ports"]:
            assert f"{listens[port['name']]}".rpartition(":")[2] == str(port["containerPort"]), where


def test_each_volume_is_there_and_each_is_used(found: list[Object]) -> None:
    for workload in workloads(found):
        volumes = pod(workload)["spec"].get("volumes", [])
        mounted = {mount["name"] for one in containers(workload) for mount in one.get("volumeMounts", [])}
        assert {volume["name"] for volume in volumes} == mounted, title(workload)
        for volume in volumes:
            if "configMap" in volume:
                holding(found, "ConfigMap", volume["configMap"]["name"])
            if "persistentVolumeClaim" in volume:
                named(found, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])


def test_scripts_that_are_run_are_mounted(found: list[Object]) -> None:
    for workload in of_kind(found, "CronJob"):
        (container,) = pod(workload)["spec"]["containers"]
        for path in [word for word in container["command"] if word.startswith("/")]:
            folder, _, file = path.rpartition("/")
            (name,) = [one["name"] for one in container["volumeMounts"] if one["mountPath"] == folder]
            (volume,) = [one for one in pod(workload)["spec"]["volumes"] if one["name"] == name]
            assert file in holding(found, "ConfigMap", volume["configMap"]["name"]), title(workload)


def test_generated_names_end_in_a_hash_of_what_is_in_them(found: list[Object]) -> None:
    """So that pods roll when it changes, and the last version's pods keep theirs."""
    for one in of_kind(found, "ConfigMap", "Secret"):
        if title(one) not in UNHASHED:
            assert re.fullmatch(r"[a-z-]+-[a-z0-9]{10}", one["metadata"]["name"]), title(one)
