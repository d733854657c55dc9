"""What every call to LINE's API passes: trouble, bearer token, request id, LINE's errors, the page's log."""

import asyncio
import inspect
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from secrets import compare_digest
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler as WebHandler

from simulator.api.call import Answer, Call, LineError
from simulator.simulation import SIMULATION, Simulation
from simulator.wire import dump

JSON = dict[str, Any]
Endpoint = Callable[[Simulation, Call], Answer | Awaitable[Answer]]

UNAUTHORIZED = "Authentication failed due to the following reason: "
TROUBLES = {
    "429": (429, "The API rate limit has been exceeded. Try again later."),
    "500": (500, "The server encountered an unexpected condition. Try again later."),
}
PROBLEMS = {404: "Not found", 405: "Method Not Allowed", 413: "Request Entity Too Large"}
CALL_ID = web.RequestKey("call_id", str)
# LINE rejects a retry key anywhere else.
RETRYABLE = {"/v2/bot/message/push", "/v2/bot/message/multicast"}


@web.middleware
async def middleware(request: web.Request, handler: WebHandler) -> web.StreamResponse:
    if not request.path.startswith("/v2/"):
        return await handler(request)
    sim, started, call_id = request.app[SIMULATION], time.perf_counter(), str(uuid.uuid4())
    request[CALL_ID] = call_id
    if sim.trouble.mode == "down":
        response = _cut(request)
    else:
        response = await _respond(sim, request, handler)
        response.headers["X-Line-Request-Id"] = call_id
    if not sim.settings.quiet:
        sim.saw(await _record(request, response, started))
    return response


def _cut(request: web.Request) -> web.Response:
    """Nothing is read, done or answered; the status is for the page's log only."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=499)


async def _respond(sim: Simulation, request: web.Request, handler: WebHandler) -> web.Response:
    trouble = sim.trouble
    try:
        if trouble.mode in TROUBLES:
            raise LineError(*TROUBLES[trouble.mode])
        response = await _routed(sim, request, handler)
    except LineError as failure:
        response = _json(failure.body, failure.status, failure.headers)
    except web.HTTPException as problem:
        response = _json({"message": PROBLEMS.get(problem.status, problem.reason)}, problem.status, {})
        response.headers.update({"Allow": problem.headers["Allow"]} if "Allow" in problem.headers else {})
    if trouble.mode == "slow":
        # Slow to answer, not slow to act: what was asked for is done by now, even if nobody waits any more.
        await asyncio.sleep(trouble.delay_ms / 1000)
    return response


async def _routed(sim: Simulation, request: web.Request, handler: WebHandler) -> web.Response:
    if request.match_info.http_exception is None:
        _authenticate(request.headers.get("Authorization", ""), sim.access_tokens)
        if "X-Line-Retry-Key" in request.headers and request.path not in RETRYABLE:
            raise LineError(400, "The retry key is not supported by this endpoint")
    response = await handler(request)
    assert isinstance(response, web.Response)  # noqa: S101  every endpoint makes one; for mypy
    return response


def _authenticate(header: str, tokens: list[str]) -> None:
    if not header:
        raise LineError(401, UNAUTHORIZED + "missing authorization header")
    given = header.encode(errors="surrogateescape")
    if not any(compare_digest(given, f"Bearer {token}".encode()) for token in tokens):
        raise LineError(
            401,
            UNAUTHORIZED
            + "invalid token. Confirm that the access token in the authorization header is valid.",
        )


def _json(body: JSON, status: int, headers: dict[str, str]) -> web.Response:
    return web.Response(body=dump(body), status=status, headers=headers, content_type="application/json")


def endpoint(do: Endpoint) -> WebHandler:
    async def handle(request: web.Request) -> web.StreamResponse:
        call = Call(
            request[CALL_ID],
            request.match_info,
            request.headers.get("X-Line-Retry-Key", ""),
            request.content_type,
            await request.read(),
        )
        made = do(request.app[SIMULATION], call)
        answer = await made if inspect.isawaitable(made) else made
        if answer.blob is not None:
            return web.Response(body=answer.blob, content_type=answer.content_type)
        return _json(answer.body, answer.status, {})

    return handle


async def _record(request: web.Request, response: web.Response, started: float) -> JSON:
    cut = response.status == 499
    return {
        "id": request[CALL_ID],
        "at": int(time.time() * 1000),
        "method": request.method,
        "path": request.path,
        "status": 0 if cut else response.status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
        "requestId": request[CALL_ID],
        "request": None if cut else _object(request.content_type, await _read(request)),
        "response": _object(response.content_type, response.body) or {},
    }


async def _read(request: web.Request) -> bytes:
    """What was read already; a body too large to read is not worth keeping."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return b""


def _object(content_type: str, body: Any) -> JSON | None:
    if content_type != "application/json" or not isinstance(body, bytes):
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
