"""The index of feeds, in groups: everything, topics, kinds, entities, sites and people."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/feeds.html"

_MAX_LISTED = 100
_GROUPS = (
    ("topic", "Topics"),
    ("kind", "Kinds of articles"),
    ("entity", "Systems and organizations"),
    ("source", "Sites"),
    ("person", "People"),
)


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `feeds.html` for the site in `model`.

    The template has the feeds. Of a long group it lists those of the most articles.
    """
    yield Page("feeds.html", {"groups": _GROUPS, "max_listed": _MAX_LISTED})
