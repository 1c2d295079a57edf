"""Pages of systems and organizations: the articles that name each, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import partial

from crawler.group_by_key import group_by
from crawler.site_urls import entity_path
from crawler.sitegen.entity_mentions import EntityFacts
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.pagination import paginate
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.scale_figures import ScaleFigure
from crawler.sitegen.site_model import (
    SiteModel,
    most_frequent_hosts,
    most_frequent_topics,
    sort_by_rank,
)
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
    slugs_by_article = _slugs_by_article(model)
    for entity in model.entities.values():
        if is_chosen(entity.slug, keys):
            yield PageGroup(entity.slug, partial(_pages, model, entity, slugs_by_article))


def _pages(
    model: SiteModel, entity: EntityFacts, slugs_by_article: dict[int, list[str]]
) -> Iterator[Page | OutputFile]:
    path_of = partial(entity_path, entity.slug)
    context = {"path_of": path_of, **_context(model, entity, slugs_by_article)}
    for page in paginate(entity.articles):
        yield Page(path_of(page.number), {**context, "page": page})
    facts = {
        "slug": entity.slug,
        "name": entity.name,
        "kind": entity.kind,
        "aliases": entity.aliases,
    }
    yield from list_versions(entity.path, entity.name, facts, entity.articles, model)


def _context(
    model: SiteModel, entity: EntityFacts, slugs_by_article: dict[int, list[str]]
) -> dict[str, object]:
    """Return what all pages of one entity show."""
    articles = entity.articles
    cooccurring = _cooccurring(model, entity, slugs_by_article)
    return {
        "entity": entity,
        "titled": _titled(entity),
        "years": _years(articles),
        "topic_counts": most_frequent_topics(articles, _MAX_TOPICS),
        "hosts": most_frequent_hosts(articles, _MAX_SITES),
        "figures": _figures(model, entity)[:_MAX_FIGURES],
        "cooccurring": group_by(cooccurring, lambda pair: pair[0].kind),
    }


def _titled(entity: EntityFacts) -> list[ListedArticle]:
    """Return the highest-ranked articles with the name of `entity` in the title."""
    names = entity.names()
    titled = [article for article in entity.articles if names.search(article.title)]
    return sort_by_rank(titled)[:_MAX_TITLED]


def _figures(model: SiteModel, entity: EntityFacts) -> list[ScaleFigure]:
    """Return the figures about `entity`: its article's title, or the sentence, names it."""
    names = entity.names()
    return [
        figure
        for article in entity.articles
        for figure in model.figures.get(article.id, ())
        if names.search(article.title) or names.search(figure.sentence)
    ]


def _slugs_by_article(model: SiteModel) -> dict[int, list[str]]:
    """Return for each article the entities with pages that it names."""
    slugs: dict[int, list[str]] = {}
    for entity in model.entities.values():
        for article in entity.articles:
            slugs.setdefault(article.id, []).append(entity.slug)
    return slugs


def _cooccurring(
    model: SiteModel, entity: EntityFacts, slugs_by_article: dict[int, list[str]]
) -> _EntityCounts:
    """Return the entities that most articles name together with `entity`, with their number."""
    counts = Counter(slug for article in entity.articles for slug in slugs_by_article[article.id])
    del counts[entity.slug]
    common = [(slug, count) for slug, count in counts.items() if count >= _MIN_COMMON]
    common.sort(key=lambda pair: (-pair[1], pair[0]))
    return [(model.entities[slug], count) for slug, count in common[:_MAX_COOCCURRING]]


def _years(articles: tuple[ListedArticle, ...]) -> str:
    """Return the years of the articles as text, such as `2019 to 2026`; empty if unknown.

    The year of an article is that of its publication, else that of its first share.
    """
    days = (article.published or article.first_shared for article in articles)
    years = sorted({day[:4] for day in days if day})
    if not years:
        return ""
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
