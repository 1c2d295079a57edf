"""The index of publishers: the sites of the collected articles, most articles first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/sources.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `sources.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("sources.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    by_host = model.articles_by_host()
    hosts = sorted(by_host.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    yield Page("sources.html", {"hosts": hosts})
