"""The alert rules, evaluated by promtool: each fires on its trouble, and none in a bot's normal life."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.base import ROOT
from tests.k8s.alerts import CASES, Case, Series, callbacks, inbox, replies
from tests.k8s.rendered import KUBECTL, Object, base, named
from todos import scrape

PROMTOOL = shutil.which("promtool") or ""
pytestmark = pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
with_promtool = pytest.mark.skipif(not PROMTOOL, reason="needs promtool (Debian's package prometheus)")


@cache
def groups() -> Object:
    found: Object = named(base("monitoring"), "Rules", "todobot")["spec"]
    return found


def rules() -> list[Object]:
    return [rule for group in groups()["groups"] for rule in group["rules"]]


def promtool(folder: Path, *command: str) -> None:
    (folder / "rules.json").write_text(json.dumps(groups()))
    done = subprocess.run([PROMTOOL, *command], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def evaluate(folder: Path, series: Series, **tests: list[Object]) -> None:
    given = [{"series": name, "values": values} for name, values in series.items()]
    every = {"rule_files": ["rules.json"], "evaluation_interval": "30s"}
    test = {"interval": "30s", "input_series": given, **tests}
    (folder / "test.json").write_text(json.dumps(every | {"tests": [test]}))
    promtool(folder, "test", "rules", "test.json")


@with_promtool
def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    promtool(tmp_path, "check", "rules", "--lint-fatal", "rules.json")


@with_promtool
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_what_fires_and_nothing_else_when(case: Case, tmp_path: Path) -> None:
    asked = [
        {
            "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts],
        }
        for minute, alerts in case.fires.items()
    ]
    evaluate(tmp_path, {**case.before, **case.series}, promql_expr_test=asked)


def test_every_alert_has_a_case() -> None:
    tried = {alert for case in CASES for alerts in case.fires.values() for alert in alerts}
    assert {rule["alert"] for rule in rules()} == tried


@with_promtool
@pytest.mark.parametrize(
    ("alert", "summary", "series"),
    [
        ("InboxOld", "Messages wait for 1m 30s", inbox("w1", "1x120", "90x120")),
        (
            "CallbackErrors",
            "25% of LINE's calls fail",
            {**callbacks("a1", 200, "0+3x120"), **callbacks("a1", 500, "0+1x120")},
        ),
        (
            "RepliesFail",
            "50% of the replies do not arrive",
            {**replies("w1", "sent", "0+1x120"), **replies("w1", "refused", "0+1x120")},
        ),
    ],
)
def test_the_summary_says_how_bad_it_is(alert: str, summary: str, series: Series, tmp_path: Path) -> None:
    [rule] = [rule for rule in rules() if rule["alert"] == alert]
    notes = {**rule["annotations"], "summary": summary}
    fired = {"exp_labels": rule["labels"], "exp_annotations": notes}
    asked = [{"eval_time": "30m", "alertname": alert, "exp_alerts": [fired]}]
    evaluate(tmp_path, {**inbox("w2", "1x120", "0x120"), **series}, alert_rule_test=asked)


def test_every_rule_says_how_urgent_it_is_and_what_to_know() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "description"}, rule["alert"]


@cache
def samples() -> list[tuple[str, dict[str, str]]]:
    """All that a new process has, and the inbox, by name and labels."""
    script = "import todos.metrics, prometheus_client as p; print(p.generate_latest().decode())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    with patch("todos.scrape.look", return_value=({"pending": 0, "applied": 0}, 0.0)):
        families = [*text_string_to_metric_families(done.stdout), *scrape.Inbox().collect()]
    return [(sample.name, sample.labels) for family in families for sample in family.samples]


def asked() -> Iterator[tuple[str, dict[str, str]]]:
    """Series that the rules ask for, by name and a pattern for each label: of a|b, one after the other."""
    for rule in rules():
        for name, labels in re.findall(r"(todobot_\w+)(?:\{([^}]*)\})?", rule["expr"]):
            patterns = dict(re.findall(r'(\w+)=~?"([^"]*)"', labels))
            for label, pattern in patterns.items():
                yield from ((name, {**patterns, label: one}) for one in pattern.split("|"))
            if not patterns:
                yield name, {}


def test_all_series_and_values_of_the_rules_are_there_from_the_start() -> None:
    """With 0: a series that comes with the first failure does not rise with it."""
    for name, patterns in asked():
        found = [labels for known, labels in samples() if known == name]
        assert any(all(re.fullmatch(p, has.get(k, "")) for k, p in patterns.items()) for has in found), (
            name,
            patterns,
        )


def test_no_label_of_ours_is_one_that_google_adds() -> None:
    """It would be kept as exported_..., where no rule asks."""
    added = {"project_id", "location", "cluster", "namespace", "job", "instance", "pod", "container", "node"}
    added |= {"top_level_controller_name", "top_level_controller_type"}
    assert added & {label for _, labels in samples() for label in labels} == set()
