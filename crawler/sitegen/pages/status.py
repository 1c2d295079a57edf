"""The status page: the last runs, and the state of every enabled source."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/status.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `status.html` for the site in `model`."""
    yield Page("status.html")
