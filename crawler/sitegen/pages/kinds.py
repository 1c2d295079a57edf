"""Pages of the kinds of articles: the articles of one kind, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.site_urls import kind_path
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.pagination import paginate
from crawler.sitegen.site_model import SiteModel, most_frequent
from crawler.sitegen.snapshot_reader import ListedArticle

TEMPLATE = "site/kind.html"

_MAX_TOPICS = 10
_MAX_SITES = 8


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `kind/<kind>.html` and its older pages for each kind with listed articles in `model`.

    Kinds without a definition have no page.
    """
    by_kind = model.listed_by_kind()
    for definition in KIND_DEFINITIONS:
        articles = by_kind.get(definition.kind, [])
        path_of = partial(kind_path, definition.kind)
        context = {"definition": definition, "path_of": path_of, **_context(articles)}
        for page in paginate(articles) if articles else ():
            yield Page(path_of(page.number), {**context, "page": page})


def _context(articles: list[ListedArticle]) -> dict[str, object]:
    topics = (topic for article in articles for topic in article.topics)
    return {
        "total": len(articles),
        "topic_counts": most_frequent(topics, _MAX_TOPICS),
        "hosts": most_frequent((article.host for article in articles), _MAX_SITES),
    }
