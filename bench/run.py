"""Starts the stack, measures, gives all figures back."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.events import USERS, Message, titles_of
from bench.figures import family, memory
from bench.limits import limits
from bench.line import Line, serve
from bench.plan import FULL, QUICK, REPEATS
from bench.scenarios import Bench, Figures, Scenario
from bench.stack import Carried, port

#: Bodies whose statements are counted: the callback must cost the same whatever is in them.
BODIES = {"one line": (1, 1), "five lines": (5, 1), "ten events": (1, 10), "two hundred events": (1, 200)}
UNSHARED = ("Private_Clean", "Private_Dirty")


@dataclass
class Found:
    runs: dict[Scenario, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    limits: list[dict[str, float]] = field(default_factory=list)
    callback: dict[str, Figures] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)


async def measure(quick: bool) -> Found:
    found = Found()
    with started() as stack:
        line = Line()
        server = await serve(line, port(stack.line))
        bench = Bench(stack, line)
        await warm_up(bench)
        for repeat in range(1 if quick else REPEATS):
            found.limits.append(await limits(stack, 500 if quick else 2000))
            for scenario in QUICK if quick else FULL:
                if repeat == 0 or not scenario.once:
                    found.runs[scenario].append(figures := await bench.run(scenario))
                    print(shown(scenario, figures), flush=True)
        for name, (lines, each) in BODIES.items():
            found.callback[name] = await bench.callback(messages(max(400, each), lines), each)
        found.memory = sizes(stack)
        server.close()
    return found


@contextmanager
def started() -> Iterator[Carried]:
    stack = Carried()
    try:
        stack.begin()
        yield stack
    finally:
        stack.stop()


def messages(count: int, lines: int) -> list[Message]:
    return [
        Message(user, tuple(titles_of(user)[:lines]))
        for user in (USERS[number % len(USERS)] for number in range(count))
    ]


async def warm_up(bench: Bench) -> None:
    """Everybody has a list, and LINE has been asked for everybody's profile."""
    everybody = messages(len(USERS), 8)
    for _ in range(5):
        await bench.run(Scenario(len(everybody), connections=16), everybody)
        if not bench.stack.count("SELECT COUNT(*) FROM todos_chat WHERE profile_at IS NULL"):
            return
    raise RuntimeError("profiles are missing")


def sizes(stack: Carried) -> dict[str, float]:
    """Megabytes."""
    _master, *apps = family(stack.gunicorn.pid)
    return {
        "worker, RSS": memory(stack.workers[0].pid, "Rss"),
        "app worker, unshared": max(memory(app, *UNSHARED) for app in apps),
        "app worker, RSS": max(memory(app, "Rss") for app in apps),
    }


def shown(scenario: Scenario, figures: Figures) -> str:
    """For who waits."""
    numbers = figures.times | figures.counts | figures.cpu | figures.fates
    return f"{scenario.name} LINE {1000 * scenario.latency:g} ms: {figures.rate:.0f}/s " + " ".join(
        f"{name}={number:.3g}" for name, number in numbers.items() if number
    )
