"""Read the last nightly runs, and which sources fail, change or have no new posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crawler.counted_nouns import counted_noun
from crawler.models.outcomes import Outcome
from crawler.utc_times import iso

LEAST_SILENCE = timedelta(days=7)
# A night that was run again within this time finds no source due.
REPEATED_WITHIN = timedelta(hours=2)

# A machine without a network, or behind a portal, gets one of these from every server.
_UNREACHABLE = frozenset({Outcome.DNS, Outcome.CONNECT, Outcome.TLS, Outcome.TIMEOUT})

_NIGHT = """
SELECT started, finished, outcome, counts, message FROM runs
WHERE command = 'nightly' AND finished IS NOT NULL AND outcome <> 'interrupted' {where}
ORDER BY id DESC LIMIT 1
"""
_LAST_NIGHT = _NIGHT.format(where="")
_LAST_GOOD = _NIGHT.format(where="AND outcome IN ('ok', 'degraded')")
_POLLED_SINCE = """
SELECT count(*) FROM runs
WHERE started >= ? AND started < ? AND json_extract(counts, '$.sources') > 0
"""
_FAILING = """
SELECT s.name, COALESCE(s.last_outcome, ''), COALESCE(s.last_message, ''), s.failures,
    COALESCE(s.last_ok, ''), COALESCE(MIN(r.started), ''), s.kind, COALESCE(s.next_check, '')
FROM sources s LEFT JOIN run_sources rs ON rs.source = s.name
LEFT JOIN runs r ON r.id = rs.run_id AND r.started > COALESCE(s.last_ok, '')
WHERE s.enabled = 1 AND (s.failures > 0 OR s.last_outcome NOT IN ('ok', 'not_modified'))
GROUP BY s.name ORDER BY s.failures DESC, s.name
"""
_ANSWERING = """
SELECT s.name, s.newest_post, s.usual_gap_days, MIN(r.started),
    MAX(CASE WHEN rs.posts_new > 0 THEN r.started END)
FROM sources s JOIN run_sources rs ON rs.source = s.name JOIN runs r ON r.id = rs.run_id
WHERE s.enabled = 1 AND s.failures = 0 AND s.last_ok IS NOT NULL
    AND COALESCE(s.last_outcome, 'ok') IN ('ok', 'not_modified')
GROUP BY s.name
"""
_LIMITS = """
SELECT subject, value FROM run_measures WHERE measure = 'silence' AND subject IN ('gaps', 'days')
AND run_id = (SELECT MAX(run_id) FROM run_measures WHERE measure = 'silence')
"""
_CHANGED = """
SELECT name, url, polled_url, not_found, COALESCE(stopped, ''), changed FROM sources
WHERE enabled = 1 AND (polled_url <> '' OR not_found > 0 OR stopped IS NOT NULL OR changed <> '')
ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class SilenceLimits:
    """When a source counts as silent: after `gaps` usual gaps between two posts without one.

    If the usual gap is not known, it is after `days` without a new post.
    """

    gaps: float = 4.0
    days: float = 30.0


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source whose last poll failed, `failures` times in a row.

    A failure that this machine caused, because it had no network, is not counted.
    Times are ISO 8601 in UTC. `last_ok` is empty if it never answered. `since` is the start of the
    run in which it began to fail, and `next_check` the next poll; both are empty if unknown.
    """

    name: str
    outcome: str
    message: str
    failures: int
    last_ok: str
    since: str = ""
    kind: str = ""
    next_check: str = ""


@dataclass(frozen=True, slots=True)
class SilentSource:
    """A source that answers and has had no post for long.

    `last_new` is the time of its last post, empty for never. `usual_gap_days` is the usual time
    between two posts, None if it is not known.
    """

    name: str
    last_new: str
    usual_gap_days: float | None = None


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """A source whose URL moved, is missing or answered 410, or whose posts have changed.

    `polled_url` is the URL that is polled instead of `url`, empty if it did not move. `not_found`
    counts polls answered with 404, `stopped` is the time of an answer 410, and `changed` states how
    its newest posts differ from the older ones; both may be empty.
    """

    name: str
    url: str
    polled_url: str
    not_found: int
    stopped: str
    changed: str

    def sentences(self) -> tuple[str, ...]:
        """Return what is unusual about the source, one phrase for each fact."""
        missing = f"HTTP 404 in {counted_noun(self.not_found, 'poll')} since the last success"
        return tuple(
            sentence
            for applies, sentence in (
                (self.stopped, f"answered 410 on {self.stopped[:10]}: not polled again"),
                (self.polled_url, f"moved to {self.polled_url}"),
                (self.not_found, missing),
                (self.changed, self.changed),
            )
            if applies
        )


@dataclass(frozen=True, slots=True)
class NightlyRun:
    """A nightly run that ended: `polled` and `failed` count its sources."""

    started: datetime
    finished: datetime
    outcome: str
    polled: int
    failed: int
    message: str


@dataclass(frozen=True, slots=True)
class NightlyRuns:
    """The input of monitoring; `polled_before`: sources were polled shortly before `last`."""

    last: NightlyRun | None
    last_good: NightlyRun | None
    polled_before: bool
    enabled: int
    failing: tuple[FailingSource, ...]
    silent: tuple[SilentSource, ...]
    changed: tuple[ChangedSource, ...] = ()

    def age(self, now: datetime) -> timedelta | None:
        """Return the time between the end of the last good night and `now`.

        The result is negative under a wrong clock, and None if no night succeeded.
        """
        return now - self.last_good.finished if self.last_good else None


def load_nightly_runs(db: sqlite3.Connection, silence: SilenceLimits | None = None) -> NightlyRuns:
    """Return the last nightly runs and the state of sources from a database or snapshot.

    `silence` are the limits of `silent_sources`.
    """
    last = _night(db, _LAST_NIGHT)
    before = (iso(last.started - REPEATED_WITHIN), iso(last.started)) if last else ("", "")
    (enabled,) = db.execute("SELECT count(*) FROM sources WHERE enabled = 1").fetchone()
    return NightlyRuns(
        last=last,
        last_good=_night(db, _LAST_GOOD),
        polled_before=bool(db.execute(_POLLED_SINCE, before).fetchone()[0]),
        enabled=enabled,
        failing=failing_sources(db),
        silent=silent_sources(db, silence),
        changed=changed_sources(db),
    )


def failing_sources(db: sqlite3.Connection) -> tuple[FailingSource, ...]:
    """Return the enabled sources whose last poll failed, longest failing first."""
    rows = db.execute(_FAILING).fetchall()
    return tuple(FailingSource(*row) for row in map(tuple, rows))


def silence_limits(db: sqlite3.Connection) -> SilenceLimits:
    """Return the limits that the last night stored, so that a snapshot contains them."""
    return SilenceLimits(**dict(map(tuple, db.execute(_LIMITS))))


def silent_sources(
    db: sqlite3.Connection, limits: SilenceLimits | None = None
) -> tuple[SilentSource, ...]:
    """Return the enabled sources that answer and have had no post for long, longest first.

    The `limits` are those of the last night by default. With a known usual gap, the time is at
    least a week. It is measured from the newest run.
    """
    limits = limits or silence_limits(db)
    # Not the latest start, which a clock that was ahead may have written.
    newest = db.execute("SELECT started FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    if newest is None:
        return ()
    now = datetime.fromisoformat(newest[0])
    rows = map(tuple, db.execute(_ANSWERING))
    silent = [_silent_source(now, limits, *row) for row in rows]
    return tuple(sorted(filter(None, silent), key=lambda source: (source.last_new, source.name)))


def _silent_source(
    now: datetime,
    limits: SilenceLimits,
    name: str,
    newest_post: str | None,
    gap_days: float | None,
    first_poll: str,
    last_new: str | None,
) -> SilentSource | None:
    """Return the source if it counts as silent at `now`."""
    if newest_post and gap_days is not None:
        allowed = max(limits.gaps * timedelta(days=gap_days), LEAST_SILENCE)
        is_silent = now - datetime.fromisoformat(newest_post) > allowed
        return SilentSource(name, newest_post, gap_days) if is_silent else None
    since = str(iso(now - timedelta(days=limits.days)))
    if first_poll <= since and (last_new or "") < since:
        return SilentSource(name, last_new or "")
    return None


def changed_sources(db: sqlite3.Connection) -> tuple[ChangedSource, ...]:
    """Return the enabled sources whose URL moved, is missing or gone, or whose posts changed."""
    return tuple(ChangedSource(*row) for row in map(tuple, db.execute(_CHANGED)))


def is_degraded(failed: int, total: int, share: float) -> bool:
    """Whether `failed` is more than the `share` (0 to 1) of all sources (`total`)."""
    return failed > share * total


def is_offline(outcomes: Sequence[str]) -> bool:
    """Whether the `outcomes` of all polled sources indicate that this machine has no network.

    At least two could not be reached, and all others were not tried: a source is deferred after
    another one of its host could not be reached.
    """
    unreachable = sum(outcome in _UNREACHABLE for outcome in outcomes)
    untried = sum(outcome == Outcome.DEFERRED for outcome in outcomes)
    return unreachable >= 2 and unreachable + untried == len(outcomes)


def format_hours(span: timedelta) -> str:
    """Return the time `span` in hours with one decimal, as `26.0 h`."""
    return f"{span.total_seconds() / 3600:,.1f} h"


def _night(db: sqlite3.Connection, sql: str) -> NightlyRun | None:
    row = db.execute(sql).fetchone()
    if row is None:
        return None
    started, finished, outcome, counts, message = tuple(row)
    numbers = msgspec.json.decode(counts)
    return NightlyRun(
        datetime.fromisoformat(started),
        datetime.fromisoformat(finished),
        outcome,
        numbers.get("sources", 0),
        numbers.get("sources_failed", 0),
        message,
    )
