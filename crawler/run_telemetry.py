"""The log of one run: JSON lines, progress on standard error, and metrics for Prometheus."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from rich.console import Console

from crawler.progress_display import Stage, StageDisplay
from crawler.prometheus_textfile import Metric, merged_metrics, read_metrics, write_metrics
from crawler.terminal_streams import raw_stream

LOGS_KEPT = 60
METRICS_FILE = "hashtrail.prom"
_STAMP = "%Y%m%dT%H%M%SZ"


_RUN_METRICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "hashtrail_run_ended_timestamp_seconds": ("When the last run ended.", ("command",)),
    "hashtrail_run_events": ("Log lines of the last run, by event.", ("command", "event")),
    "hashtrail_stage_done": ("Items done in the last run, by stage.", ("command", "stage")),
    "hashtrail_stage_failed": (
        "Items that failed in the last run, by stage.",
        ("command", "stage"),
    ),
    "hashtrail_stage_seconds": ("Duration in the last run, by stage.", ("command", "stage")),
}
"""The metrics of a run: name, help text and labels."""


class RunLog:
    """The log of one run of `command`. Close it, or use it as a context manager.

    `folder` receives a file of JSON lines per run and, at the end, the Prometheus textfile. Stages
    that last longer than a second show their progress on standard error.
    `state` are metrics of the workspace; while they are None, the former ones stay in the file.
    """

    def __init__(
        self,
        folder: Path,
        command: str,
        now: Callable[[], datetime],
        *,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._command = command
        self._now = now
        self._clock = clock
        self._console = console or Console(file=raw_stream(sys.stderr))
        self.path = folder / f"{now().astimezone(UTC).strftime(_STAMP)}-{command}.jsonl"
        self._file = self.path.open("a", encoding="utf-8", buffering=1)
        self._log = self._json_logger()
        self._events: Counter[str] = Counter()
        self._stages: list[Stage] = []
        self._step_seconds: dict[str, float] = {}
        self.state: tuple[Metric, ...] | None = None

    def _json_logger(self) -> Any:
        return structlog.wrap_logger(
            structlog.WriteLogger(self._file),
            [self._stamped, structlog.processors.JSONRenderer(ensure_ascii=False)],
            wrapper_class=structlog.BoundLogger,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def event(self, name: str, **facts: object) -> None:
        """Write one log line with `facts`, and count its `name` in the metrics.

        Facts that JSON cannot express are written as text.
        """
        self._events[name] += 1
        self._log.info(name, **facts)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the duration of the step `name`, for the report of the run."""
        began = self._clock()
        try:
            yield
        finally:
            seconds = self._step_seconds.get(name, 0.0) + self._clock() - began
            self._step_seconds[name] = round(seconds, 3)

    @property
    def step_seconds(self) -> dict[str, float]:
        """Return the seconds of each step that has ended."""
        return dict(self._step_seconds)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Stage]:
        """Yield the stage `name` of `total` items: `advance` it as they are done.

        A log line records its end, also after an error.
        """
        stage = Stage(name, total)
        display = StageDisplay(stage, self._console, self._clock)
        stage.on_change = display.draw
        try:
            yield stage
        finally:
            display.stop()
            self._stages.append(stage)
            self.event(
                "stage",
                stage=name,
                done=stage.done,
                failed=stage.failed,
                total=total,
                seconds=round(stage.seconds, 3),
                rate=round(stage.rate, 1),
            )

    def close(self) -> None:
        """Write the metrics, close the log and delete all but the newest logs."""
        self._write_metrics()
        self._file.close()
        for old in sorted(self._folder.glob("*.jsonl"))[:-LOGS_KEPT]:
            old.unlink(missing_ok=True)

    def _stamped(
        self, logger: object, method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {"at": self._now().astimezone(UTC).isoformat(timespec="milliseconds"), **event}

    def _write_metrics(self) -> None:
        """Write the metrics, with the values of other commands and of the last known state.

        A full disk leaves the former file.
        """
        path = self._folder / METRICS_FILE
        former = read_metrics(path)
        if self.state is not None:
            former = tuple(metric for metric in former if metric.name in _RUN_METRICS)
        current = [*self._run_metrics(), *(self.state or ())]
        with suppress(OSError):
            write_metrics(path, merged_metrics(former, current, self._command))

    def _run_metrics(self) -> Iterator[Metric]:
        ended: dict[tuple[str, ...], float] = {(self._command,): self._now().timestamp()}
        yield _run_metric("hashtrail_run_ended_timestamp_seconds", ended)
        events: dict[tuple[str, ...], float] = {
            (self._command, name): float(count) for name, count in self._events.items()
        }
        yield _run_metric("hashtrail_run_events", events)
        for measure in ("done", "failed", "seconds"):
            totals: Counter[tuple[str, ...]] = Counter()
            for stage in self._stages:
                totals[self._command, stage.name] += getattr(stage, measure)
            yield _run_metric(f"hashtrail_stage_{measure}", totals)


def _run_metric(name: str, values: Mapping[tuple[str, ...], float]) -> Metric:
    return Metric(name, *_RUN_METRICS[name], values)
