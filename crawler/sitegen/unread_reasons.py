"""Why pages were not read, in plain words: one sentence for each group of outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

# The outcomes are those of crawler.models.outcomes. One line adds a reason.
_REASONS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"bad_redirect", "redirect_loop", "redirected"}), "Redirects that end nowhere"),
    (frozenset({"blocked_robots"}), "The robots.txt of the site forbids it"),
    (frozenset({"challenge", "consent_wall", "login_wall"}), "Needs a person: login or consent"),
    (frozenset({"connect", "dns", "tls", "timeout"}), "The server could not be reached"),
    (frozenset({"crashed"}), "Reading the page failed"),
    (frozenset({"deferred"}), "Left for a later night: limit of the host, or a budget"),
    (frozenset({"forbidden", "legal"}), "The server refuses the crawler"),
    (frozenset({"gone", "not_found", "soft_not_found"}), "The page no longer exists"),
    (frozenset({"parked"}), "The domain is parked"),
    (frozenset({"rate_limited"}), "The server limits the number of requests"),
    (frozenset({"refused_address", "refused_url"}), "A URL that is never fetched"),
    (frozenset({"robots_unreachable"}), "The robots.txt of the site could not be read"),
    (frozenset({"client_error", "protocol_error", "server_error"}), "The server reported an error"),
    (frozenset({"too_large", "truncated"}), "Too large, or cut off"),
    (
        frozenset({"bad_content", "bad_encoding", "bad_feed", "empty", "unsupported"}),
        "No readable text",
    ),
)
_OTHER = "Another reason"


def unread_reasons(counts: Mapping[str, float]) -> list[tuple[str, int]]:
    """Return (reason, number of articles) for the `counts` by outcome, most articles first."""
    numbers: Counter[str] = Counter()
    for outcome, number in counts.items():
        numbers[_reason(outcome)] += int(number)
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))


def _reason(outcome: str) -> str:
    return next((reason for outcomes, reason in _REASONS if outcome in outcomes), _OTHER)
