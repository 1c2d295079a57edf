"""The pages of a list of articles, and versions by which a build leaves out those that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from crawler.sitegen.article_store import Articles
from crawler.sitegen.page_kinds import LazyContext, Page
from crawler.sitegen.page_versions import page_version
from crawler.sitegen.pagination import ListPage, paginate
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

_OfPage = Callable[[ListPage[ListedArticle]], Mapping[str, Any]]


def list_pages(
    model: SiteModel,
    articles: Articles,
    path_of: Callable[..., str],
    context: Mapping[str, Any],
    of_page: _OfPage | None = None,
    template: str = "",
) -> Iterator[Page]:
    """Yield the pages of `articles` of `model`, each with the variables of `context`.

    `path_of` returns the path of a page by its number. `of_page` returns further variables of one
    page. `template` overrides that of the page kind.
    """
    for page in paginate(articles):
        path = path_of(page.number)
        variables = LazyContext(partial(_variables, context, page, of_page))
        yield Page(path, variables, template, _version(model, page, path))


def _variables(
    context: Mapping[str, Any], page: ListPage[ListedArticle], of_page: _OfPage | None
) -> dict[str, Any]:
    return {**context, "page": page, **(of_page(page) if of_page else {})}


def _version(model: SiteModel, page: ListPage[ListedArticle], path: str) -> str:
    """Return the version of a numbered `page` at `path`; empty if it is not known.

    Such a page shows the rows of its articles and links to other pages. The newest page of a list
    also has counts, and no version.
    """
    items = page.items
    if page.number is None or not isinstance(items, Articles):
        return ""
    links = (page.number, page.number == page.older, page.linked, path)
    return page_version(model, items.ids, links)
