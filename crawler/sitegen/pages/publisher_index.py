"""The index of publishers: the sites of the collected articles, most articles first."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/sources.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `sources.html` for the site in `model`."""
    by_host = model.articles_by_host()
    hosts = sorted(by_host.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    yield Page("sources.html", {"hosts": hosts})
