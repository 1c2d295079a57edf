"""Costly queries of visitors never stop the explorer. The rig measures more of them."""

from __future__ import annotations

import pytest

from tests.explorer import attack_rig


@pytest.fixture(scope="module")
def report() -> attack_rig.Report:
    return attack_rig.measure(attackers=20, rounds=1)


def test_every_sql_request_is_answered_or_refused(
    report: attack_rig.Report,
) -> None:
    assert report.statuses.total() == 20
    assert set(report.statuses) <= {200, 400, 503}
    assert report.statuses[400] >= 3
    assert report.slowest_answer < 10  # seconds; some of these queries never end


def test_front_page_is_served_while_sql_is_slow(report: attack_rig.Report) -> None:
    assert report.failed_front == 0
    assert len(report.front) >= 5
    assert report.front_p95 < 10


def test_searches_are_answered_while_sql_is_slow(report: attack_rig.Report) -> None:
    assert set(report.searches) == {200}
    assert report.searches[200] >= 5


def test_memory_of_the_whole_process_tree_stays_below_300_mb(report: attack_rig.Report) -> None:
    assert 50 < report.peak_memory <= report.peak_resident < 300


def test_next_request_works_after_the_attack(report: attack_rig.Report) -> None:
    assert report.recovery < 20


def test_query_that_no_limit_stops_is_killed_with_its_process(report: attack_rig.Report) -> None:
    assert report.unstoppable.startswith("400 ")
    assert "The query timed out." in report.unstoppable
    assert report.killed == 1
