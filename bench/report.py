"""The figures as tables in Markdown."""

from collections.abc import Iterable, Sequence

from bench.found import Found
from bench.scenarios import Figures, Scenario, middle
from bench.targets import is_fastest, targets

PROCESSES = ("gunicorn", "worker", "nginx", "database", "bench")
NOTES = """\
- **settled/s**: events, from the first webhook sent until the last is answered at LINE and settled in the
  database.
- **callback**: as LINE sees it, through nginx. **reply**: from the webhook until the reply request
  arrives at LINE, so without LINE's own latency. In an open loop both count from when the webhook was due
  (random gaps, as people write), so that waiting in line counts. A closed loop sends faster than the
  worker applies: its reply times are those of a backlog.
- **SQL**: statements an event, callback + worker, by the server's own counters; **commits**: transactions
  that wrote.
- **CPU ms an event** by process, from /proc; **bench** is the load generator and LINE in one process.
  **bench %** and **others %**, which is all else on this machine: of one core.
- **late p99**: how long after its time the generator sent, if it kept to its schedule.
- **wrong**: events lost, unanswered or answered twice, lines not toggled just once, webhooks refused or
  broken.
- Every user has spoken before, so that the one call for a person's profile is no part of it. 70 % of the
  events are one line, 25 % two to five lines, 5 % a keyword; 500 users; signed before the clock starts;
  the same each time.
"""


def report(found: Found) -> str:
    parts = [
        "# What it carries, and what it costs\n",
        "`make bench` writes this file. Ratios count more than figures: the machine is shared.\n",
        "\n".join(f"- {line}" for line in found.machine) + "\n",
        "## Targets\n",
        table(["target", "wanted", "measured", ""], [each.row() for each in targets(found)]),
        "## By load\n",
        table(HEAD, [row(found, scenario) for scenario in found.runs]),
        NOTES,
        "## The callback by itself\n",
        "While the worker sleeps. Whatever is in the body; 64 connections.\n",
        table(CALLBACK_HEAD, [callback_row(name, middle(runs)) for name, runs in found.callback.items()]),
        "## The limits, in the same minutes\n",
        table(LIMITS_HEAD, [limit_row(found, name, rate) for name, rate in found.limit().items()]),
        *by_size(found),
        "## Memory, after the runs by load\n",
        table(["process", "MB"], [[name, f"{size:.0f}"] for name, size in found.memory.items()]),
    ]
    return "\n".join(parts)


SCALE = """\
The worker by itself, with all events pending when it wakes. Nobody renders what no answer is asked for. Five
million tasks only with `ARGS=--big`: of 20,000 other chats, in a buffer pool of 4 GB.
"""


HEAD = [
    *("load", "LINE ms", "settled/s", "callback p50 ms", "p99", "reply p50 ms", "p99"),
    *("SQL", "commits", *(f"{name} ms" for name in PROCESSES)),
    *("bench %", "others %", "late p99 ms", "wrong", "expired"),
]


def row(found: Found, scenario: Scenario) -> list[str]:
    figures = found.middle(scenario)
    times = (figures.times[name] for name in ("callback p50", "callback p99", "reply p50", "reply p99"))
    return [
        *(
            scenario.name,
            f"{1000 * scenario.latency:g}",
            f"{figures.rate:.0f}",
            *(f"{ms:.1f}" for ms in times),
        ),
        *(statements(found, scenario, figures), f"{figures.counts['commits']:.2f}", *spent(figures)),
        *(f"{100 * figures.cpu[name]:.0f}" for name in ("bench share", "others share")),
        f"{figures.times['late p99']:.1f}",
        *(str(figures.wrong), str(figures.fates["expired"])),
    ]


def statements(found: Found, scenario: Scenario, figures: Figures) -> str:
    callback = alone(found).counts["statements"] / scenario.each
    return f"{callback:.1f} + {figures.counts['statements'] - callback:.2f}"


def spent(figures: Figures, processes: Iterable[str] = PROCESSES) -> list[str]:
    return [f"{figures.cpu[name]:.2f}" if name in figures.cpu else "" for name in processes]


CALLBACK_HEAD = ["body", "bodies/s", "SQL", "pings", "commits", "gunicorn ms", "database ms"]


def callback_row(name: str, figures: Figures) -> list[str]:
    counts = (f"{figures.counts[kind]:.2f}" for kind in ("statements", "pings", "commits"))
    return [name, f"{figures.rate:.0f}", *counts, *spent(figures, ("gunicorn", "database"))]


LIMITS_HEAD = ["what", "a second", "ours", "a second", "share"]


def limit_row(found: Found, name: str, rate: float) -> list[str]:
    fastest = next(scenario for scenario in found.runs if is_fastest(scenario))
    if "gunicorn" in name:
        what, ours = "the callback by itself, behind nginx", alone(found).rate
    else:
        what, ours = f"settled: {fastest.name}, LINE 0 ms", found.middle(fastest).rate
    return [name, f"{rate:.0f}", what, f"{ours:.0f}", f"{ours / rate:.0%}"]


def alone(found: Found) -> Figures:
    """The callback by itself, with one line."""
    return middle(next(iter(found.callback.values())))


def by_size(found: Found) -> list[str]:
    rows = [scale_row(name, figures) for name, figures in found.scale.items()]
    return ["## By length of the list and of the table\n", table(SCALE_HEAD, rows), SCALE] if rows else []


SCALE_HEAD = ["with", "settled/s", "SQL", "worker ms", "database ms"]


def scale_row(name: str, figures: Figures) -> list[str]:
    counted = f"{figures.counts['statements']:.2f}"
    return [name, f"{figures.rate:.0f}", counted, *spent(figures, ("worker", "database"))]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
