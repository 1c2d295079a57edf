"""The files of page groups: pages that are rendered, and files that are made without a template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.models.outcomes import Failure
from crawler.sitegen.failed_pages import render_item
from crawler.sitegen.page_kinds import WHOLE_SITE, Page, PageGroup, PageKind
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer


@dataclass(frozen=True, slots=True)
class GroupedFile:
    """A file of the site with its page group, empty for a file that every build makes.

    `version` is that of the page. A file that `is_valid` was checked alone.
    """

    file: OutputFile
    group: str = ""
    version: str = ""
    is_valid: bool = False


@dataclass(frozen=True, slots=True)
class UnchangedPage:
    """A page of the published site that the new site has too, so that it is not rendered."""

    path: str


def kind_name(kind: PageKind) -> str:
    """Return the name of a page kind: that of its module."""
    return kind.__name__.rpartition(".")[2]


def not_published(path: str, version: str) -> bool:
    """Return False: no page at any `path` stays, whatever its `version`."""
    return False


def render_groups(
    kind: PageKind,
    keys: Collection[str] | None,
    model: SiteModel,
    renderer: Renderer,
    is_published: Callable[[str, str], bool] = not_published,
) -> Iterator[GroupedFile | UnchangedPage | Failure]:
    """Yield the files of the page groups of `kind` with these `keys`, None for all.

    A page of which `is_published(path, version)` is kept. Yields a Failure for each item of `model`
    whose page is withheld. Raises BuildError if `renderer` cannot render a template.
    """
    if keys is not None and not keys:
        return
    for group in kind.page_groups(model, keys):
        name = "" if kind.SUBJECT == WHOLE_SITE else f"{kind_name(kind)}/{group.key}"
        if group.fallback:
            render = partial(render_page, kind.TEMPLATE, renderer)
            files, failures = render_item(group, render, renderer)
            yield from (GroupedFile(file, name, is_valid=True) for file in files)
            yield from failures
        else:
            yield from _changed_pages(group, name, kind.TEMPLATE, renderer, is_published)


def _changed_pages(
    group: PageGroup,
    name: str,
    template: str,
    renderer: Renderer,
    is_published: Callable[[str, str], bool],
) -> Iterator[GroupedFile | UnchangedPage]:
    for page in group.make():
        version = page.version if isinstance(page, Page) else ""
        if is_published(page.path, version):
            yield UnchangedPage(page.path)
        else:
            yield GroupedFile(render_page(template, renderer, page), name, version)


def render_page(template: str, renderer: Renderer, page: Page | OutputFile) -> OutputFile:
    """Return the file of a `page`, rendered from the `template` of its kind by `renderer`."""
    if isinstance(page, OutputFile):
        return page
    return renderer.page(page.template or template, page.path, **page.context)
