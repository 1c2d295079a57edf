"""Segments of the search index: ranges of ids whose terms have separate files.

New articles change the files of the last segments only. The borders depend on the highest id alone:
long segments first, then one of up to 16 units and one of up to one unit. A unit of new articles
becomes part of the segment before; 16 units become part of a long one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

ARTICLES, NOTES, NAMED = "a", "p", "n"
"""The series of ids: articles, posts without links, and the positions of named pages."""

UNITS = {ARTICLES: 500, NOTES: 2_000}
"""Ids in a unit. Most ids of posts are those of shares."""

_UNITS_OF_MIDDLE = 16
_UNITS_OF_LONG = 128
_UNITS_WITHOUT_BORDER = 4  # a small library is one segment: a query then needs fewer files


@dataclass(frozen=True, slots=True)
class Segment:
    """The ids of one `series` from `start` on, up to `end`, which is excluded.

    `is_last` tells the newest of several segments.
    """

    series: str
    start: int
    end: int
    is_last: bool = False

    @property
    def name(self) -> str:
        """Return the name in paths."""
        return f"{self.series}{self.start}"


def split_ids(series: str, last: int) -> list[Segment]:
    """Return the segments of the ids of a `series`, of which `last` is the highest."""
    unit = UNITS[series]
    if last < _UNITS_WITHOUT_BORDER * unit:
        return [Segment(series, 0, last + 1)]
    long, middle = _UNITS_OF_LONG * unit, _UNITS_OF_MIDDLE * unit
    starts = {*range(0, last + 1, long), last // middle * middle, last // unit * unit}
    borders = [*sorted(starts), last + 1]
    return [Segment(series, start, end, is_last=end > last) for start, end in pairwise(borders)]
