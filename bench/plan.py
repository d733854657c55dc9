"""What is measured, in which order: everything once, then again, so that a noisy minute meets all alike."""

from bench.scenarios import Scenario

CLOSED = [
    Scenario(events, connections=connections, latency=latency)
    for latency in (0, 0.1, 0.3)
    for connections, events in ((1, 800), (16, 2000), (64, 4000))
]
OPEN = [
    Scenario(events, rate=rate, latency=latency)
    for latency in (0, 0.1)
    for rate, events in ((50, 300), (200, 1200), (400, 2000))
]
BATCHED = Scenario(4000, connections=16, each=5)
SLOW = Scenario(2000, rate=200, latency=5, recovers=True, once=True)
FULL = [*CLOSED, *OPEN, BATCHED, SLOW]
QUICK = [
    Scenario(1500),
    Scenario(1000, connections=16, latency=0.3),
    Scenario(600, rate=200, latency=0.1),
]
REPEATS = 3
