"""Decide which of two articles with the same text is the original."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from sqlite_utils import Database

from crawler.public_suffixes import site_of
from crawler.url_parser import host_of

# Marks of a title that repeats another article: in brackets at its begin or end, or before a colon
# or dash. Sorted by language. "Mirrored" alone is an ordinary word.
_REPOST_WORDS = (
    r"cross-?post(?:ed)?|re-?blog(?:ged)?|re-?post(?:ed)?|re-?publi(?:shed|cation)"
    r"|originally (?:published|posted)[^)\]]*|(?:mirrored|syndicated) from [^)\]]*"  # English
    r"|zweitveröffentlichung|nachdruck"  # German
    r"|republicado|reproducido"  # Spanish
    r"|repris(?:e)? de[^)\]]*|republié"  # French
    r"|転載|再掲"  # Japanese
    r"|republicação"  # Portuguese
    r"|перепечатка|репост"  # Russian
    r"|转载|轉載|转发"  # Chinese
)
_IN_BRACKETS = rf"[(\[【（]\s*(?:{_REPOST_WORDS})\s*[)\]】）]"
_REPOST = re.compile(
    rf"^\W*{_IN_BRACKETS}|{_IN_BRACKETS}\W*(?:$|\s[|·–—-]\s)|^\W*(?:{_REPOST_WORDS})\s*[:：|–—-]",
    re.IGNORECASE,
)
# A page may state a day without a time, and a time without its zone.
_DECIDING_TIME = timedelta(days=1)
_NOT_FROM_THE_PAGE = ("card", "feed")

_CANDIDATES = """
SELECT a.id, a.url, a.title, a.published, a.authors, a.field_sources,
       (SELECT json_group_array(joined_to) FROM aliases
        WHERE article_id = a.id AND url = a.url AND reason = 'canonical'),
       (SELECT count(DISTINCT post_id) FROM links WHERE article_id = a.id)
FROM articles a WHERE a.id IN (?, ?) ORDER BY a.first_seen, a.id
"""


class _Row(NamedTuple):
    """The columns of `_CANDIDATES`."""

    article_id: int
    url: str
    title: str
    published: str | None
    authors: str
    field_sources: str
    declaring_urls: str
    shares: int


@dataclass(frozen=True, slots=True)
class CopyCandidate:
    """One of two articles with the same text.

    `page_date` and `has_authors` are what the page itself states; a feed dates its entries by their
    arrival and names itself as author. The precision of the date is unknown. `is_canonical`: a page
    of another site declares this URL canonical. Any copy can declare its own URL.
    """

    article_id: int
    title: str
    page_date: datetime | None
    has_authors: bool
    is_canonical: bool
    shares: int


def original_of_copies(db: Database, first: int, second: int) -> int:
    """Return the id of the original of two articles with the same text: `first` or `second`."""
    rows = db.execute(_CANDIDATES, [first, second]).fetchall()
    earlier, later = (_candidate(_Row(*row)) for row in rows)
    return choose_original(earlier, later).article_id


def choose_original(earlier: CopyCandidate, later: CopyCandidate) -> CopyCandidate:
    """Return the original; without evidence for `later` that is `earlier`, which was stored first.

    The first difference decides: a title without a mark such as "(repost)", a date on the page that
    is a day or more earlier, declared canonical. Authors on the page and shares decide together.
    """
    if _is_repost(earlier) != _is_repost(later):
        return later if _is_repost(earlier) else earlier
    if earlier.page_date and later.page_date:
        ahead = earlier.page_date - later.page_date
        if abs(ahead) >= _DECIDING_TIME:
            return later if ahead > timedelta(0) else earlier
    if earlier.is_canonical != later.is_canonical:
        return later if later.is_canonical else earlier
    points = (later.has_authors - earlier.has_authors) + _sign(later.shares - earlier.shares)
    return later if points > 0 else earlier


def _is_repost(candidate: CopyCandidate) -> bool:
    return _REPOST.search(candidate.title) is not None


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _candidate(row: _Row) -> CopyCandidate:
    sources = msgspec.json.decode(row.field_sources, type=dict[str, str])
    states_date = sources.get("published") not in _NOT_FROM_THE_PAGE
    states_authors = sources.get("authors") not in _NOT_FROM_THE_PAGE
    declaring = msgspec.json.decode(row.declaring_urls, type=list[str])
    return CopyCandidate(
        row.article_id,
        row.title,
        datetime.fromisoformat(row.published) if row.published and states_date else None,
        row.authors != "[]" and states_authors,
        any(_site(url) != _site(row.url) for url in declaring),
        row.shares,
    )


def _site(url: str) -> str:
    return site_of(host_of(url))
