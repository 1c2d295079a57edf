"""Pages of single items: one that cannot be published is replaced by a short page and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.error_isolation import concerns_item, item_failure
from crawler.models.outcomes import Failure, Outcome
from crawler.sitegen.link_check import file_problems
from crawler.sitegen.template_renderer import OutputFile, Renderer

_MOST_WITHHELD = 10


def render_item(
    renderer: Renderer, paths: Sequence[str], make: Callable[[], list[OutputFile]]
) -> tuple[list[OutputFile], list[Failure]]:
    """The files that `make` returns for one item; when rendering or a check of a page fails, a
    short page at each of `paths` and one Failure (stage `page`).

    `paths` are the HTML pages of the item, its own first. Their URLs stay valid, so that no other
    page has to change. Errors that do not concern the item are raised.
    """
    try:
        files = make()
    except Exception as error:
        if not concerns_item(error):
            raise
        return _withheld(renderer, paths), [item_failure("page", paths[0], error)]
    problems = [problem for file in files for problem in file_problems(file)]
    if not problems:
        return files, []
    message = f"Cannot publish the page: {problems[0]}. The page was withheld."
    return _withheld(renderer, paths), [Failure(paths[0], "page", Outcome.TOO_LARGE, message)]


def withheld_refusal(withheld: int, items: int) -> str:
    """Why so many withheld pages are a fault of the templates, not of the items; empty if not.

    True when all of at least two items, or more than half of more than ten, are withheld.
    """
    is_ours = withheld == items > 1 or (withheld > _MOST_WITHHELD and withheld * 2 > items)
    return f"{withheld:,} of {items:,} pages of items fail a check." if is_ours else ""


def _withheld(renderer: Renderer, paths: Sequence[str]) -> list[OutputFile]:
    return [renderer.page("site/withheld.html", path) for path in paths]
