"""What all of it was measured on."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.figures import Counters
from tests.e2e.base import ROOT
from tests.e2e.nginx import NGINX

SERVER = "SELECT VERSION(), @@innodb_flush_log_at_trx_commit, @@log_bin, @@innodb_buffer_pool_size >> 20"


def described(counters: Counters) -> list[str]:
    """A line each."""
    ((server, flush, binary_log, megabytes),) = counters.ask(SERVER)
    return [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}{commit()}.",
        f"Machine: {os.cpu_count()} cores of {cpu_model()}, {memory()} GB, Linux, loopback;"
        " the load generator, LINE's stub and the database are on the same cores.",
        f"Software: Python {platform.python_version()}, Django {version('django')},"
        f" gunicorn {version('gunicorn')}, mysqlclient {version('mysqlclient')}, {nginx()}.",
        f"Database server: {server}, innodb_flush_log_at_trx_commit={flush},"
        f" log_bin={'ON' if binary_log else 'OFF'}, innodb_buffer_pool_size={megabytes} MB.",
    ]


def cpu_model() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found[1] if found else platform.machine()


def memory() -> int:
    found = re.search(r"^MemTotal: *(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)
    return round(int(found[1]) / 1024**2) if found else 0


def nginx() -> str:
    told = subprocess.run([NGINX, "-v"], capture_output=True, text=True, timeout=10, check=True).stderr
    return told.strip().removeprefix("nginx version: ").replace("/", " ")


def commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, timeout=10
    )
    return f" at commit {told.stdout.strip()}" if told.returncode == 0 else ""
