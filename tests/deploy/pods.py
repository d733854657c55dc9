"""Pods as Kubernetes would run them, on a Docker engine: as much of a kubelet as our manifests need.

As rendered: image, command, environment, rights, limits, volumes, the order of the containers, probes with
the kubelet's own requests, restarts, preStop, the stop signal, the grace period. A pod's network outlives its
containers. A Service leads to pods that are ready, and hears of a change LAG seconds late: in a cluster, too,
nobody waits for kube-proxy.

What this does not show: the API server and its admission, scheduling, topology, requests, autoscalers,
disruption budgets, NetworkPolicies, names longer than `mysql-db`. An emptyDir that outgrew its limit is no
eviction but an error at the end. A probe that is redirected fails, where the kubelet might follow. The
seccomp profile is Docker's. A pod has one main container and no sidecars.
"""

import http.client
import socket
import subprocess
import threading
import time
from collections.abc import Callable

from tests.deploy.containers import docker, logs, options, words, works, write
from tests.deploy.node import Node
from tests.k8s.rendered import Object, named

#: Seconds until Services follow what became of a pod.
LAG = 1.0
#: Seconds before a container's second restart; the first comes at once, each further one after twice as long.
BACK_OFF = 10

KNOWN = {
    *("automountServiceAccountToken", "enableServiceLinks", "securityContext", "topologySpreadConstraints"),
    *("terminationGracePeriodSeconds", "initContainers", "containers", "volumes", "restartPolicy"),
}


class Probe:
    def __init__(self, pod: "Pod", spec: Object) -> None:
        told = dict(spec)
        self.pod = pod
        self.period, self.timeout = told.pop("periodSeconds"), told.pop("timeoutSeconds")
        self.allowed = told.pop("failureThreshold")
        ((self.kind, self.how),) = told.items()
        self.failures, self.due = 0, time.monotonic()

    def ask(self) -> bool | None:
        """Whether all is well; None while there is nothing new to say."""
        if time.monotonic() < self.due:
            return None
        self.due = time.monotonic() + self.period
        ways = {"httpGet": self.get, "exec": self.execute, "tcpSocket": self.connect}
        self.failures = 0 if ways[self.kind]() else self.failures + 1
        return (self.failures == 0) if self.failures in (0, self.allowed) else None

    def get(self) -> bool:
        """Header by header what the kubelet sends."""
        port = self.pod.port(self.how["port"])
        own = {header["name"]: header["value"] for header in self.how.get("httpHeaders", [])}
        headers = {"Host": f"{self.pod.ip}:{port}", "User-Agent": "kube-probe/1.34", "Accept": "*/*"} | own
        connection = http.client.HTTPConnection(self.pod.ip, port, timeout=self.timeout)
        try:
            connection.putrequest("GET", self.how["path"], skip_host=True, skip_accept_encoding=True)
            for name, value in (headers | {"Connection": "close"}).items():
                connection.putheader(name, value)
            connection.endheaders()
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def execute(self) -> bool:
        return works("exec", self.pod.current, *self.how["command"], seconds=self.timeout)

    def connect(self) -> bool:
        try:
            socket.create_connection((self.pod.ip, self.pod.port(self.how["port"])), self.timeout).close()
        except OSError:
            return False
        return True


class Pod:
    """One pod, and a thread that is its kubelet."""

    def __init__(self, node: Node, name: str, template: Object, objects: list[Object]) -> None:
        self.node, self.name, self.objects = node, name, objects
        self.labels, self.spec = template["metadata"]["labels"], template["spec"]
        assert not self.spec.keys() - KNOWN, self.spec.keys() - KNOWN
        (self.main,) = self.spec["containers"]
        self.folder = node.disk / "pods" / name
        self.ip = self.current = self.trouble = ""
        self.ready, self.changed, self.restarts = False, 0.0, 0
        #: Name and the engine's id of each container that was started; what they said, once the pod is gone.
        self.started: list[tuple[str, str]] = []
        self.said: dict[str, str] = {}
        #: The main container's exit code, once it is over for good.
        self.code: int | None = None
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.live)
        node.pods.append(self)
        self.thread.start()

    def is_ready(self) -> bool:
        """Or never will be: then `trouble` says why."""
        return self.ready or bool(self.trouble)

    def is_reached(self) -> bool:
        """Whether Services lead here: whether it was ready LAG seconds ago."""
        return self.ready if time.monotonic() - self.changed > LAG else not self.ready

    def port(self, name: str | int) -> int:
        ports = {port["name"]: int(port["containerPort"]) for port in self.main["ports"]}
        return ports[name] if isinstance(name, str) else name

    def logs(self, container: str) -> str:
        """In all its lives."""
        return self.said.get(container) or "".join(logs(id) for name, id in self.started if name == container)

    def end(self) -> None:
        """As it is deleted: preStop, the stop signal, and when the grace period is over SIGKILL."""
        began = time.monotonic()
        grace = self.spec["terminationGracePeriodSeconds"]
        self.ending.set()
        self.tell(False)
        stop = self.main.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command")
        if stop:
            works("exec", self.current, *stop, seconds=grace)
        left = max(2, round(grace - (time.monotonic() - began)))
        works("stop", "--time", str(left), self.current, seconds=grace + 30)
        self.remove()

    def kill(self) -> None:
        """All of it at once, without a word, as when its node dies. Services hear of it LAG seconds later."""
        self.ending.set()
        works("kill", *[id for _, id in self.started], f"{self.node.name}-{self.name}")
        self.tell(False)
        self.remove()

    # The kubelet's work

    def live(self) -> None:
        try:
            self.prepare()
            for container in self.spec.get("initContainers", []):
                self.keep(container, lambda: self.outcome() == 0)
            if self.spec.get("restartPolicy") == "Never":
                self.start(self.main)
                self.code = self.outcome()
            else:
                self.keep(self.main, self.watch)
        except Exception as error:
            self.trouble = f"{self.name}: {error!r}"

    def prepare(self) -> None:
        """A network, held by a container that does nothing, and the volumes that are its own."""
        sandbox = ["--init", "--network", self.node.name, "--hostname", self.name, self.node.image]
        made = self.node.run(self.name, *sandbox, "sleep", "infinity")
        self.ip = docker(
            "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", made
        )
        self.folder.mkdir(parents=True)
        group = self.spec["securityContext"].get("fsGroup", 0)
        for volume in self.spec.get("volumes", []):
            folder = self.folder / volume["name"]
            if "configMap" in volume:
                write(named(self.objects, "ConfigMap", volume["configMap"]["name"])["data"], folder)
            elif "emptyDir" in volume:
                mode = "2777" if group else "777"
                self.node.shell(f"mkdir -p {folder} && chown 0:{group} {folder} && chmod {mode} {folder}")

    def keep(self, container: Object, well: Callable[[], bool]) -> None:
        """Started again and again, until it came to a good end."""
        pause = 0
        self.start(container)
        while not well() and not self.ending.wait(pause):
            pause = pause * 2 or BACK_OFF
            self.restarts += 1
            self.start(container)

    def start(self, container: Object) -> None:
        if self.ending.is_set():
            return
        name = f"{self.name}-{container['name']}-{len(self.started)}"
        network = ["--network", f"container:{self.node.name}-{self.name}"]
        entrypoint, rest = words(container, self.objects)
        chosen = options(self.spec, container, self.objects, self.node.disk, self.folder)
        image: str = container["image"]
        self.current = self.node.run(
            name, *network, *chosen, *entrypoint, self.node.images.get(image, image), *rest
        )
        self.started.append((container["name"], self.current))

    def outcome(self) -> int | None:
        """Its exit code; None if the pod was ended before."""
        waiting = subprocess.Popen(["docker", "wait", self.current], stdout=subprocess.PIPE, text=True)
        while waiting.poll() is None and not self.ending.wait(0.05):
            pass
        waiting.kill()
        return int(waiting.communicate()[0] or -1) if not self.ending.is_set() else None

    def watch(self) -> bool:
        """Probes, until it dies or is too ill to live. Never well: who serves is to serve for ever."""
        over = threading.Event()

        def await_the_end() -> None:
            self.outcome()
            over.set()

        threading.Thread(target=await_the_end).start()
        kinds = ("startupProbe", "readinessProbe", "livenessProbe")
        startup, ready, alive = (Probe(self, self.main[kind]) for kind in kinds)
        while (up := startup.ask()) is None and not over.wait(0.1):
            pass
        while up and not over.wait(0.1):
            verdict = ready.ask()
            self.tell(self.ready if verdict is None else verdict)
            up = alive.ask() is not False
        self.tell(False)
        if not over.is_set():
            works(
                "stop", "--time", str(self.spec["terminationGracePeriodSeconds"]), self.current, seconds=200
            )
        return False

    def tell(self, ready: bool) -> None:
        ready = ready and not self.ending.is_set()
        if ready != self.ready:
            self.ready, self.changed = ready, time.monotonic()

    def remove(self) -> None:
        self.thread.join()
        time.sleep(max(0, self.changed + LAG - time.monotonic()))
        self.code = int(docker("inspect", "--format", "{{.State.ExitCode}}", self.current))
        self.said = {name: self.logs(name) for name, _ in self.started}
        self.node.pods.remove(self)
        used = self.used()
        works("rm", "--force", *[id for _, id in self.started], f"{self.node.name}-{self.name}")
        self.node.shell(f"rm -rf {self.folder}")
        assert not used, f"{self.name}: more than its limit was written to {used}"

    def used(self) -> list[str]:
        """The volumes that hold more than they may."""
        volumes = self.spec.get("volumes", [])
        limits = {one["name"]: one["emptyDir"]["sizeLimit"] for one in volumes if "emptyDir" in one}
        check = "{ test $(du -sb %s/%s | cut -f 1) -lt $(numfmt --from=iec-i %s) || echo %s; }"
        script = " && ".join(check % (self.folder, name, most, name) for name, most in limits.items())
        return self.node.shell(script).split() if script else []
