"""An API server for the real kubectl, in memory.

It keeps objects in their canonical form with defaults filled in (`stored`), and refuses changes of immutable
fields (`immutable`), unknown kinds, and objects whose namespace is not there. It checks no schemas, and its
controllers are one call (`settle`).
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.k8s import cluster, immutable, stored
from tests.k8s.immutable import Refused
from tests.k8s.kinds import Kind, discovery
from tests.k8s.rendered import Object

PATH = re.compile(r"^(/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([^/]+)(?:/([^/]+))?$")
Key = tuple[Kind, str, str]


@dataclass
class Server:
    kinds: tuple[Kind, ...]
    objects: dict[Key, Object] = field(default_factory=dict)
    #: What changed anything, or tried to: `PATCH Deployment/worker`.
    writes: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    versions: Iterator[int] = field(default_factory=lambda: count(1))
    url: str = ""

    def of_kind(self, name: str) -> dict[str, Object]:
        return {key[2]: one for key, one in self.objects.items() if key[0].name == name}

    def settle(self) -> None:
        """What controllers do once objects are there: bind volumes, scale, report, add notes of their own."""
        with self.lock:
            cluster.settle({(key[0].name, key[2]): one for key, one in self.objects.items()})

    def find(self, path: str) -> Key:
        """Raises Refused for a kind that this cluster does not have."""
        found = PATH.match(path)
        for kind in self.kinds:
            if found and (kind.root, kind.plural) == (found[1], found[3]):
                return kind, found[2] or "", found[4] or ""
        raise Refused(404, "NotFound", "the server could not find the requested resource")

    def get(self, key: Key) -> Object:
        if key not in self.objects:
            raise Refused(404, "NotFound", f'{key[0].plural} "{key[2]}" not found')
        return self.objects[key]

    def create(self, key: Key, sent: Object) -> Object:
        kind, namespace, name = key[0], key[1], sent["metadata"]["name"]
        self.writes.append(f"POST {kind.name}/{name}")
        if kind.namespaced and namespace not in self.of_kind("Namespace"):
            raise Refused(404, "NotFound", f'namespaces "{namespace}" not found')
        if (kind, namespace, name) in self.objects:
            raise Refused(409, "AlreadyExists", f'{kind.plural} "{name}" already exists')
        sent["metadata"] |= {"uid": f"uid-{next(self.versions)}", "creationTimestamp": "2026-01-01T00:00:00Z"}
        return self.store((kind, namespace, name), sent, None)

    def patch(self, key: Key, patch: Object, strategic: bool) -> Object:
        old = self.get(key)
        self.writes.append(f"PATCH {key[0].name}/{key[2]}")
        if strategic and key[0].custom:
            raise Refused(415, "UnsupportedMediaType", "no strategic merge for custom kinds")
        new = stored.strategic_merge(old, patch) if strategic else stored.merge(old, patch)
        return self.store(key, new, old)

    def store(self, key: Key, new: Object, old: Object | None) -> Object:
        if not key[0].custom:
            others = [one for name, one in self.of_kind("Service").items() if name != key[2]]
            new = stored.stored(new, old, others)
        if old:
            immutable.check(old, new)
        if new != old:
            new["metadata"]["resourceVersion"] = str(next(self.versions))
        self.objects[key] = new
        return new

    def delete(self, key: Key) -> Object:
        """A namespace takes all with it, faster than kubectl can ask for the rest."""
        gone = self.get(key)
        self.writes.append(f"DELETE {key[0].name}/{key[2]}")
        within = [other for other in self.objects if key[0].name == "Namespace" and other[1] == key[2]]
        for other in (key, *within):
            del self.objects[other]
        return gone


def refusal(refused: Refused) -> Object:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return status | {"message": str(refused), "reason": refused.reason, "code": refused.code}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: Head and body in one packet, else each answer takes the 40 ms of a delayed acknowledgement.
    wbufsize = -1
    server: "Http"

    def do_GET(self) -> None:
        self.answer(self.read)

    def do_POST(self) -> None:
        self.answer(lambda state, key, _: state.create(key, self.body()), 201)

    def do_PATCH(self) -> None:
        strategic = self.headers["Content-Type"] == "application/strategic-merge-patch+json"
        self.answer(lambda state, key, _: state.patch(key, self.body(), strategic))

    def do_DELETE(self) -> None:
        self.body()
        self.answer(lambda state, key, _: state.delete(key))

    def read(self, state: Server, key: Key, query: dict[str, list[str]]) -> Object:
        if key[2]:
            return state.get(key)
        name = query["fieldSelector"][0].removeprefix("metadata.name=")
        found = [one for at, one in state.objects.items() if at == (*key[:2], name)]
        return {"kind": f"{key[0].name}List", "apiVersion": key[0].version, "metadata": {}, "items": found}

    def body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or "null")

    def answer(self, act: Any, status: int = 200) -> None:
        state, url = self.server.state, urlsplit(self.path)
        with state.lock:
            try:
                found = discovery(state.kinds, url.path) if self.command == "GET" else None
                answer = found or act(state, state.find(url.path), parse_qs(url.query))
            except Refused as refused:
                status, answer = refused.code, refusal(refused)
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


class Http(ThreadingHTTPServer):
    daemon_threads = True
    state: Server


@contextmanager
def serving(*kinds: Kind) -> Iterator[Server]:
    with Http(("127.0.0.1", 0), Handler) as http:
        http.state = Server(kinds, url=f"http://127.0.0.1:{http.server_port}")
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield http.state
        finally:
            http.shutdown()
