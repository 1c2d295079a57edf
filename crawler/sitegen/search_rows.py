"""The rows of the result list of the search, and the files of consecutive rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.search_documents import NamedPage
from crawler.sitegen.search_items import SearchItem
from crawler.sitegen.search_script import script
from crawler.sitegen.search_segments import ARTICLES, NAMED, NOTES

ROWS = {ARTICLES: 5, NOTES: 20, NAMED: 5}
"""Ids of each series in one file of rows. Most ids of posts are those of shares."""

ResultRow = list[object]
"""Page, title, URL, site or network, kind, day, topics, excerpt, as `search.js` shows them.

A page that is a number is the id of an article whose path follows from its title. The URL lacks
`https://` and the site if it starts with them. Topics are positions in the order of the slugs.
"""

_NO_ROW = 0
_MAX_TOPICS = 4
_TITLE_LENGTH = 300


def named_row(page: NamedPage) -> ResultRow:
    """Return the row of a named `page`."""
    return _trimmed([page.path, page.label, "", "", page.kind, "", [], page.description])


def item_row(item: SearchItem, positions: dict[str, int]) -> ResultRow:
    """Return the row of the article or note `item`; `positions` has that of each topic."""
    defined = filter(positions.__contains__, item.topics)
    kind = item.kind if item.is_note else display_formats.kind_label(item.kind)
    return _trimmed(
        [
            item.page,
            item.title[:_TITLE_LENGTH],
            item.url.removeprefix(f"https://{item.host}"),
            item.host or item.network,
            "" if item.kind == "article" else kind,
            item.day,
            [positions[topic] for topic in islice(defined, _MAX_TOPICS)],
            item.excerpt,
        ]
    )


def row_files(series: str, rows: Iterable[tuple[int, ResultRow]]) -> Iterator[OutputFile]:
    """Yield the files of `rows` of a `series`, each row with its id; ids rise."""
    size = ROWS[series]
    for number, group in groupby(rows, key=lambda numbered: numbered[0] // size):
        listed: list[ResultRow | int] = []
        for row_id, row in group:
            listed += [_NO_ROW] * (row_id % size - len(listed))
            listed.append(row)
        file = f"{series}{number}"
        yield script(f"search/d-{file}.js", "documents", file, listed)


def _trimmed(row: ResultRow) -> ResultRow:
    """Return the row without empty values at its end."""
    while row and not row[-1]:
        row.pop()
    return row
