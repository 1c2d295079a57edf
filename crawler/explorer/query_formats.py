"""Formats of the results of named queries, by the extension of their URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.named_queries.query_results import QueryResult


@dataclass(frozen=True, slots=True)
class FormatContext:
    """URLs and names that a format states besides the result: of this response and of the page.

    `site_title` and `site` are the title and the URL of the site. `updated` is the start of the
    last run in the snapshot, empty without a run.
    """

    url: str
    page_url: str
    site_title: str
    site: str
    updated: str


@dataclass(frozen=True, slots=True)
class QueryFormat:
    """A format: its name in links, its media type and the function that writes it."""

    label: str
    media_type: str
    write: Callable[[QueryResult, FormatContext], str]


QUERY_FORMATS: Mapping[str, QueryFormat] = {}
"""Each format by the extension of its URL, in the order of the links."""
