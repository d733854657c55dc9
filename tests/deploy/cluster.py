"""k8s/overlays/local applied, as `kubectl apply -k` and the controllers behind it would do it."""

import re
import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial

from tests.deploy.containers import docker
from tests.deploy.node import Node, Service
from tests.deploy.pods import Pod
from tests.deploy.talk import Bot
from tests.e2e.base import ROOT, until
from tests.k8s.rendered import Object, named, objects, of_kind, overlay, pod, tree

#: As k8s/overlays/local/load builds them.
BUILDS = {
    "todobot": ["."],
    "todobot-simulator": ["--target", "simulator", "."],
    "todobot-nginx": ["nginx"],
}


def folders() -> str:
    """How `load` makes the folders for the volumes, in a pod where the node's is /node."""
    (command,) = re.findall(r'"sh", "-c", "(cd /node [^"]+)"', (ROOT / "k8s/overlays/local/load").read_text())
    return str(command)


def edited(**secrets: str) -> list[Object]:
    """The overlay as it is rendered after somebody has edited its secrets."""
    copy = tree() / "overlays" / uuid.uuid4().hex
    shutil.copytree(tree() / "overlays/local", copy, symlinks=True)
    file = copy / "throw-away-secrets.env"
    text = file.read_text()
    for name, value in secrets.items():
        text, found = re.subn(f"^{name}=.*$", f"{name}={value}", text, flags=re.M)
        assert found == 1
    file.write_text(text)
    return objects(copy)


class Cluster(Bot):
    def __init__(self) -> None:
        ours = f"todobot-test-{uuid.uuid4().hex[:8]}"
        self.node = Node({f"{name}:local": f"{ours}-{name}" for name in BUILDS})
        self.objects: list[Object] = []
        self.pods: dict[str, list[Pod]] = {}
        self.services: dict[str, Service] = {}
        self.numbers = 0

    def up(self) -> None:
        for name, options in BUILDS.items():
            tag = self.node.images[f"{name}:local"]
            docker("build", "--quiet", "--tag", tag, *options, seconds=580)
        self.node.start()
        mounted = ["--user", "0", "--volume", f"{self.node.disk}/var/lib/todobot:/node"]
        docker("run", "--rm", *mounted, self.node.images["todobot:local"], "sh", "-c", folders())
        wanted = overlay("local")
        self.services = {
            one["metadata"]["name"]: Service(self.node, one) for one in of_kind(wanted, "Service")
        }
        self.apply(wanted)
        self.await_routes()
        self.line = f"http://{self.services['simulator'].address()}"

    def down(self) -> None:
        self.node.close()

    def apply(self, wanted: list[Object], but: str = "") -> set[str]:
        """Rolls each Deployment that is to be another, all at once. Their names, once they have."""
        before, self.objects = self.objects, wanted
        changed = [one["metadata"]["name"] for one in of_kind(wanted, "Deployment") if one not in before]
        self.restart(*[name for name in changed if name != but])
        return set(changed)

    def restart(self, *names: str) -> None:
        """As `kubectl rollout restart`."""
        self.together([partial(self.roll, named(self.objects, "Deployment", name)) for name in names])

    def together(self, works: list[Callable[[], object]]) -> None:
        with ThreadPoolExecutor(16) as pool:
            for future in [pool.submit(work) for work in works]:
                future.result(400)

    def roll(self, deployment: Object) -> None:
        name = deployment["metadata"]["name"]
        old = self.pods.get(name, [])
        strategy = deployment["spec"]["strategy"]
        if not old or strategy["type"] == "Recreate":
            self.scale(name, 0)
            self.scale(name, self.replicas(name))
            return
        assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
        with ThreadPoolExecutor(16) as pool:
            ends = []
            for one in list(old):
                self.await_ready([self.start(name)])
                old.remove(one)
                ends.append(pool.submit(one.end))
            for end in ends:
                end.result(200)

    def scale(self, name: str, replicas: int) -> None:
        """Waits until they are ready, or gone."""
        now = self.pods.setdefault(name, [])
        over = [now.pop() for _ in range(len(now) - replicas)]
        self.together([one.end for one in over])
        self.await_ready([self.start(name) for _ in range(replicas - len(now))])

    def kill(self, name: str) -> None:
        """One pod of it vanishes."""
        self.pods[name].pop(0).kill()

    def replicas(self, name: str) -> int:
        for scaler in of_kind(self.objects, "HorizontalPodAutoscaler"):
            if scaler["spec"]["scaleTargetRef"]["name"] == name:
                return int(scaler["spec"]["minReplicas"])
        return int(named(self.objects, "Deployment", name)["spec"].get("replicas", 1))

    def start(self, name: str) -> Pod:
        made = self.pod(name, pod(named(self.objects, "Deployment", name)))
        self.pods[name].append(made)
        return made

    def pod(self, name: str, template: Object, among: list[Object] | None = None) -> Pod:
        self.numbers += 1
        return Pod(self.node, f"{name}-{self.numbers}", template, among or self.objects)

    def await_ready(self, pods: list[Pod], seconds: int = 200) -> None:
        for one in pods:
            try:
                until(one.is_ready, seconds, f"{one.name} is ready")
                assert not one.trouble, one.trouble
            except AssertionError as error:
                raise AssertionError(f"{error}\n{self.said(one)}") from None

    def await_routes(self) -> None:
        for name, service in self.services.items():
            what = f"{name} leads to all its pods"
            until(partial(service.leads_to, len(self.pods[name])), 20, what)

    def said(self, one: Pod) -> str:
        return "\n".join(f"{name}: {one.logs(name)[-3000:]}" for name, _ in one.started)

    def job(self, cronjob: str, **env: str) -> Pod:
        """`kubectl create job --from=cronjob/...`, with variables edited, to its end."""
        template = deepcopy(pod(named(self.objects, "CronJob", cronjob)))
        for variable in template["spec"]["containers"][0]["env"]:
            if variable["name"] in env:
                variable["value"] = env.pop(variable["name"])
        assert not env
        made = self.pod(cronjob, template)
        until(lambda: made.code is not None or bool(made.trouble), 120, f"{cronjob} comes to its end")
        assert not made.trouble, made.trouble
        made.remove()
        return made

    def in_database(self, *command: str) -> str:
        return docker("exec", self.pods["mysql-db"][0].current, *command)

    @property
    def bot(self) -> str:
        """nginx's address; a browser on the laptop says localhost:30082."""
        return f"http://{self.services['linebot-nginx'].address()}"

    def everybody(self, *names: str) -> list[Pod]:
        return [one for name in names or self.pods for one in self.pods[name]]
