"""The nightly runs of the demo against the fictional network, and the erasure between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.demo.demo_workspace import (
    DemoProgress,
    open_demo,
    prepare_workspace,
    read_progress,
    with_explorer_port,
    write_progress,
)
from crawler.demo.fictional_network import RUNS, read_network
from crawler.demo.loopback_server import LoopbackServer, loopback_server
from crawler.nightly.forget_subject import forget_subject
from crawler.nightly.run_command import run_command
from crawler.nightly.run_report import RunReport
from crawler.run_telemetry import RunLog
from crawler.workspace import Workspace

HOUR, MINUTE = 3, 30
FORGOTTEN_AUTHOR = "mastodon:orla@social.example"
_FORGOTTEN_BEFORE = 3
_FORGOTTEN_REASON = "on request of the author"


def first_run_before(now: datetime) -> datetime:
    """Return the time of the first run, so that the last one is the newest 03:30 UTC before
    `now`.
    """
    last = now.astimezone(UTC).replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    if last > now:
        last -= timedelta(days=1)
    return last - timedelta(days=RUNS - 1)


def last_night(folder: Path) -> datetime:
    """Return the time of the last finished run of the demo in `folder`."""
    progress = read_progress(folder)
    assert progress
    return progress.first_run + timedelta(days=progress.finished - 1)


def run_demo(
    folder: Path, first_run: datetime, explorer_port: int
) -> Iterator[tuple[int, RunReport]]:
    """Create the demo in `folder`, or continue it, and yield each run with its number.

    `first_run` applies to a new demo. The site links to the explorer at `explorer_port`. Raises
    UsageError if the folder belongs to something else.
    """
    progress = prepare_workspace(folder, first_run, explorer_port)
    network = read_network(progress.first_run)
    with loopback_server(network) as server:
        for number in range(progress.finished + 1, RUNS + 1):
            server.number = number
            report = _run(folder, server, network.time_of(number))
            progress = replace(progress, finished=number)
            write_progress(folder, progress)
            yield number, report
    if progress.explorer_port != explorer_port:
        _link_explorer(folder, progress, explorer_port)


def _run(folder: Path, server: LoopbackServer, time: datetime) -> RunReport:
    """Run the nightly job at `time`, in which every source, article and post is due."""
    here = _connected(open_demo(folder), server)
    clock = _clock(time)
    if server.number == _FORGOTTEN_BEFORE:
        evening = _clock(time - timedelta(hours=12))
        forget_subject(here, FORGOTTEN_AUTHOR, _FORGOTTEN_REASON, evening)
    with RunLog(here.logs, "nightly", clock) as run_log:
        return run_command(here, "nightly", run_log, clock, due_now=True)


def _connected(here: Workspace, server: LoopbackServer) -> Workspace:
    fetch = replace(here.settings.fetch, connect_to=server.connect_to)
    return replace(here, settings=replace(here.settings, fetch=fetch))


def _link_explorer(folder: Path, progress: DemoProgress, port: int) -> None:
    """Build the site again with links to an explorer at `port`."""
    last = read_network(progress.first_run).time_of(RUNS)
    with_explorer_port(folder, progress, port)
    here = open_demo(folder)
    with RunLog(here.logs, "build", _clock(last)) as run_log:
        run_command(here, "build", run_log, _clock(last))


def _clock(time: datetime) -> Callable[[], datetime]:
    return lambda: time
