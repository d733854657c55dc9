"""make bench: what the stack carries, and what it costs."""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: does it work, is nothing lost?")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all that was started ends
    with server():
        # tests.e2e.stack reads DATABASE_URL when it is imported.
        from bench.run import measure

        found = asyncio.run(measure(arguments.quick))
    print(found.limits, found.memory, sep="\n")
    for name, figures in found.callback.items():
        print(name, figures)
    return 0 if all(figures.is_sound for runs in found.runs.values() for figures in runs) else 1


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
