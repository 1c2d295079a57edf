"""Pages of systems and organizations: the articles that name each, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import islice

from crawler.group_by_key import group_by
from crawler.site_urls import entity_path
from crawler.sitegen.entity_mentions import EntityFacts
from crawler.sitegen.list_pages import list_pages
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import LazyContext, Page, PageGroup, is_chosen
from crawler.sitegen.pagination import ListPage
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.scale_figures import ScaleFigure
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

SUBJECT = "entity"
TEMPLATE = "site/entity.html"

_MAX_TOPICS = 10
_MAX_COOCCURRING = 10
_MAX_SITES = 5
_MAX_FIGURES = 8
_MAX_TITLED = 8
_MIN_COMMON = 2
_EntityCounts = list[tuple[EntityFacts, int]]


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of each entity of `model` with a page, and its other versions.

    `keys` are the slugs of those to make.
    """
    for entity in model.entities.values():
        if is_chosen(entity.slug, keys):
            yield PageGroup(entity.slug, partial(_pages, model, entity))


def _pages(model: SiteModel, entity: EntityFacts) -> Iterator[Page | OutputFile]:
    path_of = partial(entity_path, entity.slug)
    context = LazyContext(lambda: {"path_of": path_of, **_context(model, entity)})
    yield from list_pages(model, entity.articles, path_of, context, partial(_of_page, entity))
    facts = {
        "slug": entity.slug,
        "name": entity.name,
        "kind": entity.kind,
        "aliases": entity.aliases,
    }
    yield from list_versions(entity.path, entity.name, facts, entity.articles, model)


def _of_page(entity: EntityFacts, page: ListPage[ListedArticle]) -> dict[str, object]:
    return {"sentences": entity.sentences(article.id for article in page.items)}


def _context(model: SiteModel, entity: EntityFacts) -> dict[str, object]:
    """Return what all pages of one entity show."""
    articles = entity.articles
    cooccurring = _cooccurring(model, entity)
    return {
        "entity": entity,
        "titled": _titled(entity),
        "years": _years(entity),
        "topic_counts": articles.most_frequent_topics(_MAX_TOPICS),
        "hosts": articles.most_frequent_hosts(_MAX_SITES),
        "figures": list(islice(_figures(model, entity), _MAX_FIGURES)),
        "cooccurring": group_by(cooccurring, lambda pair: pair[0].kind),
    }


def _titled(entity: EntityFacts) -> list[ListedArticle]:
    """Return the highest-ranked articles with the name of `entity` in the title."""
    names = entity.names()
    titled = (article for article in entity.by_rank() if names.search(article.title))
    return list(islice(titled, _MAX_TITLED))


def _figures(model: SiteModel, entity: EntityFacts) -> Iterator[ScaleFigure]:
    """Yield the figures about `entity`: its article's title, or the sentence, names it."""
    names = entity.names()
    for figure in model.figures.of_list(entity.articles):
        if names.search(figure.article.title) or names.search(figure.sentence):
            yield figure


def _cooccurring(model: SiteModel, entity: EntityFacts) -> _EntityCounts:
    """Return the entities that most articles name together with `entity`, with their number."""
    counts = entity.together_with(_MIN_COMMON)
    common = [
        (neighbour, counts[neighbour.id])
        for neighbour in model.entities.values()
        if neighbour.id in counts
    ]
    common.sort(key=lambda pair: (-pair[1], pair[0].slug))
    return common[:_MAX_COOCCURRING]


def _years(entity: EntityFacts) -> str:
    """Return the years of the articles as text, such as `2019 to 2026`; empty if unknown."""
    first, last = entity.years()
    return first if first == last else f"{first} to {last}"
