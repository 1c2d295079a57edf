"""Topic pages: text, reading list, subtopics, shelves by kind, and the articles, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice

from crawler.sentence_splitter import split_sentences
from crawler.site_urls import topic_kind_path, topic_path
from crawler.sitegen.article_store import ArticleList, no_articles
from crawler.sitegen.consecutive_hosts import group_consecutive_hosts
from crawler.sitegen.list_pages import list_pages
from crawler.sitegen.page_kinds import LazyContext, Page, PageGroup, is_chosen
from crawler.sitegen.pagination import ListPage
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.scale_figures import ScaleFigure
from crawler.sitegen.site_model import SiteModel, most_frequent
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts
from crawler.sitegen.topic_common_matches import common_matches
from crawler.sitegen.topic_json_and_markdown import render_topic_json, render_topic_markdown
from crawler.sitegen.topic_people import top_sharers
from crawler.sitegen.topic_reading_list import recommended_works
from crawler.sitegen.topic_shelves import LEAST_FOR_SHELVES, shelves
from crawler.sitegen.topic_tree import topics_above
from crawler.svg_charts import column_chart
from crawler.topics.topic_texts import parse_topic_text

SUBJECT = "topic"
TEMPLATE = "site/topic.html"
_OF_KIND = "site/topic_kind.html"

LEAST_FOR_CHART = 10
_MAX_NOTES = 30
_MAX_COOCCURRING = 8
_MAX_SITES = 5
_MAX_PEOPLE = 5
_MAX_FIGURES = 5
_CHART_WEEKS = 52
_CHART_SIZE = (416, 40)
_CERTAIN_WITH_FIGURES = """
SELECT article_id FROM topic_articles t WHERE topic = ? AND confidence = 'certain' AND EXISTS (
    SELECT 1 FROM entity_articles f WHERE f.article_id = t.article_id AND f.entity_kind = 'figure'
) ORDER BY sharers DESC, first_shared DESC, article_id DESC
"""


@dataclass(frozen=True, slots=True)
class SubtopicEntry:
    """One topic below another, with the number of articles of its branch; `level` starts at 1."""

    topic: TopicFacts
    level: int
    articles: int


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of every topic in `model`, with its JSON and Markdown versions.

    `keys` are the slugs of those to make.
    """
    for topic in model.topics.values():
        if is_chosen(topic.slug, keys):
            yield PageGroup(topic.slug, partial(_pages, model, topic))


def _pages(model: SiteModel, topic: TopicFacts) -> Iterator[Page | OutputFile]:
    articles = model.by_branch.get(topic.slug) or no_articles(model.articles)
    yield from _topic_pages(model, topic, articles)
    yield render_topic_json(topic, articles, model)
    yield render_topic_markdown(topic, articles, model)


def _topic_pages(model: SiteModel, topic: TopicFacts, articles: ArticleList) -> Iterator[Page]:
    path_of = partial(topic_path, topic.slug)
    topic_shelves = shelves(articles, topic.slug) if len(articles) >= LEAST_FOR_SHELVES else []
    context = LazyContext(
        lambda: {
            "path_of": path_of,
            "shelves": topic_shelves,
            "people": top_sharers(articles, model.named, _MAX_PEOPLE),
            **_context(model, topic, articles),
        }
    )
    yield from list_pages(model, articles, path_of, context, _of_page)
    for shelf in topic_shelves:
        if shelf.omitted:
            of_shelf = partial(topic_kind_path, topic.slug, shelf.kind)
            variables = partial(_of_shelf, context, {"path_of": of_shelf, "shelf": shelf})
            yield from list_pages(
                model, shelf.newest, of_shelf, LazyContext(variables), _of_page, _OF_KIND
            )


def _of_shelf(context: LazyContext, variables: dict[str, object]) -> dict[str, object]:
    return {**context, **variables}


def _of_page(page: ListPage[ListedArticle]) -> dict[str, object]:
    """Return what one page of a list shows."""
    return {
        "groups": group_consecutive_hosts(page.items),
        "kinds": _kinds(page),
    }


def _context(model: SiteModel, topic: TopicFacts, articles: ArticleList) -> dict[str, object]:
    """Return what all pages of one topic show."""
    activity = model.activity(topic.slug, _CHART_WEEKS, branch=True)
    chart = column_chart(activity.counts, *_CHART_SIZE)
    return {
        "topic": topic,
        "total": len(articles),
        "paragraphs": parse_topic_text(topic.text),
        "confused_with": _confused_with(model, topic),
        "max_notes": _MAX_NOTES,
        "notes": model.notes_by_branch.get(topic.slug, []),
        "recommended": recommended_works(model, topic),
        "activity": activity,
        "chart": chart if len(articles) >= LEAST_FOR_CHART else None,
        "cooccurring": model.cooccurring.get(topic.slug, [])[:_MAX_COOCCURRING],
        "hosts": articles.most_frequent_hosts(_MAX_SITES),
        "broader": _broader(model, topic),
        "narrower": list(_narrower(model, topic.slug, 1)),
        "figures": _figures(model, topic),
        "common_matches": common_matches(model.db, topic.slug),
    }


def _confused_with(model: SiteModel, topic: TopicFacts) -> list[tuple[TopicFacts, str]]:
    """Return the topics that are easily confused with `topic`, with one sentence about each."""
    confused = [model.topics[slug] for slug in topic.confused_with if slug in model.topics]
    return [(neighbour, _first_sentence(neighbour.definition)) for neighbour in confused]


def _first_sentence(text: str) -> str:
    return next((sentence.text for sentence in split_sentences(text)), "")


def _figures(model: SiteModel, topic: TopicFacts) -> list[ScaleFigure]:
    """Return one figure each of the most shared articles that are certainly about `topic`.

    A figure without a sentence or a subject is left out.
    """
    ids = [row[0] for row in model.articles.query(_CERTAIN_WITH_FIGURES, (topic.slug,))]
    by_article = groupby(model.figures.of(ids), key=lambda figure: figure.article.id)
    clear = (_clear_figure(figures) for _, figures in by_article)
    return list(islice(filter(None, clear), _MAX_FIGURES))


def _clear_figure(figures: Iterable[ScaleFigure]) -> ScaleFigure | None:
    """Return the first figure with a sentence or a subject."""
    clear = (figure for figure in figures if figure.sentence or figure.measured.subject)
    return next(clear, None)


def _narrower(model: SiteModel, slug: str, level: int) -> Iterator[SubtopicEntry]:
    """Yield the topics below a topic by label, each followed by its own subtopics."""
    for child in model.subtopics.get(slug, ()):
        if child.slug not in (slug, *topics_above(model.topics, slug)):
            yield SubtopicEntry(child, level, len(model.by_branch.get(child.slug, ())))
            yield from _narrower(model, child.slug, level + 1)


def _broader(model: SiteModel, topic: TopicFacts) -> list[TopicFacts]:
    """Return the topics above `topic`, the top of the tree first."""
    return [model.topics[slug] for slug in reversed(topics_above(model.topics, topic.slug))]


def _kinds(page: ListPage[ListedArticle]) -> list[tuple[str, int]]:
    """Return the kinds of the articles on one page with their counts, most frequent first.

    Articles that were not fetched yet have no kind.
    """
    return most_frequent(article.kind for article in page.items if article.kind)
