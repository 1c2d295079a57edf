"""OPML 2.0 (http://opml.org/spec2.opml) of the sources and of the feeds of the site."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.site_urls import is_web_url
from crawler.sitegen.feed_contents import FEED_GROUPS, FeedContent
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer
from crawler.sources.feed_kinds import FEED_KINDS
from crawler.url_secrets import has_secrets

SOURCES_PATH = "feeds/sources.opml"
FEEDS_PATH = "feeds/feeds.opml"

_TEMPLATE = "feeds/list.opml"
_KINDS = {"feed", *FEED_KINDS}
_SOURCES = """
SELECT name, kind, COALESCE(NULLIF(polled_url, ''), url) AS url FROM sources
WHERE enabled = 1 ORDER BY name COLLATE NOCASE, name
"""


class Outline(NamedTuple):
    """One feed of a list: its name, its URL and the URL of its page, empty if unknown."""

    text: str
    feed_url: str
    page_url: str = ""


def render_opml(
    feeds: Sequence[FeedContent], model: SiteModel, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield the list of sources, and the list of the site's `feeds` in groups.

    The second needs the base URL of `model`, since a list has full URLs. `renderer` has the
    template.
    """
    title = model.settings.title
    sources = [("", published_sources(model.db))]
    yield renderer.document(_TEMPLATE, SOURCES_PATH, title=f"Sources of {title}", groups=sources)
    if model.settings.base_url:
        groups = _own_feeds(feeds, model)
        yield renderer.document(_TEMPLATE, FEEDS_PATH, title=f"Feeds of {title}", groups=groups)


def published_sources(db: sqlite3.Connection) -> list[Outline]:
    """Return the enabled sources of the snapshot `db` that are feeds anyone can read.

    A URL with a secret, such as the token of a subscriber, is not published.
    """
    return [
        Outline(row["name"], row["url"])
        for row in db.execute(_SOURCES)
        if row["kind"] in _KINDS and is_web_url(row["url"]) and not has_secrets(row["url"])
    ]


def _own_feeds(feeds: Sequence[FeedContent], model: SiteModel) -> list[tuple[str, list[Outline]]]:
    groups: dict[str, list[Outline]] = {}
    for feed in feeds:
        heading = FEED_GROUPS.get(feed.group, "Whole site")
        outline = Outline(
            feed.label, model.absolute_url(feed.atom_path), model.absolute_url(feed.page)
        )
        groups.setdefault(heading, []).append(outline)
    return list(groups.items())
