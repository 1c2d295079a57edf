"""Problems that need attention: every threshold at its limit and beyond, and unknown facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.monitoring.backlog import is_growing
from crawler.monitoring.facts import MachineState, MonitoringFacts
from crawler.monitoring.problem_codes import BY_CODE, PROBLEM_CODES
from crawler.monitoring.problems import assess_problems
from crawler.monitoring.readable_share import ReadablePages, compare_periods
from crawler.settings.monitor import MonitorSettings
from crawler.store.operating_facts import PageCount, PublicationState
from crawler.store.run_monitoring import (
    ChangedSource,
    FailingSource,
    NightlyRun,
    NightlyRuns,
    SilentSource,
)
from crawler.utc_times import iso

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GOOD = NightlyRun(NOW - 2 * HOUR, NOW - HOUR, "ok", 95, 0, "")
NIGHTS = NightlyRuns(GOOD, GOOD, False, 95, (), ())
MACHINE = MachineState(5000, NOW - HOUR, "", "rsync")
FINE = MonitoringFacts(NIGHTS, machine=MACHINE)
SETTINGS = MonitorSettings()


def _codes(facts: MonitoringFacts, **limits: float) -> list[str]:
    settings = replace(SETTINGS, **limits)  # type: ignore[arg-type]
    return [problem.code for problem in assess_problems(facts, settings, 0.3, NOW).problems]


def _machine(**facts: object) -> MonitoringFacts:
    return replace(FINE, machine=replace(MACHINE, **facts))  # type: ignore[arg-type]


def _nights(**facts: object) -> MonitoringFacts:
    return replace(FINE, nights=replace(NIGHTS, **facts))  # type: ignore[arg-type]


def _failing(days: float, outcome: str = "gone") -> FailingSource:
    return FailingSource("feed", outcome, "", 3, "", since=iso(NOW - days * DAY) or "")


def _pages(before: int, recent: int, source: str = "", total: int = 100) -> MonitoringFacts:
    return replace(FINE, pages=(ReadablePages(source, total, before, total, recent),))


FAILED_UPLOAD = PublicationState(NOW - 2 * DAY, NOW - 3 * DAY, "rsync ended with 12.")

# name -> facts, limits, codes
CASES = {
    "nothing is wrong": (FINE, {}, []),
    "age at its limit": (
        _nights(last_good=replace(GOOD, finished=NOW - 26 * HOUR)),
        {},
        [],
    ),
    "age above a limit of one hour": (
        _nights(last_good=replace(GOOD, finished=NOW - 2 * HOUR)),
        {"max_age_hours": 1.0},
        ["old"],
    ),
    "free disk at its limit": (_machine(free_mb=1000), {}, []),
    "free disk below its limit": (_machine(free_mb=999), {}, ["disk"]),
    "free disk with a smaller limit": (_machine(free_mb=300), {"free_disk_mb": 200}, []),
    "backup at its limit": (_machine(newest_backup=NOW - 50 * HOUR), {}, []),
    "backup above its limit": (_machine(newest_backup=NOW - 51 * HOUR), {}, ["backup-old"]),
    "no backup": (_machine(newest_backup=None), {}, ["backup-old"]),
    "backup that failed its check": (
        _machine(backup_problem="A table differs."),
        {},
        ["backup-invalid"],
    ),
    "failed upload": (replace(FINE, publication=FAILED_UPLOAD), {}, ["publish"]),
    "failed upload, target removed since then": (
        replace(_machine(target=""), publication=FAILED_UPLOAD),
        {},
        [],
    ),
    "good upload": (replace(FINE, publication=PublicationState(None, NOW)), {}, []),
    "growing backlog": (replace(FINE, backlog=(400, 450, 450, 501)), {}, ["backlog"]),
    "small backlog": (replace(FINE, backlog=(100, 200, 300, 400)), {}, []),
    "share of readable pages 20 points lower": (_pages(90, 70), {}, []),
    "share of readable pages 21 points lower": (_pages(90, 69), {}, ["extraction"]),
    "pages of one source 21 points lower": (_pages(90, 69, "feed"), {}, ["source-unreadable"]),
    "too few pages": (_pages(19, 0, total=19), {}, []),
    "source that failed for 13 days": (_nights(failing=(_failing(13),)), {}, []),
    "source that failed for 14 days": (_nights(failing=(_failing(14),)), {}, ["source-failing"]),
    "source that failed for 2 days of 1": (
        _nights(failing=(_failing(2),)),
        {"failing_days": 1.0},
        ["source-failing"],
    ),
    "silent source": (_nights(silent=(SilentSource("feed", ""),)), {}, ["source-silent"]),
    "source that answered 410": (
        _nights(changed=(ChangedSource("feed", "", "", 0, "2026-11-01T02:00:00Z", ""),)),
        {},
        ["source-changed"],
    ),
    "source that answered 404 once": (
        _nights(changed=(ChangedSource("feed", "", "", 1, "", ""),)),
        {},
        [],
    ),
}


@pytest.mark.parametrize(("facts", "limits", "codes"), CASES.values(), ids=CASES.keys())
def test_facts_give_the_expected_problems(
    facts: MonitoringFacts, limits: dict[str, float], codes: list[str]
) -> None:
    assert _codes(facts, **limits) == codes


def test_worst_problem_is_first() -> None:
    facts = replace(
        _nights(silent=(SilentSource("feed", ""),), last=replace(GOOD, outcome="failed")),
        machine=replace(MACHINE, free_mb=0),
    )
    assert _codes(facts) == ["failed", "disk", "source-silent"]


def test_failed_night_leaves_problems_of_polling_unknown() -> None:
    facts = _nights(last=replace(GOOD, outcome="failed", failed=90))
    assert {"backlog", "degraded", "extraction"} <= assess_problems(
        facts, SETTINGS, 0.3, NOW
    ).unknown


def test_broken_network_is_one_problem_and_leaves_sources_unknown() -> None:
    dead = tuple(replace(_failing(30, "dns"), name=f"s{n}") for n in range(95))
    facts = _nights(failing=dead, last=replace(GOOD, failed=95, outcome="degraded"))
    assessment = assess_problems(facts, SETTINGS, 0.3, NOW)
    (problem,) = assessment.problems
    assert problem.code == "degraded"
    assert "probably has no network" in problem.message
    assert "source-failing" in assessment.unknown


def test_snapshot_leaves_problems_of_the_machine_unknown() -> None:
    facts = replace(FINE, machine=None, publication=FAILED_UPLOAD)
    assessment = assess_problems(facts, SETTINGS, 0.3, NOW)
    assert assessment.problems == ()
    assert assessment.unknown == {"backup-invalid", "backup-old", "disk", "publish"}


def test_single_sources_do_not_fail_the_check() -> None:
    assessment = assess_problems(_nights(silent=(SilentSource("feed", ""),)), SETTINGS, 0.3, NOW)
    assert assessment.problems
    assert not assessment.alarms


# backlog of the nights, oldest first -> whether it grows in 3 nights, from 10 items
GROWTH = [
    ([], False),
    ([10, 20, 30], False),
    ([10, 20, 30, 40], True),
    ([10, 10, 10, 11], True),
    ([10, 10, 10, 10], False),
    ([10, 20, 19, 40], False),
    ([90, 10, 20, 30, 40], True),
    ([6, 7, 8, 9], False),
    ([0, 0, 0, 10], True),
]


@pytest.mark.parametrize(("backlog", "grows"), GROWTH)
def test_backlog_grows_only_over_several_nights(backlog: list[int], grows: bool) -> None:
    assert is_growing(backlog, 10, 3) is grows


def test_periods_of_a_source_are_compared() -> None:
    counts = [
        PageCount("b", True, 30, 10),
        PageCount("b", False, 100, 90),
        PageCount("a", True, 3, 3),
    ]
    assert compare_periods(counts) == (ReadablePages("b", 100, 90, 30, 10),)


def test_codes_are_unique_and_have_all_texts() -> None:
    assert len(BY_CODE) == len(PROBLEM_CODES)
    for code in PROBLEM_CODES:
        assert code.title
        assert code.meaning.endswith(".")
        assert code.action
