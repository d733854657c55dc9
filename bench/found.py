"""All that was measured."""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.scenarios import Figures, Scenario, middle


@dataclass
class Found:
    machine: list[str]
    runs: dict[Scenario, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    limits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    callback: dict[str, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    scale: dict[str, Figures] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def all(self) -> Iterator[Figures]:
        for runs in (*self.runs.values(), *self.callback.values()):
            yield from runs
        yield from self.scale.values()

    def middle(self, scenario: Scenario) -> Figures:
        return middle(self.runs[scenario])

    def limit(self) -> dict[str, float]:
        return {name: statistics.median(rates) for name, rates in self.limits.items()}
