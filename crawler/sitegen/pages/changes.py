"""Pages of the changes of each day, and their index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.site_urls import changes_path
from crawler.sitegen.daily_changes import read_daily_changes
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/changes_of_day.html"

_INDEX = "site/changes.html"
_MAX_LISTED = 100


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `changes.html` and `changes/<date>.html` for each day with a run in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("changes.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    days = read_daily_changes(model)
    yield Page("changes.html", {"days": days}, _INDEX)
    dates = [day.day for day in days]
    for day, after, before in zip(days, ["", *dates], [*dates[1:], ""], strict=False):
        context = {"day": day, "before": before, "after": after, "max_listed": _MAX_LISTED}
        yield Page(changes_path(day.day), context)
