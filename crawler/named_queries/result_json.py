"""JSON of results of named queries, in a stable shape (MEMBERS).

A member is never renamed or removed within one SCHEMA_VERSION. New members may appear.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from crawler.named_queries.column_descriptions import column_description
from crawler.named_queries.data_licence import LICENCE, LICENCE_URL
from crawler.named_queries.publication import Publication
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult
from crawler.named_queries.summary_sentences import SqlValue

SCHEMA_VERSION = 1
EXTENSIONS = ("csv", "json", "md", "atom")
MEMBERS = (
    ("schema_version", "Version of this shape, a number."),
    ("query", "name, title, description and group of the query."),
    ("parameters", "By name: label, value and value_label of each parameter."),
    (
        "summary",
        "One sentence about all results, also if rows are missing. Some queries have none.",
    ),
    ("columns", "name and description of each column, in the order of the query."),
    ("rows", "One object per row. A value is a string, a number or null. Times are UTC."),
    ("truncated", "Whether the snapshot has more rows."),
    ("snapshot", "Start of the run that wrote the data; null without a run."),
    ("licence", "name and url of the licence, and terms: the licence page of the explorer."),
    ("links", "page, and by extension the permanent URL of each format; null if there is none."),
)
"""Each member of the document and its value."""


def result_json(result: QueryResult, publication: Publication) -> str:
    """Return a result as a JSON document with the MEMBERS.

    `publication` has the URLs and the time of the snapshot. Bytes become hexadecimal digits, and
    infinite numbers null.
    """
    query = result.query
    document = {
        "schema_version": SCHEMA_VERSION,
        "query": {
            "name": query.name,
            "title": query.title,
            "description": query.description,
            "group": query.group,
        },
        "parameters": {name: _parameter(result, name) for name in query.parameters},
        "summary": result.summary,
        "columns": [
            {"name": name, "description": column_description(name)} for name in result.columns
        ],
        "rows": result_objects(result),
        "truncated": result.is_truncated,
        "snapshot": publication.snapshot or None,
        "licence": {
            "name": LICENCE,
            "url": LICENCE_URL,
            "terms": publication.terms_url() or None,
        },
        "links": _links(result, publication),
    }
    return _encoded(document)


def result_array(result: QueryResult) -> str:
    """Return the rows of a result as a JSON array of objects."""
    return _encoded(result_objects(result))


def result_objects(result: QueryResult) -> list[dict[str, Any]]:
    """Return the rows of a result as objects of JSON."""
    return [
        dict(zip(result.columns, map(_value, row), strict=True))  # names of columns are unique
        for row in result.rows
    ]


def _encoded(document: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _parameter(result: QueryResult, name: str) -> dict[str, str]:
    return {
        "label": query_parameters()[name].label,
        "value": result.values[name],
        "value_label": result.labels[name],
    }


def _value(value: SqlValue) -> str | int | float | None:
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _links(result: QueryResult, publication: Publication) -> dict[str, str | None]:
    urls: dict[str, str | None] = {"page": publication.result_url(result) or None}
    for extension in EXTENSIONS:
        exists = extension != "atom" or result.query.feed
        url = publication.result_url(result, extension) if exists else ""
        urls[extension] = url or None
    return urls
