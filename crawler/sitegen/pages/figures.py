"""Figures of scale: the largest of each quantity, and a page for each quantity."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.group_by_key import group_by
from crawler.knowledge.figure_values import QUANTITIES
from crawler.site_urls import figures_path
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.scale_figures import ScaleFigure, sort_by_value
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/figures.html"

_OF_QUANTITY = "site/figures_of_quantity.html"
_MAX_IN_INDEX = 6
_MAX_ON_PAGE = 250


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `figures.html` and `figures/<quantity>.html` for the listed articles of `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("figures.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    figures = [figure for article in model.listed for figure in model.figures.get(article.id, ())]
    by_quantity = group_by(sort_by_value(figures), lambda figure: figure.measured.quantity)
    groups = [
        {
            "quantity": quantity,
            "heading": heading,
            "total": len(by_quantity[quantity]),
            "largest": _one_per_article(by_quantity[quantity])[:_MAX_IN_INDEX],
        }
        for quantity, heading in QUANTITIES.items()
        if quantity in by_quantity
    ]
    yield Page("figures.html", {"groups": groups, "total": len(figures)})
    for group in groups:
        shown = by_quantity[str(group["quantity"])][:_MAX_ON_PAGE]
        context = {**group, "figures": shown, "groups": groups}
        yield Page(figures_path(str(group["quantity"])), context, _OF_QUANTITY)


def _one_per_article(figures: list[ScaleFigure]) -> list[ScaleFigure]:
    """Return the first figure of each article, so that no article fills the list."""
    by_article = group_by(figures, lambda figure: figure.article.id)
    return [group[0] for group in by_article.values()]
