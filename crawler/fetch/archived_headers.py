"""The response headers that the archive stores.

Other headers may contain session cookies, credentials or tracking identifiers under any name. So
this is a list of safe and useful headers, not of secret ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.url_secrets import text_without_secrets

# Sorted; add a line. Names in lower case.
STORED = frozenset(
    {
        "accept-ranges",
        "age",
        "allow",
        "cache-control",
        "cf-mitigated",
        "content-disposition",
        "content-language",
        "content-location",
        "content-signal",
        "content-type",
        "content-usage",
        "date",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "memento-datetime",
        "retry-after",
        "robots-content-signal",
        "server",
        "tdm-policy",
        "tdm-reservation",
        "vary",
        "via",
        "x-amzn-waf-action",
        "x-datadome",
        "x-frame-options",
        "x-robots-tag",
    }
)


def stored_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the `headers` to store, in order; their names are in lower case.

    Secrets in URLs are removed from the values, and a value cannot begin another line.
    """
    return [
        (name, _one_line(text_without_secrets(value))) for name, value in headers if name in STORED
    ]


def _one_line(value: str) -> str:
    latin = value.encode("latin-1", "replace").decode("latin-1")
    return latin.replace("\r", " ").replace("\n", " ")
