"""The search page: the form and its filters; `site/assets/search.js` reads the index."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/search.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `search.html`, with the kinds and years that articles in `model` have."""
    articles = model.articles.values()
    kinds = {article.kind for article in articles if article.kind}
    years = {article.first_shared[:4] for article in articles if article.first_shared}
    yield Page("search.html", {"kinds": sorted(kinds), "years": sorted(years, reverse=True)})
