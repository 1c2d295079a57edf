"""Progress of long steps on standard error: a bar on a terminal, some lines elsewhere.

Nothing is shown in the first second. In a pipe or a log the lines become rarer: at least 30 seconds
apart, and a tenth of the elapsed time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Timer

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from crawler.utc_times import format_duration

SILENT_SECONDS = 1.0
LINE_SECONDS = 30.0
IS_QUIET: ContextVar[bool] = ContextVar("is_quiet", default=False)
"""Whether progress is hidden (`hashtrail --quiet`)."""


@dataclass(slots=True)
class Stage:
    """The progress of one stage. `total` is None while it is unknown.

    `estimate` returns the remaining seconds, or None; without it the rate so far counts.
    """

    name: str
    total: int | None
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    on_change: Callable[[], None] | None = None
    estimate: Callable[[], float | None] | None = None

    def advance(self, count: int = 1, *, failed: bool = False) -> None:
        """Count `count` more items as done, and as failures too if `failed`."""
        self.done += count
        self.failed += count * failed
        if self.on_change:
            self.on_change()

    @property
    def rate(self) -> float:
        """Return the items per second so far."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float | None:
        """Return the estimated seconds until the end; None if they are unknown."""
        if self.estimate:
            return self.estimate()
        if self.total is None or not self.rate:
            return None
        return max(self.total - self.done, 0) / self.rate

    @property
    def numbers(self) -> str:
        """Return rate, failures and remaining time in words."""
        parts = [f"{self.rate:.1f}/s"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        remaining = self.remaining
        if remaining is not None:
            parts.append(f"about {format_duration(max(round(remaining), 1))} left")
        return ", ".join(parts)

    @property
    def line(self) -> str:
        """Return the progress as one line, such as `fetch 312/480 65 %, 4.1/s, 7 failed`."""
        of_total = f"/{self.total:,} {self.done / self.total:.0%}" if self.total else ""
        return f"{self.name} {self.done:,}{of_total}, {self.numbers}"


class StageDisplay:
    """Shows one `stage` on a `console`, once it has lasted a second by the `clock`."""

    def __init__(self, stage: Stage, console: Console, clock: Callable[[], float]) -> None:
        self._stage = stage
        self._console = console
        self._clock = clock
        self._started = clock()
        self._next_line = LINE_SECONDS
        self._progress: Progress | None = None
        self._row = TaskID(0)

    def draw(self) -> None:
        """Show the current numbers of the stage."""
        stage = self._stage
        stage.seconds = self._clock() - self._started
        if IS_QUIET.get() or stage.seconds < SILENT_SECONDS:
            return
        if has_live_display(self._console):
            self._draw_bar()
        elif stage.seconds >= self._next_line:
            self._next_line = stage.seconds + max(LINE_SECONDS, stage.seconds / 10)
            self._console.file.write(f"{stage.line}\n")
            self._console.file.flush()

    def stop(self) -> None:
        """Measure the duration of the stage and remove the bar."""
        self._stage.seconds = self._clock() - self._started
        if self._progress:
            self._progress.stop()

    def _draw_bar(self) -> None:
        stage = self._stage
        if self._progress is None:
            self._progress = _stage_progress(self._console)
            self._row = self._progress.add_task(stage.name, total=stage.total, numbers="")
            self._progress.start()
        self._progress.update(
            self._row, completed=stage.done, total=stage.total, numbers=stage.numbers
        )


@contextmanager
def activity(description: str, console: Console) -> Iterator[None]:
    """Yield while a terminal shows `description` and the elapsed time, after a second.

    Another `console`, such as a pipe, shows nothing.
    """
    if IS_QUIET.get() or not has_live_display(console):
        yield
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    progress = Progress(*columns, console=console, transient=True)
    progress.add_task(escape(description), total=None)
    timer = Timer(SILENT_SECONDS, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        progress.stop()


def has_live_display(console: Console) -> bool:
    """Whether `console` can redraw a line: a terminal that is not `TERM=dumb`."""
    return console.is_terminal and not console.is_dumb_terminal


def _stage_progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[numbers]}"),
        console=console,
        transient=True,
    )
