"""The index of weeks: every ISO week with articles, newest first, by year."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/weeks.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `weeks.html` for the site in `model`."""
    weeks = sorted(model.by_week, reverse=True)
    years = [(year, list(group)) for year, group in groupby(weeks, key=lambda week: week[:4])]
    yield Page("weeks.html", {"years": years})
