"""The log of the curator's decisions: time, action, subject, reason and curator of each."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.site_urls import decisions_path
from crawler.sitegen.curator_decision_log import read_decision_log
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.pagination import paginate
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/decisions.html"

_PAGE_SIZE = 50


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `decisions.html` and its older pages for the log in `model`, newest line first."""
    log = read_decision_log(model.db, model.articles)
    for page in paginate(log, _PAGE_SIZE):
        context = {"list_page": page, "path_of": decisions_path, "total": len(log)}
        yield Page(decisions_path(page.number), context)
