"""The pages of a list of articles, and versions by which a build leaves out those that stay."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any

from crawler.sitegen.article_store import Articles
from crawler.sitegen.page_kinds import LazyContext, Page
from crawler.sitegen.pagination import ListPage, paginate
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

_DIGEST_SIZE = 12
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

    Such a page shows the rows of its articles and links to other pages. Dates depend on the current
    year, that of the newest week of `model`. The newest page of a list also has counts, and no
    version.
    """
    items = page.items
    if page.number is None or not isinstance(items, Articles):
        return ""
    stored = model.article_versions
    versions = [stored[number] if number < len(stored) else 0 for number in items.ids]
    if not all(versions):
        return ""
    links = (page.number, page.number == page.older, page.linked, model.this_week[:4], path)
    digest = blake2b(repr(links).encode(), digest_size=_DIGEST_SIZE)
    digest.update(items.ids.tobytes())
    digest.update(array("Q", versions).tobytes())
    return digest.hexdigest()
