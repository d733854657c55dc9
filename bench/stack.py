"""The real stack on loopback, with the bench in LINE's place."""

from typing import Any

from tests.e2e.base import BIN, free_port, until
from tests.e2e.nginx import Nginx
from tests.e2e.stack import Stack


class Carried(Stack):
    """nginx, gunicorn, one worker, the database. Who starts it is LINE."""

    def __init__(self) -> None:
        super().__init__(nginx=True, WEB_CONCURRENCY="2", WEB_THREADS="8")
        self.tiers: list[Nginx] = []

    def begin(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.front.start()
        self.start_app_server()
        self.start_workers(1)
        self.port = port(self.bot)

    def start_nginx(self, app: str) -> Nginx:
        nginx = Nginx(app.removeprefix("http://"))
        self.tiers.append(nginx)
        nginx.start()
        return nginx

    def start_bare(self) -> tuple[str, Any]:
        """A gunicorn as ours, with an app that only verifies the signature."""
        address = f"127.0.0.1:{free_port()}"
        command = ["-c", "python:bench.bare", "--bind", address, "bench.bare:application"]
        process = self.start([str(BIN / "gunicorn"), *command])
        until(lambda: self.answers(f"http://{address}/"), 30, "the bare app answers")
        return f"http://{address}", process

    def stop(self) -> None:
        for nginx in self.tiers:
            nginx.stop()
        super().stop()


def port(url: str) -> int:
    return int(url.rpartition(":")[2])
