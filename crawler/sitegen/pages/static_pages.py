"""The pages there is one of: search, status, feeds, not found, and whatever the curator wrote in
`site/pages`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.knowledge import ranking, start_here
from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY
from crawler.sitegen import display_text
from crawler.sitegen.run_status import read_health
from crawler.sitegen.site_model import Library
from crawler.sitegen.template_renderer import File, Press

_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_SECURITY_POLICY}; frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
/assets/*
  Cache-Control: public, max-age=31536000, immutable
"""


def files(library: Library, press: Press, authored: Path) -> Iterator[File]:
    """Those pages, and the small files for robots and hosts.

    `authored` is a folder of templates, each a page of the same name.
    """
    facts = {"health": read_health(library.db)}
    for name in ("status", "search", "feeds", "404"):
        yield press.page(
            f"site/{name}.html",
            f"{name}.html",
            **facts,
            **(_filters(library) if name == "search" else {}),
        )
    for page in sorted(authored.glob("*.html")):
        yield press.page(
            page.name, page.name, rank=ranking.formula(), lasting=start_here.formula(), **facts
        )
    yield File("robots.txt", _robots(press).encode())
    yield File("_headers", _HEADERS.encode())
    yield File("site.json", (json.dumps(_numbers(library), indent=1) + "\n").encode())


def _filters(library: Library) -> dict[str, list[str]]:
    return {
        "kinds": sorted({article.kind for article in library.listed if article.kind}),
        "years": sorted({article.first_shared[:4] for article in library.listed}, reverse=True),
    }


def _robots(press: Press) -> str:
    sitemap = press.absolute("sitemap.xml")
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {sitemap}\n" if sitemap else "")


def topic_counts(library: Library) -> dict[str, int]:
    """How many articles are listed under each topic that has some."""
    return {topic: len(library.by_topic[topic]) for topic in sorted(library.by_topic)}


def hidden_articles(library: Library) -> int:
    """How many articles the snapshot leaves out because the curator decided so."""
    row = library.db.execute("SELECT value FROM versions WHERE name = 'hidden-articles'").fetchone()
    return int(row[0]) if row else 0


def _numbers(library: Library) -> dict[str, Any]:
    """What this site holds, for programs and for the next build, which refuses to lose too much of
    it.
    """
    return {
        "articles": len(library.articles),
        "hidden": hidden_articles(library),
        "listed": len(library.listed),
        "notes": len(library.notes),
        "topics": len(library.topics),
        "by_topic": topic_counts(library),
        "week": library.this_week if library.by_week else "",
        "newest": display_text.moment(library.listed[0].first_shared) if library.listed else "",
    }
