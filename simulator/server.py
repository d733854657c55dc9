"""The one server: the page, the control API and LINE's API, and who may use the first two.

A web page elsewhere must not drive a simulator on this machine: names that resolve to it (DNS rebinding) are
refused by their Host header, forms and simple requests (CSRF) by their content type.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler as WebHandler

from simulator import control
from simulator.acts import ImpossibleError
from simulator.api import gate, routes
from simulator.ask import Ask, RefusedError
from simulator.simulation import SIMULATION, Settings, Simulation
from simulator.wire import dump

PAGE = Path(__file__).parent / "page"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
MAX_BODY = 2 * 1024 * 1024
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; style-src 'self'; script-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _host(request: web.Request) -> str:
    """The Host header without its port; an IPv6 address keeps its brackets."""
    host = request.headers.get("Host", "").lower()
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


@web.middleware
async def doorkeeper(request: web.Request, handler: WebHandler) -> web.StreamResponse:
    """Everything but LINE's API, which has its bearer token."""
    if request.path.startswith("/v2/"):
        return await handler(request)
    allowed = LOOPBACK | request.app[SIMULATION].settings.allowed_hosts
    if _host(request) not in allowed:
        return error(403, "this Host is not allowed here; see --allow-host")
    if request.method not in ("GET", "HEAD") and request.content_type != "application/json":
        return error(415, "Content-Type must be application/json")
    try:
        return await handler(request)
    except RefusedError as refused:
        return error(refused.status, str(refused))
    except ImpossibleError as impossible:
        return error(409, str(impossible))
    except web.HTTPException as problem:
        return error(problem.status, problem.reason)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    try:
        body = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        raise RefusedError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("the body must be a JSON object")
    return body


def controlled(handler: control.Handler) -> WebHandler:
    async def handle(request: web.Request) -> web.StreamResponse:
        sim = request.app[SIMULATION]
        answer = await handler(sim, Ask(await _body(request), sim.world))
        return web.Response(body=dump(answer), content_type="application/json")

    return handle


async def stream(request: web.Request) -> web.StreamResponse:
    return await request.app[SIMULATION].stream.serve(request)


async def rich_menu_image(request: web.Request) -> web.StreamResponse:
    menu = request.app[SIMULATION].world.menus.menus.get(request.match_info["id"])
    if menu is None or not menu.image:
        return error(404, "no such image")
    return web.Response(body=menu.image, content_type=menu.image_type)


async def page(request: web.Request) -> web.StreamResponse:
    """Only names of files that are there: no path can climb out of the folder."""
    name = request.match_info.get("file", "index.html")
    if name not in {path.name for path in PAGE.iterdir() if path.is_file()}:
        return error(404, "no such file")
    return web.FileResponse(PAGE / name, headers=PAGE_HEADERS)


def application(settings: Settings) -> web.Application:
    app = web.Application(middlewares=[doorkeeper, gate.middleware], client_max_size=MAX_BODY)
    app.router.add_get("/", page)
    app.router.add_get("/page/{file}", page)
    app.router.add_get("/simulator/stream", stream)
    app.router.add_get("/simulator/richmenus/{id}/image", rich_menu_image)
    for name, read in control.READS.items():
        app.router.add_get(f"/simulator/{name}", controlled(read))
    for name, write in control.WRITES.items():
        app.router.add_post(f"/simulator/{name}", controlled(write))
    routes.add(app)

    async def simulation(app: web.Application) -> AsyncIterator[None]:
        app[SIMULATION] = Simulation(settings)
        yield
        await app[SIMULATION].courier.close()

    app.cleanup_ctx.append(simulation)
    return app
