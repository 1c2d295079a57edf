"""The publication date of a page, reconciled from its metadata, its URL and its visible text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from crawler.dates.days_in_text import date_in_url
from crawler.extract.visible_date import (
    UPDATED,
    DateContext,
    DatedParts,
    VisibleDate,
    belongs_to_page,
    date_near_headline,
    date_on_page,
)

SourcedText = tuple[str, str]
SourcedDate = tuple[datetime | None, str]
"""A date and its source, such as `json-ld`, `url` or `byline`."""

_PUBLISHED = re.compile(r"publi|posted|date|entry|create|pubdate|time", re.IGNORECASE)
_UTC = re.compile(
    r"(?<![+\d-])\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|GMT|[+-]00:?00)$", re.IGNORECASE
)
_WESTERNMOST = timedelta(hours=12)
_EASTERNMOST = timedelta(hours=14)
_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)


@dataclass(frozen=True, slots=True)
class _DeclaredDate:
    """A declared value, its source and the time it states, or None."""

    text: str
    moment: datetime | None
    source: str


def find_published_date(
    declared: Iterable[SourcedText], parts: DatedParts, context: DateContext
) -> SourcedDate:
    """Return the time of publication and its source, or `(None, "")`.

    `declared` are the values of metadata with their sources, the most reliable first. `parts` are
    the parts of the page with dates. `context` determines how dates are parsed. The date near the
    headline is preferred, because readers see it and its authors check it.
    """
    visible = date_near_headline(parts, context)
    stated = _first_date(declared, context)
    if stated.moment is None:
        return _undeclared_date(visible, parts, context)
    if visible:
        return _reconcile(visible, stated)
    return _day_in_url(stated, context) or (stated.moment, stated.source)


def _reconcile(visible: VisibleDate, stated: _DeclaredDate) -> SourcedDate:
    """Return the declared time on the visible day, or the visible date if the days differ."""
    moment = stated.moment
    if moment is None:
        return visible.moment, visible.source
    if moment.date() == visible.moment.date():
        is_exact = moment.time() != time() or visible.moment.time() == time()
        return (moment, stated.source) if is_exact else (visible.moment, visible.source)
    if _UTC.search(stated.text) and _is_adjacent_day(visible.moment, moment):
        day = visible.moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return _clamp_to_day(moment, day), visible.source
    return visible.moment, visible.source


def _day_in_url(stated: _DeclaredDate, context: DateContext) -> SourcedDate | None:
    """Return the neighbouring day that the URL contains, or None.

    A declared time in UTC may be on another day than the day in the publisher's time zone.
    """
    day = _date_in_urls(context)
    if day is None or stated.moment is None or not _UTC.search(stated.text):
        return None
    if not _is_adjacent_day(day, stated.moment):
        return None
    return _clamp_to_day(stated.moment, day), "url"


def _date_in_urls(context: DateContext) -> datetime | None:
    days = (date_in_url(url, context.fetched_at) for url in context.urls)
    return next((day for day in days if day), None)


def _undeclared_date(
    visible: VisibleDate | None, parts: DatedParts, context: DateContext
) -> SourcedDate:
    """Return the date near the headline, in a marked element, in the URL or in other text."""
    if visible:
        return visible.moment, visible.source
    marked = _first_date(_marked_dates(parts), context)
    if marked.moment:
        return marked.moment, marked.source
    url_day = _date_in_urls(context)
    if url_day:
        return url_day, "url"
    visible = date_on_page(parts, context)
    return (visible.moment, visible.source) if visible else (None, "")


def _marked_dates(parts: DatedParts) -> Iterator[SourcedText]:
    """Yield the time elements of the page whose class names the publication."""
    for element in parts.times:
        if _names_publication(element.words) and belongs_to_page(element.block, parts):
            yield element.value, "time"


def _names_publication(words: str) -> bool:
    return bool(_PUBLISHED.search(words)) and not UPDATED.search(words)


def first_valid_date(values: Iterable[SourcedText], context: DateContext) -> SourcedDate:
    """Return the first of the declared `values` that is a date, with its source.

    `context` determines how dates are parsed.
    """
    stated = _first_date(values, context)
    return stated.moment, stated.source


def is_update_label(words: str) -> bool:
    """Whether the words next to a date say that it is the date of a change."""
    return UPDATED.search(words) is not None


def _first_date(values: Iterable[SourcedText], context: DateContext) -> _DeclaredDate:
    for text, source in values:
        moment = context.parse(text)
        if moment:
            return _DeclaredDate(text, moment, source)
    return _DeclaredDate("", None, "")


def _is_adjacent_day(day: datetime, moment: datetime) -> bool:
    """Whether a day is not the UTC day of a time, but its local day in some time zone.

    Time zones are between UTC-12 and UTC+14. A time of 00:00 is only a date.
    """
    first = (moment - _WESTERNMOST).date()
    last = (moment + _EASTERNMOST).date()
    has_time = moment.time() != time()
    return has_time and first <= day.date() <= last and day.date() != moment.date()


def _clamp_to_day(moment: datetime, day: datetime) -> datetime:
    """Return the time on a day that is nearest to another time."""
    return max(day, min(moment, day + _LAST_SECOND)).astimezone(UTC)
