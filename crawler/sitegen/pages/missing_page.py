"""The page for URLs that do not exist, which static hosts serve with status 404."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel, most_frequent_topics

TEMPLATE = "site/404.html"

_LARGEST_TOPICS = 8


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `404.html` for the site in `model`."""
    largest = [topic for topic, _ in most_frequent_topics(model.listed, _LARGEST_TOPICS)]
    yield Page("404.html", {"largest": largest})
