"""Failing sources grouped by cause, each with one sentence and what to do. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.sitegen.run_status import SourceStatus

_LEAST_FOR_OUTAGE = 3  # failing sources
_OUTAGE_SHARE = 0.8  # of the polled sources

_CHECK = "Check the source with hashtrail sources check and its name."
_WAIT = "The next run tries again."


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of failures: its outcomes, a sentence about it, and what the operator can do."""

    outcomes: frozenset[str]
    sentence: str
    action: str


@dataclass(frozen=True, slots=True)
class FailureCause:
    """One cause and the sources that it affects, most consecutive failures first."""

    cause: Cause
    sources: tuple[SourceStatus, ...]


_OUTAGE = Cause(
    frozenset({"connect", "deferred", "dns", "robots_unreachable", "timeout", "tls"}),
    "Almost no source could be reached, so the machine probably had no network.",
    f"Check the network of the machine that runs Hashtrail. {_WAIT}",
)
# Causes of single sources, by the codes of crawler.models.outcomes. One line adds a code.
_CAUSES = (
    Cause(frozenset({"dns"}), "The name of the host was not found.", _CHECK),
    Cause(
        frozenset({"connect", "deferred", "robots_unreachable", "timeout"}),
        "The server did not respond.",
        _WAIT,
    ),
    Cause(frozenset({"tls"}), "The server has no valid certificate.", _CHECK),
    Cause(frozenset({"rate_limited"}), "The server limits the number of requests.", _WAIT),
    Cause(frozenset({"server_error"}), "The server reported an error.", _WAIT),
    Cause(
        frozenset({"gone", "not_found", "soft_not_found"}),
        "The source no longer exists at its URL.",
        "Find the new URL, or disable the source in data/sources.toml.",
    ),
    Cause(
        frozenset(
            {
                "blocked_robots",
                "challenge",
                "consent_wall",
                "forbidden",
                "legal",
                "login_wall",
            }
        ),
        "The server refuses the crawler.",
        "Disable the source in data/sources.toml, or ask its operator.",
    ),
    Cause(
        frozenset(
            {
                "bad_content",
                "bad_encoding",
                "bad_feed",
                "empty",
                "truncated",
                "unsupported",
            }
        ),
        "The response is not a readable feed.",
        _CHECK,
    ),
    Cause(
        frozenset({"bad_redirect", "parked", "redirect_loop", "redirected"}),
        "The URL redirects to another place.",
        "Find the new URL, and change it in data/sources.toml.",
    ),
    Cause(frozenset({"too_large"}), "The response is too large.", _CHECK),
)
_OTHER = Cause(frozenset(), "The source could not be read.", _CHECK)


def group_problems(failing: Sequence[SourceStatus], polled: int) -> tuple[FailureCause, ...]:
    """Return the `failing` sources by cause, the cause with most sources first.

    If almost all of the `polled` sources could not be reached, that is one problem of the network.
    """
    if _is_outage(failing, polled):
        return (FailureCause(_OUTAGE, tuple(failing)),)
    groups = group_by(failing, lambda source: _cause(source.outcome))
    problems = [FailureCause(cause, tuple(sources)) for cause, sources in groups.items()]
    problems.sort(key=lambda problem: -len(problem.sources))
    return tuple(problems)


def _is_outage(failing: Sequence[SourceStatus], polled: int) -> bool:
    unreachable = [source for source in failing if source.outcome in _OUTAGE.outcomes]
    return (
        len(unreachable) == len(failing) >= _LEAST_FOR_OUTAGE
        and len(failing) >= _OUTAGE_SHARE * polled
    )


def _cause(outcome: str) -> Cause:
    return next((cause for cause in _CAUSES if outcome in cause.outcomes), _OTHER)
