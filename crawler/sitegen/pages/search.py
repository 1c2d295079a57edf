"""The search page: the form and its filters; `site/assets/search.js` reads the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/search.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `search.html`, with the kinds and years that articles in `model` have.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("search.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    articles = model.articles.values()
    kinds = {article.kind for article in articles if article.kind}
    years = {article.first_shared[:4] for article in articles if article.first_shared}
    yield Page("search.html", {"kinds": sorted(kinds), "years": sorted(years, reverse=True)})
