"""What a page asks of machines: robots meta, X-Robots-Tag, TDM reservation.

The strictest of all statements wins.

Sources: Google's robots meta specification (directives, user agent prefixes), W3C TDM Reservation
Protocol, IETF AIPREF `Content-Usage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from crawler.extract.date_parsing import find_dates
from crawler.models.articles import Directives
from crawler.text_cleaning import fold

# Agents whose rules apply to us: everyone's, and our own.
AGENTS = ("*", "robots", "hashtrail")
# Names of meta elements that address another robot: `googlebot`, `bingbot`, `yandexbot`.
_OTHER_ROBOT = re.compile(
    r"\w*(?:bot|spider|crawler)(?:-\w+)?|bingpreview|slurp|teoma|yandex|baidu"
)
# Rules with a value, so that their colon does not end the name of an agent.
_VALUED = frozenset(
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
# The last is what our fetcher calls the Content-Signal of a robots.txt (contentsignals.org).
_USAGE = ("content-signal", "content-usage", "robots-content-signal")
_NO_AI = ("ai-train=no", "ai-input=no", "train-ai=n")
_SNIPPET = re.compile(r"maxsnippet:(-?\d{1,6})")
_NO_COPY = frozenset({"noarchive", "nocache"})


def parse_directives(
    meta: dict[str, list[str]],
    headers: Iterable[tuple[str, str]],
    seen: datetime | None = None,
) -> Directives:
    """The directives of a page.

    `meta`: meta name in lower case -> contents; `headers`: names in lower case; `seen`: when the
    page was fetched (aware UTC), without which `unavailable_after` is ignored. A page that forbids
    any robot to store copies is not copied: `noarchive` counts for every agent.
    """
    listed = list(headers)
    stated = [*_meta_rules(meta), *_header_rules(listed)]
    ours = {rule for agent, rule in stated if agent in AGENTS}
    reserved = [
        *meta.get("tdm-reservation", ()),
        *(value for name, value in listed if name == "tdm-reservation"),
    ]
    usage = " ".join(value.lower().replace(" ", "") for name, value in listed if name in _USAGE)
    return Directives(
        noindex=bool(ours & {"noindex", "none"}) or _is_expired(meta, listed, seen),
        noarchive=any(rule in _NO_COPY for _, rule in stated),
        nosnippet="nosnippet" in ours or _shortest(ours) == 0,
        max_snippet=_shortest(ours),
        no_ai=bool(ours & {"noai", "noimageai"})
        or "1" in (value.strip() for value in reserved)
        or any(signal in usage for signal in _NO_AI),
    )


def _is_expired(
    meta: dict[str, list[str]], headers: Iterable[tuple[str, str]], seen: datetime | None
) -> bool:
    """Whether a date of `unavailable_after` has passed (a future one is not read as a date)."""
    if seen is None:
        return False
    values = [
        *meta.get("robots", ()),
        *(value for name, value in headers if name == "x-robots-tag"),
    ]
    ends = (found[1] for value in values for found in _UNAVAILABLE_AFTER.finditer(value))
    ends = (_SHORT_YEAR.sub(r"\1-20\2", end) for end in ends)
    days = (next(iter(find_dates(end, seen)), None) for end in ends)
    return any(day is not None and day[0] < seen for day in days)


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
    """The rules of one value with the agent of each: `googlebot: noindex, otherbot: noarchive`.

    A prefix applies until the next one, because proxies join several headers into one.
    """
    stated = _VALUE_AFTER_EQUALS.sub(r"\1:", fold(value))
    for token in _BETWEEN.split(_COLON.sub(":", stated)):
        head, colon, rest = token.partition(":")
        rule = token
        if colon and head[:1] not in "0123456789" and head not in _VALUED:
            agent, rule = head, rest
        name, colon, number = rule.partition(":")
        yield agent, name.replace("-", "").replace("_", "") + colon + number


def _shortest(rules: set[str]) -> int | None:
    """The smallest limit that was set; None when there is none (-1 means no limit)."""
    limits = [int(match[1]) for rule in rules if (match := _SNIPPET.fullmatch(rule))]
    return min((limit for limit in limits if limit >= 0), default=None)
