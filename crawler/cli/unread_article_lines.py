"""Lines about the articles that a run could not read: one for each cause, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.models.outcomes import Outcome

_SHOWN_CAUSES = 5
_OTHER = "The page could not be read. The next nights try again."

# Sorted by text: what happened, and what follows. An outcome occurs once.
_CAUSES: Mapping[str, frozenset[Outcome]] = {
    "Hashtrail could not process the page. The log in data/state/logs/ has the details.": frozenset(
        {Outcome.CRASHED}
    ),
    "The limit of requests to the host was reached. The next nights fetch the others.": frozenset(
        {Outcome.DEFERRED}
    ),
    "The page has no text that can be read. The title comes from the post.": frozenset(
        {Outcome.BAD_CONTENT, Outcome.BAD_ENCODING, Outcome.EMPTY, Outcome.UNSUPPORTED}
    ),
    "The page is larger than [fetch] max_page_mb.": frozenset({Outcome.TOO_LARGE}),
    "The page no longer exists. The site marks such links after more checks.": frozenset(
        {Outcome.GONE, Outcome.NOT_FOUND, Outcome.PARKED, Outcome.SOFT_NOT_FOUND}
    ),
    "The server demands a login or a browser. The title comes from the post.": frozenset(
        {Outcome.CHALLENGE, Outcome.CONSENT_WALL, Outcome.LOGIN_WALL}
    ),
    "The server did not respond. The next nights try again.": frozenset(
        {
            Outcome.CONNECT,
            Outcome.DNS,
            Outcome.ROBOTS_UNREACHABLE,
            Outcome.TIMEOUT,
            Outcome.TLS,
        }
    ),
    "The server or its robots.txt refuses crawlers. The title comes from the post.": frozenset(
        {Outcome.BLOCKED_ROBOTS, Outcome.CLIENT_ERROR, Outcome.FORBIDDEN, Outcome.LEGAL}
    ),
    "The server was busy or reported an error. The next nights try again.": frozenset(
        {
            Outcome.PROTOCOL_ERROR,
            Outcome.RATE_LIMITED,
            Outcome.SERVER_ERROR,
            Outcome.TRUNCATED,
        }
    ),
    "The URL is invalid, or it redirects to an invalid one.": frozenset(
        {
            Outcome.BAD_REDIRECT,
            Outcome.REDIRECT_LOOP,
            Outcome.REDIRECTED,
            Outcome.REFUSED_ADDRESS,
            Outcome.REFUSED_URL,
        }
    ),
}
_BY_OUTCOME = {outcome.value: text for text, outcomes in _CAUSES.items() for outcome in outcomes}


def unread_lines(unread: Iterable[tuple[str, int]]) -> list[str]:
    """Return the lines about `unread` articles, given as pairs of outcome and number."""
    counts: Counter[str] = Counter()
    for outcome, number in unread:
        counts[_BY_OUTCOME.get(outcome, _OTHER)] += number
    ordered = sorted(counts.items(), key=lambda cause: (-cause[1], cause[0]))
    lines = [f"  not read  {_articles(number)}: {text}" for text, number in ordered[:_SHOWN_CAUSES]]
    hidden = sum(number for _, number in ordered[_SHOWN_CAUSES:])
    return lines + ([f"  not read  {hidden:,} more: --json lists all"] if hidden else [])


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number:,} articles"
