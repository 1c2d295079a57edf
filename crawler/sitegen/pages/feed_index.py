"""The index of feeds: an Atom feed and a JSON Feed of all articles and of each topic."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/feeds.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `feeds.html` for the site in `model`."""
    yield Page("feeds.html")
