"""Pages that the curator writes by hand: each template in `site/pages` is a page of that name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.knowledge import ranking, start_here
from crawler.sitegen.page_kinds import Page


def authored_pages(names: Iterable[str]) -> Iterator[Page]:
    """Yield the page of each template of `names`, with the formulas of the rankings in words."""
    context = {
        "rank_formula": ranking.formula_text(),
        "start_here_formula": start_here.formula_text(),
    }
    for name in names:
        yield Page(name, context, name)
