"""The index of systems and organizations: those with pages, by kind and name."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.entity_mentions import KINDS_WITH_PAGES, MIN_ARTICLES
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/entities.html"


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `entities.html` for the site in `model`."""
    entities = list(model.entities.values())
    groups = [
        (kind, [entity for entity in entities if entity.kind == kind]) for kind in KINDS_WITH_PAGES
    ]
    yield Page("entities.html", {"groups": groups, "min_articles": MIN_ARTICLES})
