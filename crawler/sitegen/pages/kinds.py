"""Pages of the kinds of articles: the articles of one kind, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS, KindDefinition
from crawler.site_urls import kind_path
from crawler.sitegen.article_store import ArticleList
from crawler.sitegen.list_pages import list_pages
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import LazyContext, Page, PageGroup, is_chosen
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel

SUBJECT = "kind"
TEMPLATE = "site/kind.html"

_MAX_TOPICS = 10
_MAX_SITES = 8


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of each kind with listed articles in `model`, and its other versions.

    Kinds without a definition have no page. `keys` are the names of the kinds to make.
    """
    for row in KIND_DEFINITIONS:
        if row.kind in model.by_kind and is_chosen(row.kind, keys):
            yield PageGroup(row.kind, partial(_pages, model, row, model.by_kind[row.kind]))


def _pages(
    model: SiteModel, row: KindDefinition, articles: ArticleList
) -> Iterator[Page | OutputFile]:
    path_of = partial(kind_path, row.kind)
    context = LazyContext(lambda: {"definition": row, "path_of": path_of, **_context(articles)})
    yield from list_pages(model, articles, path_of, context)
    facts = {"kind": row.kind, "definition": row.definition}
    yield from list_versions(path_of(), row.heading, facts, articles, model)


def _context(articles: ArticleList) -> dict[str, object]:
    return {
        "total": len(articles),
        "topic_counts": articles.most_frequent_topics(_MAX_TOPICS),
        "hosts": articles.most_frequent_hosts(_MAX_SITES),
    }
