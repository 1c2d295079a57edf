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
from crawler.sitegen.run_status import read_crawl_status
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import OutputFile, Renderer

_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_SECURITY_POLICY}; frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
/assets/*
  Cache-Control: public, max-age=31536000, immutable
"""


def files(model: SiteModel, renderer: Renderer, authored: Path) -> Iterator[OutputFile]:
    """Those pages, and the small files for robots and hosts.

    `authored` is a folder of templates, each a page of the same name.
    """
    facts = {"health": read_crawl_status(model.db)}
    for name in ("status", "search", "feeds", "404"):
        yield renderer.page(
            f"site/{name}.html",
            f"{name}.html",
            **facts,
            **(_filters(model) if name == "search" else {}),
        )
    for page in sorted(authored.glob("*.html")):
        yield renderer.page(
            page.name,
            page.name,
            rank=ranking.formula_text(),
            start_score=start_here.formula_text(),
            **facts,
        )
    yield OutputFile("robots.txt", _robots(renderer).encode())
    yield OutputFile("_headers", _HEADERS.encode())
    yield OutputFile("site.json", (json.dumps(_numbers(model), indent=1) + "\n").encode())


def _filters(model: SiteModel) -> dict[str, list[str]]:
    return {
        "kinds": sorted({article.kind for article in model.listed if article.kind}),
        "years": sorted({article.first_shared[:4] for article in model.listed}, reverse=True),
    }


def _robots(renderer: Renderer) -> str:
    sitemap = renderer.absolute("sitemap.xml")
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {sitemap}\n" if sitemap else "")


def topic_counts(model: SiteModel) -> dict[str, int]:
    """How many articles are listed under each topic that has some."""
    return {topic: len(model.by_topic[topic]) for topic in sorted(model.by_topic)}


def hidden_articles(model: SiteModel) -> int:
    """How many articles the snapshot leaves out because the curator decided so."""
    row = model.db.execute(
        "SELECT value FROM derivation_versions WHERE name = 'hidden-articles'"
    ).fetchone()
    return int(row[0]) if row else 0


def _numbers(model: SiteModel) -> dict[str, Any]:
    """What this site holds, for programs and for the next build, which refuses to lose too much of
    it.
    """
    return {
        "articles": len(model.articles),
        "hidden": hidden_articles(model),
        "listed": len(model.listed),
        "notes": len(model.notes),
        "topics": len(model.topics),
        "by_topic": topic_counts(model),
        "week": model.this_week if model.by_week else "",
        "newest": display_text.format_time(model.listed[0].first_shared) if model.listed else "",
    }
