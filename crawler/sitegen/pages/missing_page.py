"""The page for URLs that do not exist, which static hosts serve with status 404."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/404.html"

_LARGEST_TOPICS = 8


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `404.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("404.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    counts = model.by_topic.counts
    largest = sorted(counts, key=lambda topic: (-counts[topic], topic))
    yield Page("404.html", {"largest": largest[:_LARGEST_TOPICS]})
