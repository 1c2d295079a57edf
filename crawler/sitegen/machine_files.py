"""Small files for programs: `robots.txt` and `site.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel


def render_machine_files(model: SiteModel) -> Iterator[OutputFile]:
    """Yield `robots.txt` and `site.json` for the site in `model`."""
    summary = json.dumps(_summary(model), indent=1) + "\n"
    yield OutputFile("robots.txt", _robots(model).encode())
    yield OutputFile("site.json", summary.encode())


def topic_counts(model: SiteModel) -> dict[str, int]:
    """Return the number of listed articles of each topic in `model` that has any."""
    return dict(sorted(model.by_topic.counts.items()))


def hidden_articles(model: SiteModel) -> int:
    """Return how many articles the snapshot of `model` omits because the curator hid them."""
    query = "SELECT value FROM derivation_versions WHERE name = 'hidden-articles'"
    row = model.db.execute(query).fetchone()
    return int(row[0]) if row else 0


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
    newest = next((article.first_shared for article in model.listed.newest(1)), None)
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
