"""Metrics for Prometheus: names, values that survive failed runs, and the example alerts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from crawler.errors import CorruptStoreError
from crawler.monitoring.state_metrics import STATE_METRICS
from crawler.prometheus_textfile import Metric, read_metrics, write_metrics
from crawler.run_telemetry import METRICS_FILE, RunLog
from tests.cli.test_bad_input import ROOT
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALERTS = ROOT / "deploy/prometheus-alerts.yml"
SUCCESS = "hashtrail_last_success_timestamp_seconds"

Samples = dict[tuple[str, ...], float]


def _samples(folder: Path) -> Samples:
    """Return the value of each sample by name and labels, as the parser of Prometheus reads it."""
    text = (folder / METRICS_FILE).read_text(encoding="utf-8")
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type == "gauge" for family in families)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    text = rss(("Leases #DistributedSystems", "https://a.example/post"))
    feed = answers(lambda path: web.Response(text=text, content_type="application/rss+xml"))
    sources = feed_source("feed", "feed.example") + feed_source("dead", "name.invalid")
    with nights_with(tmp_path, sources, {"feed.example": feed}) as nights:
        yield nights


def test_night_writes_its_state_and_a_failed_one_does_not_fake_it(nights: Nights) -> None:
    logs = nights.folder / "data/state/logs"
    nights.run(START)
    samples = _samples(logs)
    names = {name for name, *_ in samples}
    optional = {
        "hashtrail_message_failures",
        "hashtrail_publish_failed",
        "hashtrail_publish_success_timestamp_seconds",
        "hashtrail_readable_pages_ratio",
        "hashtrail_backlog_items",
        "hashtrail_downloaded_bytes",
    }
    assert set(STATE_METRICS) - names <= optional
    assert samples[SUCCESS,] == START.timestamp()
    assert samples["hashtrail_last_night_outcome", "degraded"] == 1
    assert samples["hashtrail_sources_failed_ratio",] == 0.5
    assert samples["hashtrail_backup_timestamp_seconds",] == START.timestamp()
    assert samples["hashtrail_disk_free_bytes",] > 0
    assert samples["hashtrail_problems", "degraded"] == 1
    assert samples["hashtrail_step_seconds", "collect"] >= 0

    nights.run(START + DAY, "crawl")
    after_crawl = _samples(logs)
    ended = "hashtrail_run_ended_timestamp_seconds"
    assert after_crawl[ended, "nightly"] == START.timestamp()
    assert after_crawl[ended, "crawl"] == (START + DAY).timestamp()
    assert after_crawl[SUCCESS,] == START.timestamp()

    (nights.folder / "data/state/hashtrail.db").write_bytes(b"no database" * 1000)
    with pytest.raises(CorruptStoreError):
        nights.run(START + 2 * DAY)
    failed = _samples(logs)
    assert failed[SUCCESS,] == START.timestamp()
    assert failed[ended, "nightly"] == (START + 2 * DAY).timestamp()
    assert {name for name, *_ in failed} >= names


def test_killed_run_leaves_the_former_metrics(tmp_path: Path) -> None:
    with RunLog(tmp_path, "nightly", lambda: NOW) as run_log:
        run_log.state = (Metric(SUCCESS, "End.", (), {(): 7.0}),)
    before = (tmp_path / METRICS_FILE).read_bytes()
    script = (
        "import os, signal, sys; from datetime import datetime, UTC; from pathlib import Path;"
        "from crawler.run_telemetry import RunLog;"
        "log = RunLog(Path(sys.argv[1]), 'nightly', lambda: datetime.now(UTC));"
        "log.event('x'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], check=False, env=environment
    )
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / METRICS_FILE).read_bytes() == before


def test_value_that_no_longer_exists_is_removed(tmp_path: Path) -> None:
    for state in ((Metric("hashtrail_x", "X.", ("a",), {("b",): 1.0}),), ()):
        with RunLog(tmp_path, "nightly", lambda: NOW) as run_log:
            run_log.state = state
    assert "hashtrail_x" not in {name for name, *_ in _samples(tmp_path)}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"no metric {", b"# HELP x\n"])
def test_damaged_file_of_metrics_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / METRICS_FILE).write_bytes(content)
    RunLog(tmp_path, "nightly", lambda: NOW).close()
    assert _samples(tmp_path)["hashtrail_run_ended_timestamp_seconds", "nightly"]


def test_hostile_labels_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / METRICS_FILE
    labels = {('a"b\\c\nd{}',): 1.0, ("é\u202e",): 2.0}
    write_metrics(path, [Metric("hashtrail_x", "X.", ("name",), labels)])
    (metric,) = read_metrics(path)
    assert metric.values == labels


def test_state_without_a_place_to_write_does_not_end_the_run(tmp_path: Path) -> None:
    run_log = RunLog(tmp_path / "logs", "nightly", lambda: NOW)
    (tmp_path / "logs" / METRICS_FILE).mkdir()
    run_log.close()


def _alerts() -> list[dict[str, object]]:
    document = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def test_alerts_use_documented_metrics_and_explain_themselves() -> None:
    run_metrics = {"hashtrail_run_ended_timestamp_seconds"}
    for rule in _alerts():
        names = set(re.findall(r"hashtrail_\w+", str(rule["expr"])))
        assert names
        assert names <= set(STATE_METRICS) | run_metrics
        annotations = rule["annotations"]
        assert isinstance(annotations, dict)
        assert {"summary", "description"} <= annotations.keys()
        assert str(rule["expr"]).count("(") == str(rule["expr"]).count(")")
    assert len({str(rule["alert"]) for rule in _alerts()}) == len(_alerts())


def test_operating_guide_lists_every_metric() -> None:
    guide = (ROOT / "docs/OPERATING.md").read_text(encoding="utf-8")
    assert [name for name in STATE_METRICS if f"`{name}" not in guide] == []
