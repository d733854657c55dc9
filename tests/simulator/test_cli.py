"""The command line: what it prints, how it ends, what it refuses."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from simulator import cli
from simulator.simulation import Settings

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {"module": ["-m", "simulator"], "management command": ["manage.py", "simulator"]}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(*arguments: str, command: str = "module", **env: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *COMMANDS[command], *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(*arguments: str) -> tuple[int, str]:
    with started(*arguments) as process:
        _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def ready(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout
    return [process.stdout.readline() for _ in range(3)]


@pytest.mark.parametrize("command", COMMANDS)
def test_it_says_where_everything_is_and_ends_quietly(command: str) -> None:
    port = free_port()
    callback = "http://127.0.0.1:9/callback"
    with started("--port", str(port), "--callback", callback, command=command) as process:
        lines = ready(process)
        assert f"http://127.0.0.1:{port}/" in lines[0]
        assert callback in lines[1]
        assert f"http://127.0.0.1:{port}" in lines[2]
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=5)
        assert (rest, process.returncode) == (("", ""), 0)


def test_it_ends_at_once_though_a_page_is_open_and_a_call_waits() -> None:
    port = free_port()
    with started("--port", str(port), "--callback", "http://127.0.0.1:9/") as process:
        ready(process)
        http, url = urllib3.PoolManager(), f"http://127.0.0.1:{port}"
        page = http.request("GET", f"{url}/simulator/stream", preload_content=False)
        http.request("POST", f"{url}/simulator/trouble", json={"mode": "slow", "delayMs": 60000})
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            http.request("GET", f"{url}/v2/bot/info", timeout=0.1, retries=0)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=5)
        page.close()
        assert time.monotonic() - began < 1.5
        assert (rest, process.returncode) == (("", ""), 0)


def test_a_port_in_use_is_named_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, errors = ended("--port", str(port))
    assert code == 1
    assert errors == f"simulator: port {port} on 127.0.0.1 is in use; give another one with --port\n"


def test_any_free_port_is_taken_and_told() -> None:
    with started("--port", "0") as process:
        address = ready(process)[0].split()[-1]
    assert not address.endswith(":0/")


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_is_a_number_that_ports_have(port: str) -> None:
    code, errors = ended(f"--port={port}")
    assert code == 2
    assert errors.endswith(f"argument --port: invalid port value: '{port}'\n")


@pytest.mark.parametrize("callback", ["127.0.0.1:5000/callback", "ftp://localhost/", "https://", "callback"])
def test_a_callback_is_a_web_address(callback: str) -> None:
    code, errors = ended("--callback", callback)
    assert code == 1
    assert errors == f"simulator: the callback must be an http or https URL, not {callback}\n"


def chosen(patch: pytest.MonkeyPatch, env: dict[str, str], *arguments: str) -> Settings:
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"):
        patch.delenv(name, raising=False)
    for name, value in env.items():
        patch.setenv(name, value)
    parser = ArgumentParser()
    cli.add_arguments(parser)
    return cli.settings(vars(parser.parse_args(arguments)))


def test_secret_and_token_come_from_the_environment_the_first_secret_of_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = {"LINE_CHANNEL_SECRET": "one, two", "LINE_CHANNEL_ACCESS_TOKEN": "token"}
    made = chosen(monkeypatch, env)
    assert (made.secret, made.token) == ("one", "token")
    assert chosen(monkeypatch, env, "--secret", "three").secret == "three"


def test_without_an_environment_both_sides_agree_on_made_up_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    made = chosen(monkeypatch, {})
    assert (made.secret, made.token) == ("simulator-channel-secret", "simulator-access-token")
    assert (made.host, made.port) == ("127.0.0.1", 5001)
    assert made.callback == "http://127.0.0.1:5000/callback"


def test_hosts_are_allowed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = chosen(monkeypatch, {}, "--allow-host", "Laptop.lan", "--allow-host", "sim")
    assert sorted(made.allowed_hosts) == ["laptop.lan", "sim"]
