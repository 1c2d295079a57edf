"""The publication date of a page, reconciled from its metadata, its URL and its visible text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain

from crawler.dates.days_in_text import date_in_url, find_dates, remove_dates
from crawler.dates.parse_date import parse_date
from crawler.extract.metadata_phrases import UPDATE_WORDS
from crawler.extract.text_blocks import Block

SourcedText = tuple[str, str]
SourcedDate = tuple[datetime | None, str]
"""A date and its source, such as `json-ld`, `url` or `byline`."""

_UPDATED = re.compile("|".join(UPDATE_WORDS), re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|posted|date|entry|create|pubdate|time", re.IGNORECASE)
_UTC = re.compile(
    r"(?<![+\d-])\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|GMT|[+-]00:?00)$", re.IGNORECASE
)
# Class names of the parts of a page whose dates belong to other pages.
_OTHER_PAGES = frozenset(
    ("comment", "footer", "latest", "popular", "recent", "related", "sidebar", "widget")
)
# Near the headline only this name is certain: a post may be named after its category (`popular`),
# and a page after its sidebar.
_OTHER_PAGES_NEAR_HEADLINE = frozenset(("related",))
_MAX_TIME_ELEMENTS = 50
_CALENDAR_LEAF_BLOCKS = 3
_CALENDAR_LEAF_CHARACTERS = 12
_WESTERNMOST = timedelta(hours=12)
_EASTERNMOST = timedelta(hours=14)
_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)


@dataclass(frozen=True, slots=True)
class DateContext:
    """The context in which the dates of a page are parsed.

    `urls` are the URLs of the page, and `fetched_at` is the time of the fetch (aware UTC).
    `month_first` is true if the page writes the month before the day.
    """

    urls: tuple[str, ...]
    fetched_at: datetime
    month_first: bool


@dataclass(frozen=True, slots=True)
class _DeclaredDate:
    """A declared value, its source and the time it states, or None."""

    text: str
    moment: datetime | None
    source: str


def find_published_date(
    declared: Iterable[SourcedText],
    times: Sequence[tuple[str, str]],
    near: Sequence[Block],
    others: Sequence[Block],
    context: DateContext,
) -> SourcedDate:
    """Return the time of publication and its source, or `(None, "")`.

    `declared` are the values of metadata with their sources, the most reliable first. `times` are
    the time elements with the words of their class. `near` are the blocks around the headline and
    `others` those after them. `context` determines how dates are parsed.
    """
    url_day = _date_in_urls(context)
    visible_date = partial(_visible_date, near, others, context)
    stated = _first_date(chain(declared, _marked_dates(times, visible_date, context)), context)
    if stated.moment is None:
        return _undeclared_date(url_day, times, visible_date, context)
    is_utc = _UTC.search(stated.text)
    adjacent = _adjacent_date(stated.moment, url_day, visible_date) if is_utc else None
    return adjacent or (stated.moment, stated.source)


def _adjacent_date(
    moment: datetime, url_day: datetime | None, visible_date: Callable[[], datetime | None]
) -> SourcedDate | None:
    """Return the neighbouring day that the URL or the byline shows, or None.

    A declared time in UTC may be on another day than the day in the publisher's time zone.
    """
    if url_day and _is_adjacent_day(url_day, moment):
        return _clamp_to_day(moment, url_day), "url"
    visible = visible_date()
    if visible and _is_adjacent_day(visible, moment):
        return _clamp_to_day(moment, visible), "byline"
    return None


def _date_in_urls(context: DateContext) -> datetime | None:
    days = (date_in_url(url, context.fetched_at) for url in context.urls)
    return next((day for day in days if day), None)


def _undeclared_date(
    url_day: datetime | None,
    times: Sequence[tuple[str, str]],
    visible_date: Callable[[], datetime | None],
    context: DateContext,
) -> SourcedDate:
    """Return the date in the URL, in the first time element, or in the visible text."""
    if url_day:
        return url_day, "url"
    first_time = [(value, "time") for value, words in times[:1] if not _UPDATED.search(words)]
    stated = _first_date(first_time, context)
    if stated.moment:
        return stated.moment, stated.source
    visible = visible_date()
    return (visible, "byline") if visible else (None, "")


def _marked_dates(
    times: Sequence[tuple[str, str]],
    visible_date: Callable[[], datetime | None],
    context: DateContext,
) -> Iterator[SourcedText]:
    """Yield the time elements whose class names the publication.

    If there are several, those on the day that is visible near the headline come first.
    """
    marked = [value for value, words in times[:_MAX_TIME_ELEMENTS] if _names_publication(words)]
    day = visible_date() if len(marked) > 1 else None
    if day:
        for value in marked:
            moment = parse_date(value, context.fetched_at, context.month_first)
            if moment and moment.date() == day.date():
                yield value, "time"
    yield from ((value, "time") for value in marked)


def _names_publication(words: str) -> bool:
    return bool(_PUBLISHED.search(words)) and not _UPDATED.search(words)


def first_valid_date(values: Iterable[SourcedText], context: DateContext) -> SourcedDate:
    """Return the first of the declared `values` that is a date, with its source.

    `context` determines how dates are parsed.
    """
    stated = _first_date(values, context)
    return stated.moment, stated.source


def is_update_label(words: str) -> bool:
    """Whether the words next to a date say that it is the date of a change."""
    return _UPDATED.search(words) is not None


def _first_date(values: Iterable[SourcedText], context: DateContext) -> _DeclaredDate:
    for text, source in values:
        moment = parse_date(text, context.fetched_at, context.month_first) if text else None
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


def _visible_date(
    near: Sequence[Block], others: Sequence[Block], context: DateContext
) -> datetime | None:
    """Return the date in the text of the page, near the headline if possible."""
    for text, max_other_characters in _texts_with_dates(near, others):
        days = _publication_dates(text, max_other_characters, context)
        if days:
            return days[0]
    return None


def _texts_with_dates(near: Sequence[Block], others: Sequence[Block]) -> Iterator[tuple[str, int]]:
    """Yield texts that may contain a date, with the number of other characters they may have.

    Lines with little besides a date near the headline come first, then such lines after it, then
    other short texts.
    """
    own = [block for block in others if not _OTHER_PAGES & block.container.names]
    near = [block for block in near if not _OTHER_PAGES_NEAR_HEADLINE & block.container.names]
    for text in _short_texts(near):
        yield text, 60
    for block in own:
        yield block.raw, 20
    for block in (*near, *own):
        yield block.raw, 160


def _short_texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the texts of short blocks.

    A block joins the two after it if all are so short that they may be one date, split into the
    parts of a calendar leaf.
    """
    for index, block in enumerate(blocks):
        if not block.raw:
            continue
        leaf = blocks[index : index + _CALENDAR_LEAF_BLOCKS]
        if all(len(part.text) < _CALENDAR_LEAF_CHARACTERS for part in leaf):
            yield "\n".join(part.raw for part in leaf)
        else:
            yield block.raw


def _publication_dates(
    text: str, max_other_characters: int, context: DateContext
) -> list[datetime]:
    """Return the dates in a text that are not dates of a change.

    Returns [] if the text has more than `max_other_characters` besides its dates.
    """
    dated = find_dates(text, context.fetched_at, context.month_first)
    days = [day for day, words_before in dated if not _UPDATED.search(words_before)]
    if not days:
        return []
    other_text = " ".join(remove_dates(text).split())
    return days if len(other_text) <= max_other_characters else []
