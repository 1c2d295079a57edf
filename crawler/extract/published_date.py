"""The day a page was published: what it declares, its address and the line under its headline, and
which of them holds when they disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain

from crawler.extract.date_parsing import date_in_url, find_dates, parse_date, remove_dates
from crawler.extract.page_phrases import UPDATE_WORDS
from crawler.extract.text_blocks import Block

SourcedText = tuple[str, str]
SourcedDate = tuple[datetime | None, str]
_UPDATED = re.compile("|".join(UPDATE_WORDS), re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|posted|date|entry|create|pubdate|time", re.IGNORECASE)
_UTC = re.compile(
    r"(?<![+\d-])\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC|GMT|[+-]00:?00)$", re.IGNORECASE
)
# parts of a page whose dates are those of other pages
_OTHERS = frozenset(
    ("comment", "footer", "latest", "popular", "recent", "related", "sidebar", "widget")
)
# the one of them that is surely of other pages when near the headline: a post may be named after
# its category (`popular`), a page after its sidebar
_RELATED = frozenset(("related",))
_TIMES = 50


@dataclass(frozen=True, slots=True)
class DateContext:
    """What the date of a page is read with: its addresses, when it was fetched, and whether it
    writes the month before the day.
    """

    urls: tuple[str, ...]
    seen: datetime
    month_first: bool


def find_published_date(
    declared: Iterable[SourcedText],
    times: Sequence[tuple[str, str]],
    near: Sequence[Block],
    others: Sequence[Block],
    asked: DateContext,
) -> SourcedDate:
    """The moment and where it was found.

    `declared`: values of metadata with their sources, the surest first; `times`: the time elements
    with the words of their class; `near`: the blocks
    around the headline, `others` those after them.
    """
    day = next((found for url in asked.urls if (found := date_in_url(url, asked.seen))), None)
    shown = partial(_visible_date, near, others, asked)
    value, moment, source = _first(chain(declared, _marked_dates(times, shown, asked)), asked)
    if moment is None:
        loose = _first(
            [(value, "time") for value, words in times[:1] if not _UPDATED.search(words)], asked
        )
        return (day, "url") if day else loose[1:] if loose[1] else _dated(shown())
    if not _UTC.search(value):
        return moment, source
    seen = (
        (near_day, name)
        for near_day, name in ((day, "url"), (shown(), "byline"))
        if near_day and _is_adjacent_day(near_day, moment)
    )
    return next(
        ((_clamp_to_day(moment, near_day), name) for near_day, name in seen), (moment, source)
    )


def _dated(day: datetime | None) -> SourcedDate:
    return (day, "byline") if day else (None, "")


def _marked_dates(
    times: Sequence[tuple[str, str]], shown: Callable[[], datetime | None], asked: DateContext
) -> Iterator[SourcedText]:
    """The time elements whose class says that they are the day of publication, those first that
    agree with the day under the headline.
    """
    marked = [
        value
        for value, words in times[:_TIMES]
        if _PUBLISHED.search(words) and not _UPDATED.search(words)
    ]
    if len(marked) > 1 and (day := shown()):
        yield from (
            (value, "time")
            for value in marked
            if (moment := parse_date(value, asked.seen, asked.month_first))
            and moment.date() == day.date()
        )
    yield from ((value, "time") for value in marked)


def first_valid_date(values: Iterable[SourcedText], asked: DateContext) -> SourcedDate:
    """The first of some values that is a date, with its source."""
    return _first(values, asked)[1:]


def is_update_label(words: str) -> bool:
    """Whether words beside a date say that it is the day of a change."""
    return _UPDATED.search(words) is not None


def _first(values: Iterable[SourcedText], asked: DateContext) -> tuple[str, datetime | None, str]:
    read = (
        (value, parse_date(value, asked.seen, asked.month_first), source)
        for value, source in values
        if value
    )
    return next((found for found in read if found[1]), ("", None, ""))


def _is_adjacent_day(day: datetime, moment: datetime) -> bool:
    """Whether a day can be that of a moment in the publisher's own zone: the day before it in zones
    up to -12 hours, the day after in those up to +14.
    """
    first, last = (moment - timedelta(hours=12)).date(), (moment + timedelta(hours=14)).date()
    return moment.time() != time() and first <= day.date() <= last and day.date() != moment.date()


def _clamp_to_day(moment: datetime, day: datetime) -> datetime:
    """The moment of a day that is nearest to another moment."""
    return max(day, min(moment, day + timedelta(hours=23, minutes=59, seconds=59))).astimezone(UTC)


def _visible_date(
    near: Sequence[Block], others: Sequence[Block], asked: DateContext
) -> datetime | None:
    """The day in a line of its own near the headline, in one further down, or within other short
    text near the headline and then further down.
    """
    own = [block for block in others if not _OTHERS & block.container.names]
    near = [block for block in near if not _RELATED & block.container.names]
    attempts = chain(
        ((text, 60) for text in _short_texts(near)),
        ((block.raw, 20) for block in own),
        ((block.raw, 160) for block in (*near, *own)),
    )
    return next(
        (day for text, rest in attempts for day in _publication_dates(text, rest, asked)), None
    )


def _short_texts(blocks: Sequence[Block]) -> Iterator[str]:
    """The short blocks, each with the two after it when all are so short that they may be the leaf
    of one calendar.
    """
    for index, block in enumerate(blocks):
        if block.raw:
            leaf = blocks[index : index + 3]
            yield (
                "\n".join(part.raw for part in leaf)
                if all(len(part.text) < 12 for part in leaf)
                else block.raw
            )


def _publication_dates(text: str, rest: int, asked: DateContext) -> Iterator[datetime]:
    """The days in a text that are not those of a change, when it says no more than `rest`
    characters besides.
    """
    days = [
        day
        for day, words in find_dates(text, asked.seen, asked.month_first)
        if not _UPDATED.search(words)
    ]
    if days and len(" ".join(remove_dates(text).split())) <= rest:
        yield from days
