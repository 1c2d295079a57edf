"""The index of feeds, in groups: everything, topics, kinds, entities, sites and people."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.feed_contents import FEED_GROUPS
from crawler.sitegen.opml_files import FEEDS_PATH, SOURCES_PATH
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/feeds.html"

_MAX_LISTED = 100


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `feeds.html` for the site in `model`.

    The template has the feeds. Of a long group it lists those of the most articles. `keys` has no
    effect.
    """
    yield PageGroup("feeds.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    lists = {"sources_opml": SOURCES_PATH, "feeds_opml": FEEDS_PATH}
    yield Page("feeds.html", {"groups": FEED_GROUPS, "max_listed": _MAX_LISTED, **lists})
