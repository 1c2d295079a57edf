"""The index of weeks: every ISO week with articles, newest first, by year."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/weeks.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `weeks.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("weeks.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    weeks = sorted(model.by_week, reverse=True)
    years = [(year, list(group)) for year, group in groupby(weeks, key=lambda week: week[:4])]
    yield Page("weeks.html", {"years": years})
