"""Notices about what a run waits for: one at the start, one a minute, one at the end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import pytest

from crawler.parallel.waiting_notices import WaitingNotices


def test_long_wait_is_reported_at_its_start_every_minute_and_at_its_end() -> None:
    lines: list[str] = []
    seconds = 0.0
    notices = WaitingNotices(lines.append, lambda: seconds)
    for seconds in (0.0, 2.0, 58.0, 60.0, 62.0):
        notices.waiting("workers", "there are none.", 100 - seconds)
    notices.answered("workers")
    assert lines == [
        "Waiting up to 100 s for workers: there are none.",
        "Waiting up to 40 s for workers: there are none.",
        "No longer waiting for workers.",
    ]


def test_run_that_does_not_wait_reports_nothing() -> None:
    lines: list[str] = []
    WaitingNotices(lines.append).answered("workers")
    assert lines == []


def test_closed_standard_error_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    monkeypatch.setattr(sys, "stderr", stream)
    WaitingNotices().waiting("workers", "there are none.", 100)
    with suppress(BrokenPipeError):
        stream.close()
    WaitingNotices().waiting("workers", "there are none.", 100)
