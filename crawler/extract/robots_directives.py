"""Robots directives of a page: robots meta, X-Robots-Tag and TDM reservation.

The strictest of all statements applies. Sources: Google's robots meta specification (directives,
user agent prefixes), W3C TDM Reservation Protocol, IETF AIPREF `Content-Usage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from crawler.dates.days_in_text import find_dates
from crawler.models.articles import Directives
from crawler.text_cleaning import fold

# Rules for these agents apply to Hashtrail.
AGENTS = ("*", "robots", "hashtrail")
# Names of meta elements for another robot: `googlebot`, `bingbot`, `yandexbot`.
_OTHER_ROBOT = re.compile(
    r"\w*(?:bot|spider|crawler)(?:-\w+)?|bingpreview|slurp|teoma|yandex|baidu"
)
# Rules with a value. Their colon does not end the name of an agent.
_RULES_WITH_VALUE = frozenset(
    {
        "max-image-preview",
        "max-snippet",
        "max-video-preview",
        "unavailable-after",
        "unavailable_after",
    }
)
_COLON = re.compile(r"\s*:\s*\+?")
_VALUE_AFTER_EQUALS = re.compile(r"(max-[a-z-]{5,30}|unavailable[-_]after)\s*=")
_UNAVAILABLE_AFTER = re.compile(r"unavailable[-_]after\s*[:=]\s*([^\n]{6,60})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(\d-[A-Za-z]{3})-(\d\d)(?!\d)")  # RFC 850: 25-Jun-20
_BETWEEN = re.compile(r"[\s,;|/\"'“”、，=]+")
# The fetcher stores the Content-Signal of a robots.txt (contentsignals.org) as the last header.
_USAGE = ("content-signal", "content-usage", "robots-content-signal")
_NO_AI_USAGE = ("ai-train=no", "ai-input=no", "train-ai=n")
_SNIPPET = re.compile(r"maxsnippet:(-?\d{1,6})")
_NO_COPY = frozenset({"noarchive", "nocache"})
_NO_INDEX = frozenset({"noindex", "none"})
_NO_AI_RULES = frozenset({"noai", "noimageai"})


def parse_directives(
    meta: dict[str, list[str]],
    headers: Iterable[tuple[str, str]],
    fetched_at: datetime | None = None,
) -> Directives:
    """Return the directives of a page.

    `meta` maps meta names in lower case to their contents. `headers` are pairs of name, in lower
    case, and value. `fetched_at` is the time of the fetch (aware UTC); without it
    `unavailable_after` is ignored. A page that forbids any robot to store copies is not copied:
    `noarchive` counts for every agent.
    """
    pairs = list(headers)
    stated = [*_meta_rules(meta), *_header_rules(pairs)]
    own_rules = {rule for agent, rule in stated if agent in AGENTS}
    limit = _lowest_limit(own_rules)
    forbids_index = not own_rules.isdisjoint(_NO_INDEX)
    forbids_ai = not own_rules.isdisjoint(_NO_AI_RULES)
    return Directives(
        noindex=forbids_index or _is_expired(meta, pairs, fetched_at),
        noarchive=any(rule in _NO_COPY for _, rule in stated),
        nosnippet="nosnippet" in own_rules or limit == 0,
        max_snippet=limit,
        no_ai=forbids_ai or _reserves_text_mining(meta, pairs),
    )


def _reserves_text_mining(meta: dict[str, list[str]], headers: Sequence[tuple[str, str]]) -> bool:
    """Whether a TDM reservation or a usage preference forbids machine learning."""
    in_headers = (value for name, value in headers if name == "tdm-reservation")
    reservations = (*meta.get("tdm-reservation", ()), *in_headers)
    if any(value.strip() == "1" for value in reservations):
        return True
    usage = _usage_preferences(headers)
    return any(signal in usage for signal in _NO_AI_USAGE)


def _usage_preferences(headers: Sequence[tuple[str, str]]) -> str:
    preferences = (value.lower().replace(" ", "") for name, value in headers if name in _USAGE)
    return " ".join(preferences)


def _is_expired(
    meta: dict[str, list[str]], headers: Sequence[tuple[str, str]], fetched_at: datetime | None
) -> bool:
    """Whether a date of `unavailable_after` has passed; future dates are not plausible dates."""
    if fetched_at is None:
        return False
    in_headers = (value for name, value in headers if name == "x-robots-tag")
    statements = (*meta.get("robots", ()), *in_headers)
    return any(_has_expired_date(value, fetched_at) for value in statements)


def _has_expired_date(value: str, fetched_at: datetime) -> bool:
    for match in _UNAVAILABLE_AFTER.finditer(value):
        end = _SHORT_YEAR.sub(r"\1-20\2", match[1])
        day = next(find_dates(end, fetched_at), None)
        if day is not None and day[0] < fetched_at:
            return True
    return False


def _meta_rules(meta: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, values in meta.items():
        agent = "robots" if name == "x-robots-tag" else name
        if agent in AGENTS or _OTHER_ROBOT.fullmatch(agent):
            for value in values:
                yield from _rules(value, agent)


def _header_rules(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name == "x-robots-tag":
            yield from _rules(value, "*")


def _rules(value: str, agent: str) -> Iterator[tuple[str, str]]:
    """Yield the agent and the rule of each directive: `googlebot: noindex, otherbot: noarchive`.

    An agent applies until the next one, because proxies join several headers into one.
    """
    stated = _VALUE_AFTER_EQUALS.sub(r"\1:", fold(value))
    for token in _BETWEEN.split(_COLON.sub(":", stated)):
        head, colon, tail = token.partition(":")
        rule = token
        if colon and head[:1] not in "0123456789" and head not in _RULES_WITH_VALUE:
            agent, rule = head, tail
        name, colon, number = rule.partition(":")
        yield agent, name.replace("-", "").replace("_", "") + colon + number


def _lowest_limit(rules: set[str]) -> int | None:
    """Return the lowest limit of `max-snippet`, or None; -1 means no limit."""
    matches = map(_SNIPPET.fullmatch, rules)
    limits = [int(match[1]) for match in matches if match]
    return min((limit for limit in limits if limit >= 0), default=None)
