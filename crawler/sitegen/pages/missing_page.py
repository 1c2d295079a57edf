"""The page for URLs that do not exist, which static hosts serve with status 404."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/404.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `404.html` for the site in `model`."""
    yield Page("404.html")
