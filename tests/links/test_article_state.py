"""Content drift and article states: hijacks are detected, redesigns and outages are not hijacks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bench.quality_identity import judged
from crawler.links.article_state import (
    CHECKS_NEEDED,
    MIN_CHECK_INTERVAL,
    StateRecord,
    check_day,
    is_local_outage,
    next_check_time,
    next_state,
)
from crawler.links.content_drift import CheckedPage, DriftSignal, StoredArticle, classify_drift
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
BAD = {ArticleState.PARKED, ArticleState.HIJACKED}


def test_hijacks_are_detected_without_false_alarms() -> None:
    found = judged()
    strangers = [look["name"] for look, _ in found if look.get("bad")]
    missed = [
        look["name"]
        for look, sign in found
        if look.get("bad") and (sign is None or sign.state not in BAD)
    ]
    accused = [
        look["name"] for look, sign in found if not look.get("bad") and sign and sign.state in BAD
    ]
    assert (len(strangers) >= 20, len(found) - len(strangers) >= 40) == (True, True)
    assert len(missed) <= len(strangers) * 0.1, missed
    assert len(accused) <= 1, accused


def test_classify_drift_returns_state_and_evidence() -> None:
    signs = {look["name"]: sign for look, sign in judged()}
    expected = {
        "domain for sale": ArticleState.PARKED,
        "slots in Indonesian": ArticleState.HIJACKED,
        "unchanged": ArticleState.OK,
        "not modified": ArticleState.OK,
        "rewritten by its author": ArticleState.CHANGED,
        "moved to a new domain with its text": ArticleState.MOVED,
        "the blog was closed, the front page remains": ArticleState.GONE,
        "a bot challenge in the way": ArticleState.BLOCKED,
        "soft not found": ArticleState.GONE,
        "maintenance behind a 200": ArticleState.UNREACHABLE,
    }
    assert {
        name: sign.state for name, sign in signs.items() if sign and name in expected
    } == expected
    assert all(sign.evidence for sign in signs.values() if sign)
    assert (
        classify_drift(
            StoredArticle("https://example.org/a", "Clocks", "Clocks drift.", ""),
            CheckedPage(Outcome.REFUSED_ADDRESS),
        )
        is None
    )


def after(*looks: tuple[int, ArticleState | None]) -> StateRecord:
    """The health after looks given as (hours since the first, state)."""
    health = StateRecord(ArticleState.OK)
    for hours, state in looks:
        health = next_state(
            health, DriftSignal(state, "seen") if state else None, NOW + timedelta(hours=hours)
        )
    return health


def test_state_changes_after_enough_agreeing_checks() -> None:
    gone = ArticleState.GONE
    assert after((0, gone), (24, gone)).state is ArticleState.OK
    assert after((0, gone), (24, gone), (48, gone)).state is gone
    assert (
        after((0, gone), (24, ArticleState.BLOCKED), (48, gone), (72, gone)).state
        is ArticleState.OK
    )
    assert after((0, gone), (1, gone), (2, gone), (3, gone)) == after((0, gone))


def test_one_successful_check_resets_the_state() -> None:
    gone = ArticleState.GONE
    assert after((0, gone), (24, gone), (48, gone), (72, ArticleState.OK)) == StateRecord(
        ArticleState.OK
    )
    assert after((0, gone), (24, gone), (36, ArticleState.OK), (60, gone)).state is ArticleState.OK


def test_local_outage_is_detected_and_changes_no_state() -> None:
    down = [(f"host{number}.example", Outcome.DNS) for number in range(20)]
    assert is_local_outage([*down, ("up.example", Outcome.OK)])
    assert not is_local_outage(
        [*down, *((f"up{number}.example", Outcome.OK) for number in range(40))]
    )
    assert not is_local_outage(down[:4])
    assert not is_local_outage([(host, Outcome.NOT_FOUND) for host, _ in down])
    assert after((0, None), (24, None), (48, None)) == StateRecord(ArticleState.OK)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([*CHECKS_NEEDED, ArticleState.OK])),
        max_size=12,
    )
)
def test_no_state_is_reached_with_fewer_checks_than_needed(
    steps: list[tuple[int, ArticleState]],
) -> None:
    health, at, counts = StateRecord(ArticleState.OK), NOW, Counter[ArticleState]()
    for hours, state in steps:
        before, at = health.state, at + timedelta(hours=hours)
        counts[state] += 1
        health = next_state(health, DriftSignal(state, "seen"), at)
        assert health.state in (before, state)
        assert (
            health.state in (before, ArticleState.OK)
            or counts[health.state] >= CHECKS_NEEDED[health.state]
        )


def test_cycle_checks_each_article_once_with_equal_days() -> None:
    days = Counter(check_day(number) for number in range(1, 30_001))
    assert len(days) == 30
    assert max(days.values()) - min(days.values()) < 50
    first = next_check_time(7, NOW)
    assert NOW < first <= NOW + timedelta(days=30)
    assert next_check_time(7, first) - first == timedelta(days=30)
    assert next_check_time(7, NOW, 7) <= NOW + timedelta(days=7)
    assert timedelta(hours=1) < MIN_CHECK_INTERVAL < timedelta(days=1)


def test_check_under_a_clock_that_was_ahead_does_not_delay_the_next_one() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    counted = StateRecord(ArticleState.OK, ArticleState.GONE, 1, now + timedelta(days=400))
    after = next_state(counted, DriftSignal(ArticleState.GONE, ""), now)
    assert (after.agreeing, after.counted_at) == (2, now)
