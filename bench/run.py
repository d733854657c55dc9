"""Starts the stack and measures."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench import machine, scale
from bench.events import USERS, Message, titles_of
from bench.figures import family, memory
from bench.found import Found
from bench.limits import limits
from bench.line import Line, serve
from bench.plan import FULL, QUICK, REPEATS
from bench.scenarios import Bench, Figures, Scenario
from bench.stack import Carried, port

#: Name -> lines in an event, events in a body: the callback must take the same statements for each.
BODIES = {"one line": (1, 1), "five lines": (5, 1), "five events": (1, 5)}
UNSHARED = ("Private_Clean", "Private_Dirty")


async def measure(quick: bool, big: bool) -> Found:
    with started() as stack:
        line = Line()
        await serve(line, port(stack.line))
        bench = Bench(stack, line)
        found = Found(machine.described(bench.counters))
        await warm_up(bench)
        for repeat in range(1 if quick else REPEATS):
            for name, rate in (await limits(stack, 400 if quick else 1500)).items():
                found.limits[name].append(rate)
            for name, (lines, each) in BODIES.items():
                found.callback[name].append(await bench.callback(messages(each * 250, lines), each))
            for scenario in QUICK if quick else FULL:
                if not (repeat and scenario.once):
                    found.runs[scenario].append(figures := await bench.run(scenario))
                    print(shown(scenario, figures), flush=True)
        found.memory = sizes(stack)
        if not quick:
            found.scale = await scale.by_list(bench) | (await scale.by_table(bench) if big else {})
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
    """From each person in turn, the first of their titles."""
    users = (USERS[number % len(USERS)] for number in range(count))
    return [Message(user, tuple(titles_of(user)[:lines])) for user in users]


async def warm_up(bench: Bench) -> None:
    """Everybody has a list, and LINE has been asked for everybody's profile."""
    for _ in range(5):
        await bench.run(Scenario(len(USERS), connections=16), messages(len(USERS), 10))
        if not bench.stack.count("SELECT COUNT(*) FROM todos_chat WHERE profile_at IS NULL"):
            break


def sizes(stack: Carried) -> dict[str, float]:
    """Megabytes."""
    _master, *apps = family(stack.app_servers[0].pid)
    return {
        "worker, RSS": memory(stack.workers[0].pid, "Rss"),
        "app worker, unshared": max(memory(app, *UNSHARED) for app in apps),
        "app worker, RSS": max(memory(app, "Rss") for app in apps),
    }


def shown(scenario: Scenario, figures: Figures) -> str:
    """For who waits."""
    times = figures.times
    return (
        f"{scenario.name}, LINE {1000 * scenario.latency:g} ms: {figures.rate:.0f}/s,"
        f" callback p99 {times['callback p99']:.1f} ms, reply p50 {times['reply p50']:.1f} ms,"
        f" {figures.wrong} wrong, {figures.fates['expired']} expired"
    )
