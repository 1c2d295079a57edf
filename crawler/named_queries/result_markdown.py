"""Markdown of results of named queries: a table with its summary and its origin."""

from __future__ import annotations

import re

from crawler.markdown_text import escape_markdown, markdown_url
from crawler.named_queries.data_licence import LICENCE
from crawler.named_queries.publication import Publication
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.readable_values import listed_texts
from crawler.named_queries.summary_sentences import SqlValue
from crawler.site_urls import is_web_url

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d[\d:.]*(?:Z|\+00:00)")
# Inside a cell a hyphen starts no list, and a colon before a space or in a time no URL.
_UNNEEDED = re.compile(r"\\(?=-|:(?: |$))|(?<=\d)\\(?=:\d)")


def result_markdown(result: QueryResult, publication: Publication) -> str:
    """Return a result as a Markdown document with one table (GitHub Flavored Markdown).

    `publication` has the URLs and the time of the snapshot. All text from outside is escaped.
    """
    blocks = [f"# {escape_markdown(result.query.title)}"]
    if result.summary:
        blocks.append(escape_markdown(result.summary))
    blocks.append(_table(result) if result.rows else "No results.")
    blocks.append(_origin(result, publication))
    return "\n\n".join(blocks) + "\n"


def _table(result: QueryResult) -> str:
    headings = (escape_markdown(name.replace("_", " ")) for name in result.columns)
    rulers = ("--:" if _is_numeric(column) else "---" for column in zip(*result.rows, strict=True))
    rows = (map(_cell, row) for row in result.rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rulers, *rows))


def _is_numeric(column: tuple[SqlValue, ...]) -> bool:
    values = [value for value in column if value is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _cell(value: SqlValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if not isinstance(value, str):
        return str(value)
    if is_web_url(value) and " " not in value:
        return markdown_url(value).replace("|", "%7C")
    return _UNNEEDED.sub("", escape_markdown(_readable(value)))


def _readable(text: str) -> str:
    """A time as its day, and a JSON list of texts separated by commas; other text as it is."""
    time = _TIME.fullmatch(text)
    return time[1] if time else listed_texts(text)


def _origin(result: QueryResult, publication: Publication) -> str:
    """The last line: rows that are missing, site, time, licence and permanent link."""
    site = escape_markdown(publication.site.title)
    day = f", {publication.snapshot[:10]}" if publication.snapshot else ""
    parts = ["The table is cut."] if result.is_truncated else []
    parts.append(f"Data: {site}{day}, {LICENCE}.")
    url = publication.result_url(result)
    parts += [markdown_url(url)] if url else []
    return " ".join(parts)
