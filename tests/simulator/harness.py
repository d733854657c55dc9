"""A real simulator and a real bot on loopback, each on its own port, both on one thread's event loop."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import urllib3
from aiohttp import web
from linebot.v3 import WebhookParser
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi, MessagingApiBlob
from linebot.v3.webhook import SignatureValidator

from simulator.server import application
from simulator.simulation import Settings

JSON = dict[str, Any]
SECRET, TOKEN = "channel secret", "channel token"


class Loop:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._runners: list[web.AppRunner] = []
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def serve(self, make: Callable[[], web.Application]) -> str:
        """The address of a server on a free port."""
        return str(self.run(self._serve(make)))

    async def _serve(self, make: Callable[[], web.Application]) -> str:
        runner = web.AppRunner(make(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _end_tasks(self) -> None:
        """Handlers that were still waiting for something."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self) -> None:
        for runner in reversed(self._runners):
            self.run(runner.cleanup())
        self.run(self._end_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


@dataclass
class Bot:
    """Refuses what is not signed; remembers requests, and their events as the SDK types them."""

    status: int = 200
    delay: float = 0.0
    location: str = ""  # where it redirects to
    bodies: list[JSON] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def clear(self) -> None:
        vars(self).update(vars(Bot()))

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/callback", self.callback)
        return app

    async def callback(self, request: web.Request) -> web.Response:
        body, signature = (await request.read()).decode(), request.headers.get("X-Line-Signature", "")
        if not SignatureValidator(SECRET).validate(body, signature):
            return web.Response(status=401)
        self.bodies.append(json.loads(body))
        self.headers.append(dict(request.headers))
        self.events.extend(WebhookParser(SECRET).parse(body, signature))
        await asyncio.sleep(self.delay)
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=self.status, headers=headers)

    def wait(self, count: int, seconds: float = 5) -> list[JSON]:
        """The requests, once there are so many."""
        until(lambda: len(self.bodies) >= count, seconds)
        return self.bodies


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    """Return as soon as it is true; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.005)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    data: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.data)

    @property
    def details(self) -> list[tuple[str, str]]:
        return [(one["property"], one["message"]) for one in self.body.get("details", [])]


class Line:
    """What tests do with the simulator: its control API, and LINE's API raw or through LINE's SDK."""

    def __init__(self, url: str, access_token: str = TOKEN) -> None:
        self.url, self.access_token = url, access_token
        self._http = urllib3.PoolManager(retries=False)
        configuration = Configuration(host=url, access_token=access_token)
        client = ApiClient(configuration)
        self.sdk, self.blobs = MessagingApi(client), MessagingApiBlob(client)

    def request(self, method: str, path: str, *, timeout: float = 10, **more: Any) -> Answer:
        response = self._http.request(method, self.url + path, timeout=timeout, **more)
        return Answer(response.status, response.headers, response.data)

    def ask(self, path: str, **body: Any) -> Answer:
        return self.request("POST", f"/simulator/{path}", json=body)

    def do(self, path: str, **body: Any) -> JSON:
        answer = self.ask(path, **body)
        assert answer.status == 200, answer.data
        found: JSON = answer.body
        return found

    def say(self, chat: str, text: str = "milk", **more: Any) -> JSON:
        return self.do("say", **{"chat": chat, "text": text, "wait": True, **more})

    def token(self, chat: str = "alice") -> str:
        """A fresh reply token."""
        return str(self.say(chat)["event"]["replyToken"])

    def state(self) -> JSON:
        found: JSON = self.request("GET", "/simulator/state").body
        return found

    def chat(self, name: str) -> JSON:
        return next(chat for chat in self.state()["chats"] if name in chat["name"].lower())

    def id(self, name: str) -> str:
        return str(self.chat(name)["id"])

    def replies(self, chat: str) -> list[JSON]:
        found: list[JSON] = self.request("GET", f"/simulator/replies?chat={chat}").body
        return found

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """LINE's API; `path` is what follows /v2/bot/."""
        more: JSON = {} if body is None else {"json": body}
        sent = {
            "Authorization": f"Bearer {self.access_token}",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        if body is not None:
            sent["Content-Type"] = "application/json"
        return self.request(method, f"/v2/bot/{path}", headers=sent, **more)

    def reply(self, token: str, *messages: JSON) -> Answer:
        return self.api(
            "POST", "message/reply", {"replyToken": token, "messages": list(messages or [text()])}
        )

    def push(self, to: str, *messages: JSON, **headers: str) -> Answer:
        return self.api("POST", "message/push", {"to": to, "messages": list(messages or [text()])}, **headers)

    def check(self, *messages: JSON) -> list[tuple[str, str]]:
        """What LINE's dry run says is wrong with the messages."""
        return self.api("POST", "message/validate/reply", {"messages": list(messages)}).details


def text(said: str = "done", **more: Any) -> JSON:
    return {"type": "text", "text": said, **more}


def simulator(loop: Loop, callback: str, **settings: Any) -> Line:
    chosen = Settings(callback, SECRET, TOKEN, **settings)
    return Line(loop.serve(lambda: application(chosen)))
