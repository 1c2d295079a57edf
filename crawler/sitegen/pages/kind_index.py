"""The index of kinds: the definition of each kind of article and the number of its articles."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/kinds.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `kinds.html` for the site in `model`."""
    by_kind = model.listed_by_kind()
    counts = [(row, len(by_kind.get(row.kind, ()))) for row in KIND_DEFINITIONS]
    counts.sort(key=lambda pair: pair[0].heading)
    yield Page("kinds.html", {"counts": counts})
