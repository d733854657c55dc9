"""What the same machine carries in the same minutes when next to nothing is done: figures to divide by."""

from bench import minimal
from bench.events import chatter, prepare
from bench.load import Load
from bench.stack import Carried, port


async def limits(stack: Carried, events: int) -> dict[str, float]:
    """Per second: transactions of a bare script, requests of a bare gunicorn."""
    app, gunicorn = stack.start_bare()
    nginx = stack.start_nginx(app)
    found = {
        "minimal transaction, 1 process": minimal.rate(stack.database, 1, events),
        "minimal transaction, 8 processes": minimal.rate(stack.database, 8, events // 4),
        "bare gunicorn": await requests(port(app), 2 * events),
        "bare gunicorn behind nginx": await requests(port(nginx.url), 2 * events),
    }
    nginx.process.terminate()
    gunicorn.terminate()
    return found


async def requests(at: int, count: int) -> float:
    load = Load(prepare(chatter(count, "bare"), 99_999, f"127.0.0.1:{at}").requests, at, 64)
    await load.run()
    assert not load.refused, "the bare app refused what was signed"
    return count / (max(load.answered) - min(load.sent))
