"""make bench: what the stack carries, and what it costs. Fails if an event was lost or answered twice."""

import argparse
import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench/RESULTS.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: does it work, is nothing lost?")
    parser.add_argument("--big", action="store_true", help="also with five million tasks in the table")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all that was started ends
    if lacking := lacks():
        parser.error(lacking)
    with server():
        # tests.e2e.stack reads DATABASE_URL when it is imported.
        from bench.report import report
        from bench.run import measure

        found = asyncio.run(measure(arguments.quick, arguments.big))
        print(text := report(found))
    if not arguments.quick:
        RESULTS.write_text(text)
    return 1 if any(figures.wrong for figures in found.all()) else 0


def lacks() -> str:
    """What it takes and is not here."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if not shutil.which("nginx", path=path):
        return "nginx is missing: apt install nginx"
    if not importlib.util.find_spec("MySQLdb"):
        return "mysqlclient is missing: .venv/bin/pip install --require-hashes -r requirements-mysql.txt"
    if not os.environ.get("DATABASE_URL") and not shutil.which("mariadbd", path=path):
        return "a server is missing: apt install mariadb-server, or DATABASE_URL=mysql://..."
    return ""


@contextmanager
def server() -> Iterator[None]:
    """The server that DATABASE_URL names, or a MariaDB of our own."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = [str(ROOT / ".ci/mariadb"), "start", folder, str(free_port())]
        try:
            started = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
            os.environ["DATABASE_URL"] = started.stdout.strip()
            yield
        finally:
            subprocess.run([command[0], "stop", folder], check=True, timeout=60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
