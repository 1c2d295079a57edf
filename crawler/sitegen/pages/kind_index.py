"""The index of kinds: the definition of each kind of article and the number of its articles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/kinds.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `kinds.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("kinds.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    counts = [(row, model.by_kind.counts.get(row.kind, 0)) for row in KIND_DEFINITIONS]
    counts.sort(key=lambda pair: pair[0].heading)
    yield Page("kinds.html", {"counts": counts})
