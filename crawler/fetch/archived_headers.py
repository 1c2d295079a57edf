"""Response headers that the archive stores: a table of names.

Everything else may identify a reader.

Servers send session cookies, credentials and tracking identifiers under names that no list of
secrets
covers. So the table lists the headers that are safe and useful, not those that are secret.
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
    """The headers to store, in order. `headers` have lower-case names.

    Secrets in URLs inside a value are removed, and a value cannot begin another line.
    """
    return [
        (name, _one_line(text_without_secrets(value))) for name, value in headers if name in STORED
    ]


def _one_line(value: str) -> str:
    latin = value.encode("latin-1", "replace").decode("latin-1")
    return latin.replace("\r", " ").replace("\n", " ")
