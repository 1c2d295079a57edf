"""Pages that the curator writes by hand: each template in `site/pages` is a page of that name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.knowledge import ranking, start_here
from crawler.sitegen.page_kinds import Page


def authored_pages(folder: Path) -> Iterator[Page]:
    """Yield the page of each template in `folder`, with the formulas of the rankings in words."""
    context = {
        "rank_formula": ranking.formula_text(),
        "start_here_formula": start_here.formula_text(),
    }
    for template in sorted(folder.glob("*.html")):
        yield Page(template.name, context, template.name)
