"""The index of systems and organizations: those with pages, by kind and name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.entity_mentions import KINDS_WITH_PAGES, MIN_ARTICLES
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/entities.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `entities.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("entities.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    entities = list(model.entities.values())
    groups = [
        (kind, [entity for entity in entities if entity.kind == kind]) for kind in KINDS_WITH_PAGES
    ]
    yield Page("entities.html", {"groups": groups, "min_articles": MIN_ARTICLES})
