"""compose.yaml on a real Docker engine, under a project name, image names and ports of our own."""

import os
import shutil
import subprocess
import tempfile
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.talk import Bot
from tests.e2e.base import ROOT

FILE = yaml.safe_load((ROOT / "compose.yaml").read_text())

#: What differs from the file: any free port, and images that are not the user's.
OURS = """
services:
  linebot-nginx: {image: todobot-test-nginx, ports: !override ["127.0.0.1::8080"]}
  app-server: {image: todobot-test}
  worker: {image: todobot-test}
  migrate: {image: todobot-test}
  simulator: {image: todobot-test-simulator, ports: !override ["127.0.0.1::5001"]}
"""


def has_engine() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "compose", "ls"], capture_output=True, timeout=30)
    return asked.returncode == 0


def outside() -> dict[str, str]:
    """The environment without settings of the bot, which would come before those in .env."""
    kept = ("PATH", "HOME", "DOCKER_", "TMPDIR", "XDG_")
    return {name: value for name, value in os.environ.items() if name.startswith(kept)}


class Compose(Bot):
    """`up` starts all of it with the simulator; `down` leaves nothing but the images' build cache."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="todobot-")
        self.path = Path(self.folder.name)
        self.project = f"todobot-{uuid.uuid4().hex[:8]}"
        (self.path / "ours.yaml").write_text(OURS)
        shutil.copy(ROOT / ".env.example", self.path)
        self.run("make", "--file", str(ROOT / "Makefile"), ".env", cwd=self.path)

    @property
    def environment(self) -> dict[str, str]:
        """So that `docker compose ...` as the README has it means this project."""
        return outside() | {
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_FILE": f"{ROOT / 'compose.yaml'}:{self.path / 'ours.yaml'}",
            "COMPOSE_ENV_FILES": str(self.path / ".env"),
            "COMPOSE_PROFILES": "simulator",
            "VERSION": "1.2.3-test",
        }

    def run(self, *command: str, seconds: int = 300, cwd: Path = ROOT) -> str:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout

    def __call__(self, *command: str) -> str:
        return self.run("docker", "compose", *command)

    def up(self) -> None:
        try:
            self.run("docker", "compose", "up", "--detach", "--build", "--wait", seconds=580)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self('logs', '--tail', '30')}") from None
        self.find()

    def find(self) -> None:
        """The port that the engine chose; another one after each start of the container."""
        self.line = f"http://{self('port', 'simulator', '5001').strip()}"

    def get(self, path: str) -> str:
        """As somebody outside asks nginx."""
        address = self("port", "linebot-nginx", "8080").strip()
        with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def down(self) -> None:
        self("down", "--volumes", "--remove-orphans", "--timeout", "5")
        images = {"todobot-test", "todobot-test-nginx", "todobot-test-simulator"}
        subprocess.run(["docker", "image", "rm", *images], capture_output=True, timeout=60)
        self.folder.cleanup()

    def containers(self) -> dict[str, Any]:
        """What the engine knows of each, by service."""
        ids = self("ps", "--all", "--quiet").split()
        found = yaml.safe_load(self.run("docker", "inspect", *ids))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def in_database(self, *command: str) -> str:
        return self("exec", "--no-TTY", "mysql-db", *command)
