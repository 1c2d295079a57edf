"""The log of the curator's decisions: time, action, subject, reason and curator of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.site_urls import decisions_path
from crawler.sitegen.curator_decision_log import read_decision_log
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.pagination import paginate
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/decisions.html"

_PAGE_SIZE = 50


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `decisions.html` and its older pages for the log in `model`, newest line first.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("decisions.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    log = read_decision_log(model.db, model.articles)
    for page in paginate(log, _PAGE_SIZE):
        context = {"list_page": page, "path_of": decisions_path, "total": len(log)}
        yield Page(decisions_path(page.number), context)
