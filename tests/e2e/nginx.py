"""A real nginx with our own configuration as a plain process, everything it writes in a private folder."""

import getpass
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.base import ROOT, free_port, until

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


class Nginx:
    """In front of the app servers at `app` ("host:port"). `stop` ends it."""

    def __init__(self, app: str, trusted: str = "") -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="nginx-")
        self.path = Path(self.folder.name)
        self.access_log, self.error_log = self.path / "access.log", self.path / "error.log"
        listen, health = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.url, self.health = f"http://{listen}", f"http://{health}/healthz"
        networks = trusted.replace(",", " ").split()
        self.configuration = filled(
            LISTEN=listen,
            HEALTH_LISTEN=health,
            APP_SERVER=app,
            REAL_IP_FROM=" ".join(f"set_real_ip_from {network};" for network in networks),
            THROUGH_PROXY=" ".join(f"{network} 1;" for network in networks),
            RUN_DIR=str(self.path),
            ACCESS_LOG=str(self.access_log),
            PAGES=str(ROOT / "nginx/pages"),
        )

    def command(self, *arguments: str) -> list[str]:
        (self.path / "nginx.conf").write_text(self.configuration)
        # Started by root, nginx would else turn into nobody, who may not write here.
        user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
        directives = ["-g", f"daemon off; {user}"]
        return [NGINX, "-p", str(self.path), "-c", str(self.path / "nginx.conf"), *directives, *arguments]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), stderr=self.error_log.open("ab"))
        until(self.answers, 10, "nginx answers")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.error_log.read_text()
        try:
            return bool(urllib.request.urlopen(self.health, timeout=5).status == 200)
        except urllib.error.URLError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()

    @contextmanager
    def running(self) -> Iterator["Nginx"]:
        try:
            self.start()
            yield self
        finally:
            self.stop()


def filled(**values: str) -> str:
    """The template as the image's entrypoint fills it in: only names that are set are replaced."""
    template = (ROOT / "nginx/templates/nginx.conf.template").read_text()
    return re.sub(r"\$\{(\w+)}", lambda found: values.get(found[1], found[0]), template)
