"""Notices on standard error about what a run waits for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from crawler.terminal_streams import one_line

REPEAT_SECONDS = 60.0


def _print_line(text: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads standard error: the run goes on
        print(one_line(text), file=sys.stderr, flush=True)


class WaitingNotices:
    """Writes a notice when a run begins to wait, and again every minute while it waits.

    `write` receives one line.
    """

    def __init__(
        self,
        write: Callable[[str], None] = _print_line,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._clock = clock
        self._due: dict[str, float] = {}

    def waiting(self, cause: str, reason: str, seconds: float) -> None:
        """Report that a run waits for `cause`, because of a `reason`.

        `seconds` is the time until the run gives up.
        """
        now = self._clock()
        if now >= self._due.get(cause, now):
            self._due[cause] = now + REPEAT_SECONDS
            self._write(f"Waiting up to {max(seconds, 0):.0f} s for {cause}: {reason}")

    def answered(self, cause: str) -> None:
        """Report that a run no longer waits for `cause`, if it did."""
        if self._due.pop(cause, None) is not None:
            self._write(f"No longer waiting for {cause}.")
