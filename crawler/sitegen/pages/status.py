"""The status page: the last runs, the causes of failures, and the state of every enabled source."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.monitoring.failure_causes import group_failures
from crawler.sitegen.counter_labels import label_counters
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/status.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `status.html` for the site in `model`."""
    status = model.crawl_status
    polled = len(status.sources) - len(status.unpolled)
    context = {
        "failures": group_failures(status.failing, polled),
        "counters": label_counters(status.last.counts) if status.last else [],
    }
    yield Page("status.html", context)
