"""Progress: a bar on a terminal, rare lines in a pipe, nothing with --quiet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from crawler.progress_display import IS_QUIET, Stage, activity
from crawler.run_telemetry import RunLog

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Progress is switched off."""
    token = IS_QUIET.set(True)
    yield
    IS_QUIET.reset(token)


def shown(folder: Path, console: Console, seconds: float, items: int) -> None:
    """Run a stage of `items` that take `seconds` each."""
    at = [0.0]
    with (
        RunLog(folder, "crawl", lambda: NOW, console=console, clock=lambda: at[0]) as run_log,
        run_log.stage("fetch", items) as stage,
    ):
        for number in range(items):
            at[0] += seconds
            stage.advance(failed=number == 0)


def test_pipe_gets_a_line_every_thirty_seconds_that_become_rarer(tmp_path: Path) -> None:
    pipe = io.StringIO()
    shown(tmp_path, Console(file=pipe), 10.0, 360)
    lines = pipe.getvalue().splitlines()
    assert lines[0] == "fetch 3/360 1%, 0.1/s, 1 failed, about 59 min 30 s left"
    assert 20 <= len(lines) <= 40
    assert "\x1b" not in pipe.getvalue()


def test_dumb_terminal_is_treated_as_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    screen = io.StringIO()
    shown(tmp_path, Console(file=screen, force_terminal=True), 31.0, 2)
    assert screen.getvalue().startswith("fetch 1/2 50%")
    assert "\x1b" not in screen.getvalue()


def test_terminal_without_colour_gets_a_bar_without_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    screen = io.StringIO()
    shown(tmp_path, Console(file=screen, force_terminal=True, width=120), 2.0, 9)
    assert "1 failed" in screen.getvalue()
    assert "\x1b[3" not in screen.getvalue()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_shows_nothing(tmp_path: Path, terminal: bool) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal)
    shown(tmp_path, console, 40.0, 9)
    with activity("Reading", console):
        pass
    assert screen.getvalue() == ""


def test_activity_of_less_than_a_second_is_not_shown() -> None:
    screen = io.StringIO()
    with activity("Reading", Console(file=screen, force_terminal=True)):
        pass
    assert "Reading" not in screen.getvalue()


def test_stage_with_an_unknown_total_has_no_remaining_time() -> None:
    stage = Stage("collect", None, done=5, seconds=2.0)
    assert stage.line == "collect 5, 2.5/s"


def test_estimate_of_a_stage_replaces_the_average_rate() -> None:
    stage = Stage("fetch", 400, done=312, failed=7, seconds=76.0, estimate=lambda: 252.0)
    assert stage.line == "fetch 312/400 78%, 4.1/s, 7 failed, about 4 min 12 s left"
