"""How facts of the database are said to readers: tables of words, dates, counts. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from crawler.knowledge.article_kinds import KINDS

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_LETTERS_IN_A_WORD = 15  # text without spaces is cut after as many letters

NETWORKS = {
    "bluesky": "Bluesky",
    "devto": "DEV",
    "feed": "feed",
    "github": "GitHub",
    "hackernews": "Hacker News",
    "lemmy": "Lemmy",
    "linkedin": "LinkedIn",
    "lobsters": "Lobsters",
    "mastodon": "Mastodon",
    "paste": "pasted post",
    "reddit": "Reddit",
    "stackexchange": "Stack Exchange",
    "x": "X",
    "youtube": "YouTube",
}

FIELDS = {
    "body": "in the text",
    "card": "in the preview card",
    "curator": "says the curator",
    "hashtag": "as a hashtag",
    "hashtags": "as a hashtag",
    "heading": "in a heading",
    "headings": "in a heading",
    "host": "in the address",
    "keywords": "in the page's keywords",
    "lead": "in the opening",
    "post": "in a post that shares it",
    "summary": "in the summary",
    "text": "in the text",
    "title": "in the title",
    "url": "in the address",
}

RULES = {
    "curator": "decided by hand",
    "hashtag": "one of the topic's own",
    "learned": "learned from labelled texts",
    "ambiguous": "a common phrase without its context",
    "contextual": "a phrase of the topic, in its context",
    "strong": "a name of the topic",
    "weak": "a hint, not enough alone",
}

CONFIDENCE = {
    "certain": "named plainly, more than once or in the title",
    "likely": "good evidence, but less than for certain",
    "weak": "little evidence; not used in lists",
}

_PLACES = (
    (("title",), "in the title"),
    (("heading", "headings"), "in headings"),
    (("body", "lead", "summary", "text"), "in the text"),
    (("post",), "in a post that shares it"),
    (("hashtag", "hashtags"), "as a hashtag"),
    (("host", "url"), "in the address"),
    (("curator",), "by the curator"),
)
_ONCE_BY_NATURE = frozenset({"in the title", "as a hashtag", "in the address", "by the curator"})

REASONS = {
    "as-posted": "as it was posted",
    "canonical": "the page names this article as its address",
    "curator": "joined by the curator",
    "redirect": "redirects here",
    "text-match": "carries the same text",
}

EXCERPTS = {"description": "from the page's own description", "text": "from its opening"}

STATES = {
    "blocked": "At the last checks the site did not let our crawler read this page.",
    "changed": "The page has changed a great deal since it was shared.",
    "gone": "What we know of it stays here.",
    "hijacked": "The address now shows something else.",
    "moved": "The page has moved.",
    "new": "What stands here comes from the posts and their preview cards.",
    "parked": "Its domain is parked.",
    "unreachable": "The page could not be reached at the last checks.",
    "unreadable": "At the last checks the page answered without text that can be read.",
}
LOST = frozenset({"gone", "parked", "hijacked"})

OUTCOMES = {
    "ok": ("o", "complete"),
    "degraded": ("p", "partial"),
    "failed": ("x", "failed"),
    "interrupted": ("x", "interrupted"),
}


def network_label(name: str) -> str:
    """A network's name as its people write it."""
    return NETWORKS.get(name, name)


def field_label(name: str) -> str:
    """Where a quotation stands, in words."""
    return FIELDS.get(name, f"in the {name}")


def match_locations(found: Iterable[tuple[str, str, int]]) -> tuple[str, ...]:
    """Where and how often a topic is named, in words, from the field, rule and number of
    occurrences of each quotation: `in the title`, `41 times in the text`.

    Learned phrases do not name the topic.
    """
    times: Counter[str] = Counter()
    for name, matched, count in found:
        if matched != "learned":
            times[name] += count
    counted = [(place, sum(times[name] for name in names)) for names, place in _PLACES]
    return tuple(_place(place, count) for place, count in counted if count)


def _place(place: str, count: int) -> str:
    if place in _ONCE_BY_NATURE:
        return place
    return f"{count:,} times {place}" if count > 1 else f"once {place}"


def kind_label(name: str) -> str:
    """What kind of thing an article is, in words; an article when nothing says more."""
    return KINDS.get(name, name).lower() or "article"


def rule_label(name: str) -> str:
    """The rule that took a quotation as a sign, in words."""
    return RULES.get(name, name)


def url_reason_label(name: str) -> str:
    """Why an address is an article's, in words; rules keep their own name."""
    return REASONS.get(
        name,
        f"same page by the rule {name.removeprefix('rule:')}" if name.startswith("rule:") else name,
    )


@lru_cache(maxsize=10_000)
def format_day(text: str | None) -> str:
    """`2026-11-20T03:41:00Z` -> `20 Nov 2026`; empty for no date.

    Independent of locale and time zone.
    """
    if not text:
        return ""
    return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1][:3]} {text[:4]}"


@lru_cache(maxsize=10_000)
def format_long_day(text: str) -> str:
    """`2026-11-22…` -> `Sunday, 22 November 2026`."""
    when = date.fromisoformat(text[:10])
    return f"{DAYS[when.weekday()]}, {when.day} {MONTHS[when.month - 1]} {when.year}"


def format_time(text: str | None) -> str:
    """`2026-11-22T03:41:00Z` -> `22 Nov 2026, 03:41 UTC`; empty for no date."""
    return f"{format_day(text)}, {text[11:16]} UTC" if text else ""


@lru_cache(maxsize=10_000)
def week_of(text: str) -> str:
    """The ISO 8601 week that a UTC time falls into, as `2026-W47`."""
    year, number, _ = date.fromisoformat(text[:10]).isocalendar()
    return f"{year}-W{number:02d}"


def weeks_until(last: str, count: int) -> list[str]:
    """`count` ISO weeks, oldest first, of which the last is `last`."""
    monday = date.fromisocalendar(int(last[:4]), int(last[6:]), 1)
    return [
        week_of((monday - timedelta(weeks=back)).isoformat()) for back in range(count - 1, -1, -1)
    ]


def format_week(name: str) -> str:
    """`2026-W47` -> `16 Nov 2026 to 22 Nov 2026`."""
    monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    return f"{format_day(monday.isoformat())} to {format_day((monday + timedelta(days=6)).isoformat())}"


def format_count(number: int, one: str, many: str = "") -> str:
    """`1 post`, `4 posts`, `1,204 posts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shorten(text: str, limit: int = 60) -> str:
    """At most `limit` words of a text and as many letters as such words have at most, with an
    ellipsis when there was more.
    """
    most = limit * _LETTERS_IN_A_WORD
    words = text[: most + 1].split()
    whole = len(text) <= most and len(words) <= limit
    return " ".join(words) if whole else " ".join(words[:limit])[:most].rstrip() + " …"
