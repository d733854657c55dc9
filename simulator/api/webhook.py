"""The webhook endpoint: which it is, setting it, testing it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from simulator.api.call import Answer, Call, LineError, invalid
from simulator.simulation import Simulation

MAX_URL = 500
REASONS = {
    "": "OK",
    "could_not_connect": "COULD_NOT_CONNECT",
    "request_timeout": "REQUEST_TIMEOUT",
    "error_status_code": "ERROR_STATUS_CODE",
    "unclassified": "UNCLASSIFIED",
}


def _url(value: object) -> str:
    """LINE takes https only; a bot on one's own machine has plain http."""
    if not isinstance(value, str) or len(value) > MAX_URL:
        raise invalid(("endpoint", f"Length must be between 0 and {MAX_URL}"))
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise LineError(400, "Invalid webhook endpoint URL")
    return value


def _callback(sim: Simulation) -> str:
    if not sim.courier.callback:
        raise LineError(404, "Webhook endpoint not found")
    return sim.courier.callback


def read(sim: Simulation, call: Call) -> Answer:
    return Answer({"endpoint": _callback(sim), "active": sim.courier.used})


def write(sim: Simulation, call: Call) -> Answer:
    sim.courier.callback = _url(call.body().get("endpoint"))
    sim.world.changed()
    return Answer()


async def test(sim: Simulation, call: Call) -> Answer:
    asked = call.body().get("endpoint") if call.raw else None
    delivery = await sim.courier.test(_url(asked) if asked else _callback(sim), sim.world.bot_id)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Answer(
        {
            "success": not delivery.error,
            "timestamp": now,
            "statusCode": delivery.status,
            "reason": REASONS[delivery.error],
            "detail": str(delivery.status) if delivery.status else delivery.error,
        }
    )
