"""What is made of the figures."""

from dataclasses import replace

from bench.figures import percentile
from bench.found import Found
from bench.report import report
from bench.scenarios import Figures, Scenario, middle
from bench.targets import targets

FATES = dict.fromkeys(("lost", "unanswered", "twice", "miscounted", "refused", "broken", "expired"), 0)
TIMES = {f"{name} p{share}": 10.0 for name in ("callback", "reply", "late") for share in (50, 99)}
COUNTS = {"statements": 2.0, "pings": 1.0, "commits": 1.0}
CPU = dict.fromkeys(("gunicorn", "worker", "nginx", "database", "bench", "others share", "bench share"), 0.5)
GOOD = Figures(750, TIMES, COUNTS, CPU, FATES)
AT_ONCE, AT_300_MS = Scenario(4000), Scenario(4000, latency=0.3)


def found(**runs: Figures) -> Found:
    made = Found(["A machine."], callback={"one line": [GOOD]})
    made.memory = {"worker, RSS": 100, "app worker, unshared": 30}
    made.runs |= {AT_ONCE: [runs.get("at_once", GOOD)], AT_300_MS: [runs.get("at_300_ms", GOOD)]}
    made.scale = {"10 tasks": GOOD, "400 tasks": runs.get("long_list", GOOD)}
    return made


def missed(made: Found) -> list[str]:
    return [target.what for target in targets(made) if not target.is_met]


def test_what_is_good_enough_misses_nothing() -> None:
    assert missed(found()) == []
    assert "miss" not in report(found())


def test_a_slow_line_must_not_slow_the_bot() -> None:
    assert missed(found(at_300_ms=replace(GOOD, rate=701), at_once=replace(GOOD, rate=800))) == [
        "slowest of these"
    ]


def test_one_lost_event_is_a_miss_and_stands_in_the_table() -> None:
    lost = replace(GOOD, fates=FATES | {"lost": 1})
    assert missed(found(at_once=lost)) == ["lost, unanswered, twice"]
    assert "**miss**" in report(found(at_once=lost))


def test_an_expired_reply_is_told_apart_from_a_lost_one() -> None:
    assert replace(GOOD, fates=FATES | {"expired": 3}).wrong == 0


def test_a_long_list_must_not_make_an_event_dearer() -> None:
    dear = replace(GOOD, cpu=CPU | {"worker": 1.0})
    assert missed(found(long_list=dear)) == ["an event's cost, 400 tasks, against 10 tasks"]


def test_the_median_leaves_out_a_bad_minute_but_no_lost_event() -> None:
    bad = replace(GOOD, rate=90, fates=FATES | {"lost": 2})
    assert (middle([bad, GOOD, GOOD]).rate, middle([bad, GOOD, GOOD]).wrong) == (750, 2)


def test_percentiles() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)) == (51, 100, 0)
