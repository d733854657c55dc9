"""What issue 3 asks for, beside what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.found import Found
from bench.scenarios import Figures, Scenario, middle

#: How much more an event may cost and still cost the same: two runs of one thing differ by as much.
SAME = 1.2


@dataclass(frozen=True)
class Target:
    what: str
    wanted: str
    measured: str
    is_met: bool

    def row(self) -> list[str]:
        return [self.what, self.wanted, self.measured, "pass" if self.is_met else "**miss**"]


def at_most(what: str, limit: float, measured: float, unit: str) -> Target:
    return Target(what, f"at most {limit:g} {unit}", f"{measured:.3g} {unit}", measured <= limit)


def targets(found: Found) -> Iterator[Target]:
    """Only those for which there is a figure."""
    yield from throughput({s.latency: found.middle(s).rate for s in found.runs if is_fastest(s)})
    for scenario in found.runs:
        if scenario.rate == 200:
            figures, when = found.middle(scenario), f"at 200/s, LINE {1000 * scenario.latency:g} ms"
            yield at_most(f"callback p99 {when}", 50, figures.times["callback p99"], "ms")
            if not scenario.recovers:
                yield at_most(f"webhook to reply p50 {when}", 60, figures.times["reply p50"], "ms")
    most = max(middle(runs).counts["statements"] for runs in found.callback.values())
    yield at_most("SQL in the callback, whatever the body", 3, round(most, 1), "statements")
    yield at_most("worker's RSS", 120, found.memory["worker, RSS"], "MB")
    yield at_most("app worker's unshared memory", 60, found.memory["app worker, unshared"], "MB")
    yield from costs(found)
    wrong = sum(figures.wrong for figures in found.all())
    yield Target("lost, unanswered, twice", "0", str(wrong), wrong == 0)


def is_fastest(scenario: Scenario) -> bool:
    return not scenario.rate and scenario.connections == 64 and scenario.each == 1


def throughput(rates: dict[float, float]) -> Iterator[Target]:
    for latency, rate in rates.items():
        what = f"settled, LINE {1000 * latency:g} ms"
        yield Target(what, "at least 700/s", f"{rate:.0f}/s", rate >= 700)
    if len(rates) > 1:
        share = min(rates.values()) / max(rates.values())
        yield Target("slowest of these", "at least 90 % of the fastest", f"{share:.0%}", share >= 0.9)


def costs(found: Found) -> Iterator[Target]:
    """CPU of the worker and the database: with the long list or table, as a multiple of with the short."""
    scale = [(name, figures) for name, figures in found.scale.items() if "answered" not in name]
    for (small, cheap), (large, dear) in zip(scale[::2], scale[1::2], strict=True):
        ratio = cost(dear) / cost(cheap)
        what = f"an event's cost, {large}, against {small}"
        yield Target(what, f"the same (at most {SAME:g} times)", f"{ratio:.2f} times", ratio <= SAME)


def cost(figures: Figures) -> float:
    return figures.cpu["worker"] + figures.cpu.get("database", 0)
