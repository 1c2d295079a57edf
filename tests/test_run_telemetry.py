"""Run log: JSON lines, progress on a terminal only, metrics in the Prometheus format."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from crawler.run_telemetry import LOGS_KEPT, METRICS_FILE, RunLog

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def _lines(run_log: RunLog) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run_log.path.read_text(encoding="utf-8").splitlines()]


class Ticks:
    """A clock that moves on by `step` seconds whenever it is read."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.at = 0.0

    def __call__(self) -> float:
        self.at += self.step
        return self.at


def test_each_event_is_one_json_line_with_its_time(tmp_path: Path) -> None:
    with RunLog(tmp_path, "nightly", lambda: NOW) as run_log:
        run_log.event("source_failed", source="fédi", message="two\nlines", place=Path("x"))
    (line,) = _lines(run_log)
    assert line == {
        "at": "2026-03-01T02:00:00.000+00:00",
        "event": "source_failed",
        "source": "fédi",
        "message": "two\nlines",
        "place": line["place"],
    }


def test_failing_stage_still_logs_its_end(tmp_path: Path) -> None:
    def break_off(run_log: RunLog) -> None:
        with run_log.stage("read", 10) as stage:
            stage.advance(3)
            stage.advance(failed=True)
            raise ZeroDivisionError

    with (
        RunLog(tmp_path, "crawl", lambda: NOW, clock=Ticks(0.5)) as run_log,
        pytest.raises(ZeroDivisionError),
    ):
        break_off(run_log)
    assert _lines(run_log) == [
        {
            "at": "2026-03-01T02:00:00.000+00:00",
            "event": "stage",
            "stage": "read",
            "done": 4,
            "failed": 1,
            "total": 10,
            "seconds": 1.5,
            "rate": 2.7,
        }
    ]


@pytest.mark.parametrize(
    ("terminal", "step", "drawn"), [(True, 2.0, True), (True, 0.01, False), (False, 2.0, False)]
)
def test_progress_is_shown_on_a_terminal_for_stages_longer_than_a_second(
    tmp_path: Path, terminal: bool, step: float, drawn: bool
) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=100)
    with (
        RunLog(tmp_path, "crawl", lambda: NOW, console=console, clock=Ticks(step)) as run_log,
        run_log.stage("read", 8) as stage,
    ):
        for _ in range(8):
            stage.advance(failed=True)
    assert ("read" in screen.getvalue()) is drawn
    assert ("8 failed" in screen.getvalue()) is drawn


def test_metrics_have_the_prometheus_text_format(tmp_path: Path) -> None:
    with RunLog(tmp_path, "nightly", lambda: NOW, clock=Ticks(1)) as run_log:
        for name in ("collect", "read"):
            with run_log.stage(name, 2) as stage:
                stage.advance(2, failed=name == "read")
        run_log.event("source_failed", source="x")
    families = text_string_to_metric_families((tmp_path / METRICS_FILE).read_text())
    samples = {
        (sample.name, sample.labels.get("stage") or sample.labels.get("event")): sample.value
        for family in families
        for sample in family.samples
    }
    assert samples["hashtrail_stage_done", "read"] == samples["hashtrail_stage_failed", "read"] == 2
    assert samples["hashtrail_stage_failed", "collect"] == 0
    assert samples["hashtrail_run_events", "source_failed"] == 1
    assert samples["hashtrail_run_ended_timestamp_seconds", None] == NOW.timestamp()
    assert [path.name for path in tmp_path.glob("*.prom*")] == [METRICS_FILE]


def test_only_the_newest_logs_are_stored(tmp_path: Path) -> None:
    for day in range(LOGS_KEPT + 5):
        RunLog(tmp_path, "nightly", lambda day=day: NOW + timedelta(days=day)).close()  # type: ignore[misc]
    logs = sorted(tmp_path.glob("*.jsonl"))
    assert len(logs) == LOGS_KEPT
    assert "20260306T020000Z" in logs[0].name
