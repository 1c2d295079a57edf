"""Small files for programs: `robots.txt`, `_headers` for static hosts, and `site.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawler.serving.content_security_policy import (
    CONTENT_SECURITY_POLICY,
    EXPLORER_POLICY,
)
from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel

_HEADERS = """/*
  Content-Security-Policy: {policy}; frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
/assets/*
  Cache-Control: public, max-age=31536000, immutable
/cards/*
  Cache-Control: public, max-age=31536000, immutable
"""
_EXPLORER_HEADERS = """/explore/files/*
  Cache-Control: public, max-age=31536000, immutable
"""


def render_host_files(model: SiteModel) -> Iterator[OutputFile]:
    """Yield `robots.txt`, `_headers` and `site.json` for the site in `model`."""
    summary = json.dumps(_summary(model), indent=1) + "\n"
    yield OutputFile("robots.txt", _robots(model).encode())
    yield OutputFile("_headers", _headers(model).encode())
    yield OutputFile("site.json", summary.encode())


def topic_counts(model: SiteModel) -> dict[str, int]:
    """Return the number of listed articles of each topic in `model` that has any."""
    return {topic: len(model.by_topic[topic]) for topic in sorted(model.by_topic)}


def hidden_articles(model: SiteModel) -> int:
    """Return how many articles the snapshot of `model` omits because the curator hid them."""
    query = "SELECT value FROM derivation_versions WHERE name = 'hidden-articles'"
    row = model.db.execute(query).fetchone()
    return int(row[0]) if row else 0


def _headers(model: SiteModel) -> str:
    """Return the headers of static hosts.

    Hosts join the values of all matching patterns, so that two policies would both apply. With the
    explorer page, the header has its policy, and the meta elements of the other pages are stricter.
    """
    if model.settings.explorer != "browser":
        return _HEADERS.format(policy=CONTENT_SECURITY_POLICY)
    return _HEADERS.format(policy=EXPLORER_POLICY) + _EXPLORER_HEADERS


def _robots(model: SiteModel) -> str:
    """Return robots.txt (RFC 9309) with the Content-Signal of the settings.

    The signal states what the content may be used for (https://contentsignals.org).
    """
    signal = model.settings.content_signal
    sitemap = model.absolute_url("sitemap.xml")
    lines = [
        "User-agent: *",
        f"Content-Signal: {signal}" if signal else "",
        "Allow: /",
        f"Sitemap: {sitemap}" if sitemap else "",
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _summary(model: SiteModel) -> dict[str, Any]:
    """Return the counts of this site, which the gates of the next build compare with theirs."""
    newest = model.listed[0].first_shared if model.listed else None
    return {
        "articles": len(model.articles),
        "hidden": hidden_articles(model),
        "listed": len(model.listed),
        "notes": len(model.notes),
        "topics": len(model.topics),
        "by_topic": topic_counts(model),
        "week": model.this_week if model.by_week else "",
        "newest": display_formats.format_time(newest),
    }
