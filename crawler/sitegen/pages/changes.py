"""Pages of the changes of each day, and their index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.site_urls import changes_path
from crawler.sitegen.daily_changes import DayChanges, read_daily_changes
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.page_versions import page_version
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
        version = page_version(model, _listed(day), day.facts, before, after)
        yield Page(changes_path(day.day), context, version=version)


def _listed(day: DayChanges) -> Iterator[int]:
    """Yield the ids of the articles that the page of a day may list."""
    for articles in (day.new, day.merged, day.split):
        yield from articles.ids[:_MAX_LISTED]
    yield from (retagging.article_id for retagging in day.retagged)
    yield from (change.article_id for change in day.states)
