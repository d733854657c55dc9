"""A network, a disk, pods, and Services that lead to those that are ready, by iptables."""

import tempfile
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from tests.deploy.containers import docker, works
from tests.k8s.rendered import Object

if TYPE_CHECKING:
    from tests.deploy.pods import Pod

IMAGE = """
FROM python:3.13-slim
RUN apt-get update && apt-get install --yes --no-install-recommends iptables && rm -rf /var/lib/apt/lists/*
"""


class Node:
    """`images`: what those of the manifests are called here. `close` leaves nothing but their build cache."""

    def __init__(self, images: dict[str, str]) -> None:
        self.images = images
        self.name = f"todobot-{uuid.uuid4().hex[:8]}"
        self.image = f"{self.name}-node"
        self.folder = tempfile.TemporaryDirectory(prefix="todobot-", ignore_cleanup_errors=True)
        self.disk = Path(self.folder.name)
        self.disk.chmod(0o755)
        self.pods: list[Pod] = []
        self.services: list[Service] = []
        self.closing = threading.Event()
        self.proxy = threading.Thread(target=self.route)

    def start(self) -> None:
        docker("build", "--quiet", "--tag", self.image, "-", sent=IMAGE, seconds=300)
        docker("network", "create", self.name)
        # Its root makes and removes what the user who runs the tests may not.
        disk = ["--volume", f"{self.disk}:{self.disk}", "--volume", f"{self.disk}/var:/var"]
        self.run("root", *disk, self.image, "sleep", "infinity")
        self.proxy.start()

    def run(self, name: str, *options: str) -> str:
        label = f"todobot={self.name}"
        return docker("run", "--detach", "--name", f"{self.name}-{name}", "--label", label, *options)

    def shell(self, script: str) -> str:
        return docker("exec", f"{self.name}-root", "sh", "-ec", script)

    def route(self) -> None:
        while not self.closing.wait(0.1):
            for service in self.services:
                service.follow(list(self.pods))

    def close(self) -> None:
        self.closing.set()
        for pod in self.pods:
            pod.ending.set()
        for thread in [self.proxy, *(pod.thread for pod in self.pods)]:
            if thread.is_alive():
                thread.join()
        works("exec", f"{self.name}-root", "sh", "-c", f"rm -rf {self.disk}/*")
        ours = docker("ps", "--all", "--quiet", "--filter", f"label=todobot={self.name}").split()
        works("rm", "--force", "--volumes", *ours)
        works("network", "rm", self.name)
        works("image", "rm", self.image, *self.images.values())
        self.folder.cleanup()


class Service:
    """An address of its own, under the Service's name, and on this machine if it is a NodePort."""

    def __init__(self, node: Node, service: Object) -> None:
        spec = service["spec"]
        name = service["metadata"]["name"]
        self.selector = spec["selector"].items()
        ((self.port, self.target),) = ((port["port"], port["targetPort"]) for port in spec["ports"])
        self.routed: list[str] | None = None
        options = ["--init", "--cap-add", "NET_ADMIN", "--network", node.name, "--network-alias", name]
        if spec.get("type") == "NodePort":
            options += ["--publish", f"127.0.0.1::{self.port}"]
        self.container = node.run(f"service-{name}", *options, node.image, "sleep", "infinity")
        node.services.append(self)

    def address(self) -> str:
        return docker("port", self.container, str(self.port)).splitlines()[0]

    def leads_to(self, pods: int) -> bool:
        return len(self.routed or []) == pods

    def follow(self, pods: list["Pod"]) -> None:
        chosen = [pod for pod in pods if self.selector <= pod.labels.items() and pod.is_reached()]
        ends = [f"{pod.ip}:{pod.port(self.target)}" for pod in chosen]
        if ends != self.routed:
            rules = [f"-A PREROUTING -p tcp --dport {self.port} {share}" for share in shares(ends)]
            table = ["*nat", *rules, "-A POSTROUTING -j MASQUERADE", "COMMIT", ""]
            docker("exec", "--interactive", self.container, "iptables-restore", sent="\n".join(table))
            self.routed = ends


def shares(ends: list[str]) -> list[str]:
    """Each new connection goes to any of them; with none it is refused, as nobody listens."""
    return [
        f"-m statistic --mode random --probability {1 / (len(ends) - i):.5f} -j DNAT --to-destination {end}"
        for i, end in enumerate(ends)
    ]
