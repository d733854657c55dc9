"""One run: so many events at the bot's door, until the last of them is settled and answered."""

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bench.events import Message, Prepared, chatter, prepare
from bench.figures import Counters, Usage, percentile
from bench.line import Line
from bench.load import Load
from bench.stack import Carried

WAITING = "SELECT EXISTS(SELECT 1 FROM todos_event WHERE state IN ('pending', 'applied'))"
#: Seconds. A reply token lives 60.
PATIENCE = 150


@dataclass(frozen=True)
class Scenario:
    """Closed loop over so many connections, or `rate` events a second over as many as it takes."""

    events: int
    connections: int = 64
    rate: float = 0
    latency: float = 0  # LINE's, in seconds
    each: int = 1  # events in a body
    replies: bool = True
    recovers: bool = False  # LINE answers at once again when all has been sent
    once: bool = False  # too long to be repeated

    @property
    def name(self) -> str:
        load = f"open, {self.rate:g}/s" if self.rate else f"closed, {self.connections}"
        return load + (f", {self.each} a body" if self.each > 1 else "")


@dataclass(frozen=True)
class Figures:
    """Times in milliseconds; counts and CPU time per event."""

    rate: float
    times: dict[str, float]
    counts: dict[str, float]
    cpu: dict[str, float]
    fates: dict[str, int] = field(default_factory=dict)

    @property
    def wrong(self) -> int:
        return sum(count for fate, count in self.fates.items() if fate != "expired")


def middle(runs: Sequence[Figures]) -> Figures:
    """The median of each figure by itself; what went wrong is added up."""
    return Figures(
        statistics.median(run.rate for run in runs),
        medians([run.times for run in runs]),
        medians([run.counts for run in runs]),
        medians([run.cpu for run in runs]),
        {fate: sum(run.fates[fate] for run in runs) for fate in runs[0].fates},
    )


def medians(measured: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in measured) for name in measured[0]}


class Bench:
    def __init__(self, stack: Carried, line: Line) -> None:
        self.stack, self.line = stack, line
        self.counters = Counters(stack.database.connect())
        self.usage = Usage(
            {
                "gunicorn": stack.app_servers[0].pid,
                "worker": stack.workers[0].pid,
                "nginx": stack.front.process.pid,
                "database": self.counters.server_pid(),
                "bench": os.getpid(),
            }
        )
        self.runs = 0

    async def run(self, scenario: Scenario, messages: Sequence[Message] = ()) -> Figures:
        made = self.prepare(scenario, messages)
        self.line.latency = scenario.latency
        load = Load(made.requests, self.stack.port, scenario.connections)
        counted = self.counters.read()
        self.usage.begin()
        await load.run(scenario.rate / scenario.each)
        if scenario.recovers:
            self.line.latency = 0
        end = await self.settled(0.25 if scenario.replies else 0.02)
        return Figures(
            made.events / (end - load.due[0]),
            self.times(load, made),
            self.counters.since(counted, made.events),
            self.usage.end(made.events),
            self.fates(made, load),
        )

    async def callback(self, messages: Sequence[Message], each: int = 1) -> Figures:
        """The callback by itself: the worker sleeps meanwhile. Counts and CPU time are per body."""
        made = self.prepare(Scenario(len(messages), each=each), messages)
        load = Load(made.requests, self.stack.port, 64)
        with self.asleep():
            counted = self.counters.read()
            self.usage.begin()
            await load.run()
            bodies = len(made.requests)
            counts, used = self.counters.since(counted, bodies), self.usage.end(bodies)
        rate = bodies / (max(load.answered) - load.due[0])
        await self.settled(0.25)
        return Figures(rate, self.times(load, made), counts, used, self.fates(made, load))

    async def backlog(self, messages: Sequence[Message], replies: bool = True) -> Figures:
        """The worker by itself, with all of it pending when it wakes: the batches are the same each time."""
        made = self.prepare(Scenario(len(messages), replies=replies), messages)
        load = Load(made.requests, self.stack.port, 64)
        with self.asleep():
            await load.run()
            counted = self.counters.read()
            self.usage.begin()
            began = time.perf_counter()
        rate = made.events / (await self.settled(0.25 if replies else 0.02) - began)
        counts, used = self.counters.since(counted, made.events), self.usage.end(made.events)
        return Figures(rate, self.times(load, made), counts, used, self.fates(made, load))

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """The worker does nothing, and LINE answers at once."""
        self.line.latency = 0
        worker = self.stack.workers[0]
        worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            worker.send_signal(signal.SIGCONT)

    def prepare(self, scenario: Scenario, messages: Sequence[Message]) -> Prepared:
        self.runs += 1
        messages = messages or chatter(scenario.events, f"run {self.runs}")
        host = f"127.0.0.1:{self.stack.port}"
        made = prepare(messages, self.runs, host, scenario.each, scenario.replies)
        self.line.expect(made.tokens)
        return made

    async def settled(self, pause: float) -> float:
        """When nothing waits in the inbox any more. Asks in earnest once LINE has all replies."""
        deadline = time.monotonic() + PATIENCE
        while self.counters.ask(WAITING) != [(0,)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"events are not settled within {PATIENCE} s")
            with suppress(TimeoutError):
                if self.line.complete.is_set():
                    await asyncio.sleep(0.01)
                else:
                    await asyncio.wait_for(self.line.complete.wait(), pause)
        return time.perf_counter()

    def times(self, load: Load, made: Prepared) -> dict[str, float]:
        """From when each request was due: what waited in line because the bot was slow has waited."""
        callback = [end - due for end, due in zip(load.answered, load.due, strict=True)]
        late = [sent - due for sent, due in zip(load.sent, load.due, strict=True)]
        reply = [end - load.due[at // made.each] for at, end in enumerate(self.line.arrived) if end]
        return {
            f"{name} p{share}": 1000 * percentile(values, share / 100)
            for name, values in (("callback", callback), ("reply", reply), ("late", late))
            for share in (50, 99)
        }

    def fates(self, made: Prepared, load: Load) -> dict[str, int]:
        """How many events went wrong, and how. All but `expired` must be none."""
        mine = f"e.webhook_event_id LIKE '{made.prefix}%'"
        states = "SUM(state = 'settled'), SUM(reply = 'expired'), SUM(reply = 'refused')"
        (row,) = self.counters.ask(f"SELECT {states} FROM todos_event e WHERE {mine}")
        settled, expired, refused = (int(count or 0) for count in row)
        changes = "SELECT COUNT(*) FROM todos_change c JOIN todos_event e ON e.id = c.event_id"
        ((toggled,),) = self.counters.ask(f"{changes} WHERE e.did = 'toggled' AND {mine}")
        return {
            "lost": made.events - settled,
            "unanswered": max(0, self.line.missing - expired),
            "twice": self.line.twice + self.line.unknown,
            "miscounted": abs(int(toggled) - made.lines),
            "refused": refused + load.refused,
            "broken": load.broken,
            "expired": expired,
        }
