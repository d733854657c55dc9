"""What is in the images, and as whom their containers run."""

import json

import pytest

from tests.deploy.compose import Compose

pytestmark = pytest.mark.docker

SERVICES = ["linebot-nginx", "app-server", "worker", "mysql-db", "simulator"]
COMPILERS = "gcc cc g++ c++ clang ld make pkg-config"


def shell(compose: Compose, service: str, command: str) -> list[str]:
    return compose("exec", "--no-TTY", service, "sh", "-c", command).split()


def test_production_holds_the_bot_and_no_tool_test_or_simulator(compose: Compose) -> None:
    folder = shell(compose, "app-server", "ls /app")
    assert folder == ["__pycache__", "gunicorn.conf.py", "manage.py", "staticfiles", "todobot", "todos"]
    assert shell(compose, "app-server", f"which {COMPILERS} || true") == []
    tests = "find / -xdev -type d ( -name tests -o -name simulator ) 2>/dev/null || true"
    assert shell(compose, "app-server", tests.replace("(", r"\(").replace(")", r"\)")) == []
    caches = "ls -d ~root/.cache /var/lib/apt/lists/* /var/cache/apt/*.bin 2>/dev/null || true"
    assert shell(compose, "app-server", caches) == []


def test_what_is_compiled_was_compiled_at_the_build(compose: Compose) -> None:
    catalogues = shell(compose, "app-server", "find /app -name 'django.mo'")
    assert len(catalogues) == len(shell(compose, "app-server", "find /app -name 'django.po'")) > 1
    assert shell(compose, "app-server", "ls /app/staticfiles/staticfiles.json")
    assert shell(compose, "app-server", "find /app/todos -name 'worker.*.pyc'")


def test_the_version_is_told(compose: Compose) -> None:
    for image in ("todobot-test", "todobot-test-nginx"):
        labels = compose.run("docker", "inspect", "--format", "{{json .Config.Labels}}", image)
        assert json.loads(labels)["org.opencontainers.image.version"] == "1.2.3-test"
    assert shell(compose, "app-server", "echo $VERSION") == ["1.2.3-test"]


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_is_root_or_can_write_or_gain_rights(compose: Compose, service: str) -> None:
    assert shell(compose, service, "id -u") not in (["0"], [])
    assert shell(compose, service, "touch /here 2>/dev/null || echo refused") == ["refused"]
    rights = dict(line.split(":") for line in shell(compose, service, RIGHTS))
    assert rights == {"CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}


RIGHTS = "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/1/status | tr -d ' \\t'"


def test_nothing_is_published_but_two_ports_on_this_machine(compose: Compose) -> None:
    published = {
        (service, port, address["HostIp"])
        for service, container in compose.containers().items()
        for port, addresses in container["NetworkSettings"]["Ports"].items()
        for address in addresses or []
    }
    assert published == {
        ("linebot-nginx", "8080/tcp", "127.0.0.1"),
        ("simulator", "5001/tcp", "127.0.0.1"),
    }
