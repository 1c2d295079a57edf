"""Figures of scale: the largest of each quantity, and a page for each quantity."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.group_by_key import group_by
from crawler.knowledge.figure_values import QUANTITIES
from crawler.site_urls import figures_path
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.scale_figures import StatedFigure, sort_by_value
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
    by_quantity = group_by(
        sort_by_value(model.figures.listed()), lambda figure: figure.measured.quantity
    )
    groups = [
        {
            "quantity": quantity,
            "heading": heading,
            "total": len(by_quantity[quantity]),
            "largest": model.figures.with_articles(_one_per_article(by_quantity[quantity])),
        }
        for quantity, heading in QUANTITIES.items()
        if quantity in by_quantity
    ]
    total = sum(map(len, by_quantity.values()))
    yield Page("figures.html", {"groups": groups, "total": total})
    for group in groups:
        shown = by_quantity[str(group["quantity"])][:_MAX_ON_PAGE]
        figures = model.figures.with_articles(shown)
        context = {**group, "figures": figures, "groups": groups}
        yield Page(figures_path(str(group["quantity"])), context, _OF_QUANTITY)


def _one_per_article(figures: list[StatedFigure]) -> list[StatedFigure]:
    """Return the first figures of different articles, so that no article fills the list."""
    firsts: dict[int, StatedFigure] = {}
    for figure in figures:
        firsts.setdefault(figure.article_id, figure)
        if len(firsts) == _MAX_IN_INDEX:
            break
    return list(firsts.values())
