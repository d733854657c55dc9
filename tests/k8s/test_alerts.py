"""The alert rules ask for series that the bot has, stay silent while it is well, and say what is not."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics import MetricWrapperBase

from tests.e2e.base import ROOT
from tests.k8s.rendered import Object, base, named
from todos import metrics
from todos.line.client import Fate

ENDS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
PROMTOOL = shutil.which("promtool")

#: An hour of a bot that is well, a value each 30 s.
WELL = {
    'todobot_database_up{pod="worker"}': "1x120",
    'todobot_inbox_oldest_seconds{pod="worker"}': "0x20 8x3 0x97",
    'todobot_callback_seconds_count{pod="app", status="200"}': "0+60x120",
    'todobot_callback_seconds_count{pod="app", status="400"}': "0+60x120",
    'todobot_callback_seconds_bucket{pod="app", status="200", le="0.1"}': "0+60x120",
    'todobot_callback_seconds_bucket{pod="app", status="200", le="0.5"}': "0+60x120",
    'todobot_callback_seconds_bucket{pod="app", status="200", le="2.0"}': "0+60x120",
    'todobot_callback_seconds_bucket{pod="app", status="200", le="+Inf"}': "0+60x120",
    'todobot_replies_total{pod="worker", outcome="sent"}': "0+60x120",
    'todobot_replies_total{pod="worker", outcome="refused"}': "0x60 1x60",
    'todobot_replies_total{pod="worker", outcome="later"}': "0+10x120",
    'todobot_events_total{pod="app", type="message", outcome="pending"}': "0+60x120",
    'todobot_events_total{pod="app", type="message", outcome="failed"}': "0x120",
    'todobot_applied_events_total{pod="worker", did="toggled"}': "0+60x120",
    'todobot_applied_events_total{pod="worker", did="failed"}': "0x120",
}
#: alert -> what is otherwise when it, and no other, is to fire after an hour.
ILL: dict[str, dict[str, str]] = {
    "InboxOld": {'todobot_inbox_oldest_seconds{pod="worker"}': "0x100 31+30x20"},
    "NobodyWatchesTheInbox": {
        'todobot_database_up{pod="worker"}': "1x100 _x20",
        'todobot_inbox_oldest_seconds{pod="worker"}': "0x100 _x20",
    },
    "DatabaseAway": {
        'todobot_database_up{pod="worker"}': "1x110 0x10",
        'todobot_inbox_oldest_seconds{pod="worker"}': "0x110 _x10",
    },
    "CallbackErrors": {'todobot_callback_seconds_count{pod="app", status="500"}': "0x100 0+2x20"},
    "CallbackSlow": {
        f'todobot_callback_seconds_bucket{{pod="app", status="200", le="{le}"}}': "0+58x120"
        for le in (0.1, 0.5)
    },
    "RepliesFail": {'todobot_replies_total{pod="worker", outcome="expired"}': "0x80 0+10x40"},
    "EventsFail": {'todobot_applied_events_total{pod="worker", did="failed"}': "0x110 1x10"},
}


def rules() -> list[Object]:
    found = named(base("monitoring"), "Rules", "todobot")["spec"]["groups"]
    return [rule for group in found for rule in group["rules"]]


def series() -> set[str]:
    """All that the bot has, by the names under which Prometheus keeps them."""
    described = [
        metric
        for one in vars(metrics).values()
        if isinstance(one, MetricWrapperBase)
        for metric in one.describe()
    ]
    gauges = re.findall(r'GaugeMetricFamily\(\s*"(\w+)"', (ROOT / "todos/scrape.py").read_text())
    return {f"{metric.name}{end}" for metric in described for end in ENDS[metric.type]} | {*gauges}


def test_the_rules_ask_for_series_that_are_there() -> None:
    asked = {name for rule in rules() for name in re.findall(r"todobot_\w+", rule["expr"])}
    assert asked
    assert asked - series() == set()


def test_the_rules_ask_for_outcomes_that_are_there() -> None:
    (asked,) = {found[1] for rule in rules() if (found := re.search(r'outcome=~"([^"]+)"', rule["expr"]))}
    assert {*asked.split("|")} <= {fate.value for fate in Fate} | {metrics.EXPIRED}


def test_every_rule_says_how_urgent_it_is_and_what_to_know() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "description"}, rule["alert"]
    assert {rule["alert"] for rule in rules()} == ILL.keys()


def firing(given: dict[str, str], folder: Path, expected: list[str]) -> subprocess.CompletedProcess[str]:
    """promtool's word on whether exactly these fire after an hour."""
    samples = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in expected]
    test: dict[str, Any] = {
        "interval": "30s",
        "input_series": [{"series": name, "values": values} for name, values in given.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": "59m",
                "exp_samples": samples,
            }
        ],
    }
    groups = named(base("monitoring"), "Rules", "todobot")["spec"]
    (folder / "rules.json").write_text(json.dumps(groups))
    file = folder / "test.json"
    file.write_text(json.dumps({"rule_files": ["rules.json"], "evaluation_interval": "30s", "tests": [test]}))
    return subprocess.run(
        [str(PROMTOOL), "test", "rules", file], cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.mark.skipif(not PROMTOOL, reason="needs promtool: apt install prometheus")
def test_nothing_fires_while_all_is_well(tmp_path: Path) -> None:
    told = firing(WELL, tmp_path, [])
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.skipif(not PROMTOOL, reason="needs promtool: apt install prometheus")
@pytest.mark.parametrize("alert", ILL)
def test_an_alert_fires_and_no_other(alert: str, tmp_path: Path) -> None:
    told = firing(WELL | ILL[alert], tmp_path, [alert])
    assert told.returncode == 0, told.stdout + told.stderr
