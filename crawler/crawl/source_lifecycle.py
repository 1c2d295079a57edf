"""Decide what a poll means for the lifecycle of its source: moved, missing, gone or unchanged.

A permanent redirect (RFC 9110, 15.4.2 and 15.4.9) asks clients to use the new URL from then on, and
410 (15.5.11) to remove theirs. One misconfigured night must not move a source, so three are needed.
No I/O.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.polling_lifecycle import PollingLifecycle
from crawler.url_secrets import without_secrets

MOVES_NEEDED = 3
_FAILURES_OF_MOVED = 3  # failures in a row at the new URL, after which the old one is tried again
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class PollResult:
    """One complete poll: the answer to its first request, its failure, and the number of new posts.

    `failures` counts the failed polls in a row, this one included.
    """

    response: Response | Failure | None
    failure: Failure | None
    new_posts: int = 0
    failures: int = 0


def after_poll(lifecycle: PollingLifecycle, poll: PollResult, now: datetime) -> PollingLifecycle:
    """Return the lifecycle of a source after a `poll`; `lifecycle` is the one before it."""
    if poll.failure:
        return _after_failure(lifecycle, poll, now)
    lifecycle = _after_redirects(lifecycle, permanent_target(poll.response))
    unchanged = 0 if poll.new_posts else lifecycle.unchanged + 1
    return replace(lifecycle, not_found=0, unchanged=unchanged, stopped=None)


def _after_failure(
    lifecycle: PollingLifecycle, poll: PollResult, now: datetime
) -> PollingLifecycle:
    outcome = poll.response.outcome if isinstance(poll.response, Failure) else None
    if outcome is Outcome.GONE:
        lifecycle = replace(lifecycle, stopped=lifecycle.stopped or now)
    if outcome is Outcome.NOT_FOUND:
        lifecycle = replace(lifecycle, not_found=lifecycle.not_found + 1)
    if lifecycle.polled_url and poll.failures >= _FAILURES_OF_MOVED:
        lifecycle = replace(lifecycle, polled_url="")
    return replace(lifecycle, moving_to="", moves=0)


def _after_redirects(lifecycle: PollingLifecycle, target: str) -> PollingLifecycle:
    """Count a redirect to `target`; the third in a row moves the source."""
    if not target:
        return replace(lifecycle, moving_to="", moves=0)
    moves = lifecycle.moves + 1 if target == lifecycle.moving_to else 1
    if moves < MOVES_NEEDED:
        return replace(lifecycle, moving_to=target, moves=moves)
    return replace(lifecycle, moving_to="", moves=0, polled_url=target)


def permanent_target(response: Response | Failure | None) -> str:
    """Return the URL to which only permanent redirects of `response` lead, or "".

    A URL with a secret is not a target: the configuration may be public.
    """
    if not isinstance(response, Response) or not response.hops:
        return ""
    is_permanent = all(hop.status in _PERMANENT for hop in response.hops)
    target = response.final_url
    return target if is_permanent and target == without_secrets(target) else ""


def lifecycle_events(name: str, before: PollingLifecycle, after: PollingLifecycle) -> Iterator[str]:
    """Yield one sentence for each event of the source `name` that changed `before` to `after`."""
    if after.polled_url and after.polled_url != before.polled_url:
        yield (
            f"{name} moved permanently and is polled at {after.polled_url}. "
            "Apply it to data/sources.toml with: hashtrail sources update"
        )
    if after.stopped and not before.stopped:
        yield (
            f"{name} answered 410 (gone) and is not polled again. Disable it, or enter its new URL."
        )
