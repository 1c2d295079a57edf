"""Labels and formats of facts on the pages: tables of words, dates, counts. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from crawler.counted_nouns import counted_noun
from crawler.knowledge.article_kinds import PICK_KINDS
from crawler.text_cleaning import fold

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


FIELDS = {
    "body": "in the text",
    "card": "in the link preview",
    "curator": "by the curator",
    "hashtag": "as a hashtag",
    "hashtags": "as a hashtag",
    "heading": "in a heading",
    "headings": "in a heading",
    "host": "in the URL",
    "keywords": "in the page's keywords",
    "lead": "in the opening",
    "post": "in a post that shares it",
    "summary": "in the summary",
    "text": "in the text",
    "title": "in the title",
    "url": "in the URL",
}

RULES = {
    "curator": "decision of the curator",
    "hashtag": "hashtag of the topic",
    "learned": "learned phrase",
    "ambiguous": "ambiguous phrase without context",
    "combination": "words that describe the topic together",
    "contextual": "term of the topic in its context",
    "strong": "term of the topic",
    "weak": "weak match",
}

_NAMING = frozenset({"contextual", "strong"})
CONFIDENCE = {
    "certain": "strong matches, several or in the title",
    "likely": "good matches, but too few; or only hashtags, posts or the other words support it",
    "weak": "weak matches; not used in lists",
}

_LOCATIONS = (
    (("title",), "in the title"),
    (("heading", "headings"), "in headings"),
    (("body", "lead", "summary", "text"), "in the text"),
    (("post",), "in a post that shares it"),
    (("hashtag", "hashtags"), "as a hashtag"),
    (("host", "url"), "in the URL"),
    (("curator",), "by the curator"),
)
_LOCATION_OF_FIELD = {name: location for names, location in _LOCATIONS for name in names}
_NOT_COUNTED = frozenset({"in the title", "as a hashtag", "in the URL", "by the curator"})

EXCERPTS = {"description": "from the page's description", "text": "from the first sentences"}

STATES = {
    "blocked": "Blocked for crawlers at the last checks.",
    "changed": "The page has changed substantially since it was shared.",
    "gone": "The page is no longer available.",
    "hijacked": "The URL now shows unrelated content.",
    "moved": "The page has moved.",
    "new": "Shown from posts and link previews.",
    "parked": "The domain is parked.",
    "unreachable": "The page could not be reached at the last checks.",
    "unreadable": "The page had no readable text at the last checks.",
}
STATE_NAMES = {"new": "Not fetched yet"}
ENTITY_KINDS = {
    "organisation": ("Organization", "Organizations"),
    "person": ("Person", "People"),
    "system": ("System", "Systems"),
    "technique": ("Technique", "Techniques"),
}

LOST = frozenset({"gone", "parked", "hijacked"})

OUTCOMES = {
    "ok": ("✓", "complete"),
    "degraded": ("!", "some sources failed"),
    "failed": ("✗", "failed"),
    "interrupted": ("✗", "interrupted"),
}


def field_label(name: str) -> str:
    """Return in words which field contains a quote, such as `in the title`, from its `name`."""
    return FIELDS.get(name, f"in the {name}")


def match_locations(quotes: Iterable[tuple[str, str, int]]) -> tuple[str, ...]:
    """Return where and how often a topic matches: `in the title`, `41 times in the text`.

    `quotes` are (field, rule, number of occurrences). Learned phrases are left out, since they do
    not name the topic.
    """
    totals: dict[str, int] = {}
    for field, rule, count in quotes:
        location = _LOCATION_OF_FIELD.get(field)
        if location and rule != "learned":
            totals[location] = totals.get(location, 0) + count
    return tuple(
        _location(location, totals[location]) for _, location in _LOCATIONS if totals.get(location)
    )


def kind_label(name: str) -> str:
    """Return the kind of an article in words from its `name`; `article` if it has none."""
    return PICK_KINDS.get(name, name).lower() or "article"


def entity_kind_label(name: str) -> str:
    """Return the kind of an entity in words from its `name`, or `name` if unknown."""
    return ENTITY_KINDS.get(name, (name, name))[0]


def entity_kind_heading(name: str) -> str:
    """Return the heading of a list of entities of one kind from its `name`."""
    return ENTITY_KINDS.get(name, (name, name))[1]


def match_label(rule: str, quote: str, topic: str) -> str:
    """Return in words how a `quote` matches by a `rule`: the name of the topic, or a term of it.

    `topic` is the label of the topic.
    """
    if rule in _NAMING and fold(quote) == fold(topic):
        return "name of the topic"
    return RULES.get(rule, rule)


def state_label(state: str, since: str) -> str:
    """Return the `state` of an article in words; `since` is when it was lost (ISO 8601, UTC)."""
    if state in LOST and since:
        return f"Not available since {format_day(since)}"
    return STATE_NAMES.get(state, state.capitalize())


LEAST_LABELLED = 20
"""With fewer labelled texts of a topic, one more error changes the figures by over 5 %."""


def tag_quality(measured: Mapping[str, float]) -> str:
    """Return the precision and recall of a topic's tags in words.

    `measured` has `precision` and, if known, `recall` and `rows`, the number of labelled texts of
    the topic. Fewer than LEAST_LABELLED texts are too few for a figure. The result is empty
    without a precision.
    """
    precision, recall, rows = (measured.get(name) for name in ("precision", "recall", "rows"))
    if precision is None:
        return ""
    if rows == 0:
        return "Not measured: no text is labelled with this topic."
    if rows is not None and rows < LEAST_LABELLED:
        return f"{counted_noun(int(rows), 'labelled text')}: too few to measure."
    if recall and rows and precision:
        return _tag_counts(precision, recall, rows)
    share = f"{precision:.0%} of the assigned tags are correct"
    return f"{share}; {recall:.0%} of the expected tags are found." if recall else f"{share}."


def _tag_counts(precision: float, recall: float, rows: float) -> str:
    correct = round(recall * rows)
    assigned = round(correct / precision)
    return (
        f"{counted_noun(int(rows), 'labelled text')}: {correct} of {assigned} assigned tags "
        f"correct; {correct} of {int(rows)} expected tags found."
    )


@lru_cache(maxsize=10_000)
def format_day(text: str | None) -> str:
    """Return an ISO 8601 time as a day: `2026-11-20T03:41:00Z` -> `20 Nov 2026`.

    The result is empty if `text` is. It does not depend on locale and time zone.
    """
    if not text:
        return ""
    return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1][:3]} {text[:4]}"


def format_day_in_year(text: str, year: str) -> str:
    """Return an ISO 8601 `text` as a day, without the year if that is `year`: `20 Nov`."""
    return format_day(text).removesuffix(f" {year}")


@lru_cache(maxsize=10_000)
def format_long_day(text: str) -> str:
    """Return an ISO 8601 `text` as `Sunday, 22 November 2026`."""
    day = date.fromisoformat(text[:10])
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def format_time(text: str | None) -> str:
    """Return a time: `2026-11-22T03:41:00Z` -> `22 Nov 2026, 03:41 UTC`; empty if `text` is."""
    return f"{format_day(text)}, {text[11:16]} UTC" if text else ""


@lru_cache(maxsize=10_000)
def week_of(text: str) -> str:
    """Return the ISO 8601 week of a UTC time `text`, such as `2026-W47`."""
    year, number, _ = date.fromisoformat(text[:10]).isocalendar()
    return f"{year}-W{number:02d}"


def monday_of(week: str) -> date:
    """Return the first day of an ISO `week`, such as `2026-W47`."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


@lru_cache(maxsize=16)
def weeks_until(last: str, count: int) -> tuple[str, ...]:
    """Return `count` ISO weeks up to the week `last`, oldest first."""
    monday = monday_of(last)
    weeks_back = range(count - 1, -1, -1)
    return tuple(week_of((monday - timedelta(weeks=back)).isoformat()) for back in weeks_back)


def format_week(name: str) -> str:
    """Return the days of the ISO week `name`: `2026-W47` -> `16 to 22 Nov 2026`."""
    monday = monday_of(name)
    sunday = monday + timedelta(days=6)
    first, last = format_day(monday.isoformat()), format_day(sunday.isoformat())
    _, month, year = last.split()
    return f"{first.removesuffix(f' {year}').removesuffix(f' {month}')} to {last}"


def _location(location: str, count: int) -> str:
    if location in _NOT_COUNTED:
        return location
    return f"{count:,} times {location}" if count > 1 else f"once {location}"
