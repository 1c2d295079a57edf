"""Pages of single items: one that cannot be published is replaced by a short page and reported."""

from __future__ import annotations

from collections.abc import Callable

from crawler.error_isolation import concerns_item, item_failure
from crawler.models.outcomes import Failure, Outcome
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_validation import file_problems
from crawler.sitegen.template_renderer import Renderer

_MAX_WITHHELD = 10
_Render = Callable[[Page | OutputFile], OutputFile]


def render_item(
    group: PageGroup, render: _Render, renderer: Renderer
) -> tuple[list[OutputFile], list[Failure]]:
    """Return the files of the item of `group`, each page turned into a file by `render`.

    If that fails or a page is invalid, return a short page from `renderer` at each of its
    fallback paths and one Failure with the stage `page`. The URLs stay valid, so no other page has
    to change. Raises errors that do not concern the item.
    """
    try:
        files = [render(page) for page in group.make()]
    except Exception as error:
        if not concerns_item(error):
            raise
        return _withheld(group, renderer), [item_failure("page", group.fallback[0], error)]

    failure = _invalid_page_failure(group, files)
    return (_withheld(group, renderer), [failure]) if failure else (files, [])


def _invalid_page_failure(group: PageGroup, files: list[OutputFile]) -> Failure | None:
    problems = [problem for file in files for problem in file_problems(file)]
    if not problems:
        return None
    message = f"Cannot publish the page: {problems[0]}. The page was withheld."
    return Failure(group.fallback[0], "page", Outcome.TOO_LARGE, message)


def withheld_refusal(withheld: int, items: int) -> str:
    """Return why too many pages are withheld for a site of `items` articles and notes, or ''.

    If all of at least two items, or more than half of more than ten, are withheld, the templates
    are faulty, and not the items.
    """
    all_withheld = withheld == items > 1
    most_withheld = withheld > _MAX_WITHHELD and withheld * 2 > items
    if all_withheld or most_withheld:
        return f"{withheld:,} of {items:,} pages of items fail a check."
    return ""


def _withheld(group: PageGroup, renderer: Renderer) -> list[OutputFile]:
    return [renderer.page("site/withheld.html", path) for path in group.fallback]
