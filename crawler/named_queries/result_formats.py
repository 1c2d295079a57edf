"""Formats of results of named queries: the table from the extension of a URL to its writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.csv_formulas import csv_document
from crawler.named_queries.publication import Publication
from crawler.named_queries.query_files import NamedQuery
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.result_feed import result_feed
from crawler.named_queries.result_json import result_json
from crawler.named_queries.result_markdown import result_markdown


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format: its name in links, its media type and the function that writes it."""

    label: str
    media_type: str
    write: Callable[[QueryResult, Publication], str]


def result_csv(result: QueryResult, publication: Publication) -> str:
    """Return a result as CSV without formulas (RFC 4180); `publication` is not used."""
    return csv_document([result.columns, *result.rows])


RESULT_FORMATS: Mapping[str, ResultFormat] = {
    "csv": ResultFormat("CSV", "text/csv; charset=utf-8", result_csv),
    "json": ResultFormat("JSON", "application/json; charset=utf-8", result_json),
    "md": ResultFormat("Markdown", "text/markdown; charset=utf-8", result_markdown),
    "atom": ResultFormat("Atom", "application/atom+xml; charset=utf-8", result_feed),
}
"""Each format by the extension of its URL, in the order of the links."""


def formats_of(query: NamedQuery) -> Mapping[str, ResultFormat]:
    """Return the formats that `query` has: a feed needs the columns of its entries."""
    return {
        extension: result_format
        for extension, result_format in RESULT_FORMATS.items()
        if extension != "atom" or query.feed
    }
