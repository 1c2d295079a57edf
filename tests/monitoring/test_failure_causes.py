"""Failing sources by cause: one table covers every outcome, and a broken network is one cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.models.outcomes import Failure, Outcome
from crawler.monitoring.failure_causes import CAUSES, OTHER, all_causes, cause_of, group_failures
from crawler.store import runs
from crawler.store.database import open_store
from crawler.store.run_monitoring import FailingSource, failing_sources
from crawler.store.runs import SourceRun, save_source_run
from crawler.store.source_state import (
    ListedSource,
    save_poll_failure,
    save_poll_success,
    sync_sources,
)

SUCCESSES = {Outcome.OK, Outcome.NOT_MODIFIED}


def _failing(*outcomes: str) -> list[FailingSource]:
    return [FailingSource(f"s{n}", outcome, "", 1, "") for n, outcome in enumerate(outcomes)]


def _codes(outcomes: Sequence[str], polled: int) -> list[tuple[str, int]]:
    groups = group_failures(_failing(*outcomes), polled)
    return [(group.cause.code, len(group.sources)) for group in groups]


def test_every_failure_has_exactly_one_cause() -> None:
    uses = Counter(outcome for cause in CAUSES for outcome in cause.outcomes)
    assert set(uses) == {outcome.value for outcome in Outcome} - SUCCESSES
    assert set(uses.values()) == {1}


def test_table_is_sorted_and_has_three_sentences_for_each_cause() -> None:
    assert [cause.code for cause in CAUSES] == sorted(cause.code for cause in CAUSES)
    for cause in all_causes():
        assert cause.sentence.endswith(".")
        assert cause.meaning.endswith(".")
        assert cause.action


def test_unknown_outcome_has_the_cause_other() -> None:
    assert cause_of("an outcome of a newer version") is OTHER


# name -> outcomes of the failing sources, number of polled sources, causes with their counts
GROUPS = {
    "no failure": ([], 9, []),
    "all unreachable": (["dns", "timeout", "deferred", "connect"], 4, [("no-network", 4)]),
    "one of two unreachable": (["dns"], 2, [("host-not-found", 1)]),
    "the only source": (["dns"], 1, [("host-not-found", 1)]),
    "four of five": (["dns", "tls", "connect", "dns"], 5, [("network-trouble", 4)]),
    "three of five": (["dns", "dns", "connect"], 5, [("host-not-found", 2), ("no-response", 1)]),
    "another cause": (["dns", "dns", "gone"], 3, [("host-not-found", 2), ("missing", 1)]),
    "equal counts are sorted": (["tls", "gone"], 9, [("certificate", 1), ("missing", 1)]),
}


@pytest.mark.parametrize(("outcomes", "polled", "causes"), GROUPS.values(), ids=GROUPS.keys())
def test_failing_sources_are_grouped_by_cause(
    outcomes: list[str], polled: int, causes: list[tuple[str, int]]
) -> None:
    assert _codes(outcomes, polled) == causes


def test_group_lists_the_longest_failing_source_first_and_its_earliest_start() -> None:
    sources = [
        FailingSource("a", "gone", "", 1, "", since="2026-11-20T02:00:00Z"),
        FailingSource("b", "not_found", "", 7, "", since="2026-11-13T02:00:00Z"),
        FailingSource("c", "gone", "", 7, ""),
    ]
    (group,) = group_failures(sources, 90)
    assert [source.name for source in group.sources] == ["b", "c", "a"]
    assert group.since == "2026-11-13T02:00:00Z"


def test_source_fails_since_the_first_failure_after_its_last_success(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    sync_sources(db, [ListedSource("feed", "feed"), ListedSource("new", "feed")])
    start = datetime(2026, 11, 1, 2, tzinfo=UTC)
    for day, is_good in enumerate([False, True, False, False]):
        now = start + timedelta(days=day)
        run_id = runs.start_run(db, "nightly", now)
        outcome = Outcome.OK if is_good else Outcome.DNS
        save_source_run(db, run_id, SourceRun("feed", outcome))
        if is_good:
            save_poll_success(db, "feed", now, None)
        else:
            save_poll_failure(db, "feed", Failure("", "fetch", Outcome.DNS, "x"), now, None)
    save_poll_failure(db, "new", Failure("", "fetch", Outcome.DNS, "x"), start, None)
    feed, new = failing_sources(db.conn)
    assert (feed.failures, feed.since) == (2, "2026-11-03T02:00:00Z")
    assert (new.failures, new.since, new.last_ok) == (1, "", "")
