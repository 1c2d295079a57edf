"""Everything known about one article beyond its row in lists, streamed in the order of ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.sitegen import display_text
from crawler.sitegen.article_posts import Share, group_posts
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row, stream_rows

_QUOTES = 4
_POSTS = 100
_STORY = 10

TAGGINGS = (
    "SELECT t.subject_id, t.topic, t.confidence, t.score, t.tagger, t.taxonomy_version, "
    "e.field, e.quote, e.rule, e.times, e.sentence "
    "FROM taggings t LEFT JOIN evidence e ON e.tagging_id = t.id"
)
"""The taggings of subjects, a row for each piece of evidence."""

_QUERIES = {
    "more": "SELECT id, authors, kind_reason, summary_source, state_since, state_evidence, last_outcome, content_hash FROM articles ORDER BY id",
    "taggings": (
        f"{TAGGINGS} WHERE t.subject_kind = 'article' "
        "ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id"
    ),
    "posts": (
        "SELECT s.*, p.language, p.thread_key FROM shares s JOIN posts p ON p.id = s.post_id WHERE s.article_id IS NOT NULL "
        "ORDER BY s.article_id, s.shared, s.post_id"
    ),
    "aliases": "SELECT article_id, url, reason, evidence, added_at FROM aliases ORDER BY article_id, added_at, id",
    "related": "SELECT article_id, other_id, score, reason FROM related_articles ORDER BY article_id, score DESC, other_id",
    "notes": "SELECT article_id, object, reason, who FROM curation_decisions WHERE action = 'note' AND article_id IS NOT NULL ORDER BY article_id, since, object",
    "kept": (
        "SELECT id AS article_id, archive_at AS at, archive_file, archive_offset FROM articles "
        "WHERE archive_file IS NOT NULL ORDER BY id"
    ),
    "entities": (
        "SELECT x.article_id, e.name, e.kind, x.sentence FROM article_entities x JOIN entities e ON e.id = x.entity_id ORDER BY x.article_id, x.start, e.name"
    ),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that are evidence for a topic: their field, the rule that matched, how often they
    occur, and the sentence that first contains them, if it may be shown.
    """

    text: str
    field: str
    rule: str
    times: int
    sentence: str


@dataclass(frozen=True, slots=True)
class TopicExplanation:
    """One topic of one subject with its evidence; `more` pieces of it are left out here.

    `places`: where and how often it is named, such as `in the title`, `41 times in the text`.
    `sentence`: the first one that names it, of those that may be shown.
    """

    topic: str
    confidence: str
    tagger: str
    version: str
    quotes: tuple[Quote, ...]
    more: int
    places: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class CuratorNote:
    """A line of the curator's on the page of an article or a note, why it stands there, and who
    wrote it.
    """

    text: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class ArticleUrl:
    """Another address of an article, with each reason to say so and what makes us believe it."""

    url: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """Our own copy of a page: when it was read (ISO 8601, UTC), and its place in the archive."""

    at: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class ArticleDetails:
    """What an article's page says beyond its row in lists."""

    article: ListedArticle
    authors: tuple[str, ...]
    kind_reason: str
    summary_source: str
    state_since: str
    state_evidence: str
    last_outcome: str
    kept: ArchivedCopy | None
    explanations: tuple[TopicExplanation, ...]
    shares: tuple[Share, ...]
    unshown: int
    aliases: tuple[ArticleUrl, ...]
    related: tuple[tuple[ListedArticle, str], ...]
    story: tuple[ListedArticle, ...]
    story_reason: str
    entities: tuple[tuple[str, str, str], ...]
    notes: tuple[CuratorNote, ...]


def stream_article_details(
    model: SiteModel,
) -> Iterator[tuple[ListedArticle, Callable[[], ArticleDetails]]]:
    """Every visible article in the order of ids, with the function that reads its details, to be
    called before the next is taken. The large tables are read once, side by side.
    """
    take = {name: stream_rows(model.db, query) for name, query in _QUERIES.items()}
    stories = _stories(model)
    for _, article in sorted(model.articles.items()):
        yield article, partial(_detail, model, article, take, stories)


def explain_topics(rows: list[Row]) -> tuple[TopicExplanation, ...]:
    """Rows of taggings with their evidence, best topic first, as one value a topic; equal
    quotations are counted, not repeated.
    """
    topics: dict[str, list[Row]] = {}
    for row in rows:
        topics.setdefault(row["topic"], []).append(row)
    return tuple(_reason(topic, found) for topic, found in topics.items())


def curator_notes(rows: list[Row]) -> tuple[CuratorNote, ...]:
    """What the curator noted on one subject; a line that stands under two of its addresses is said
    once.
    """
    return tuple(
        {
            row["object"]: CuratorNote(row["object"], row["reason"], row["who"]) for row in rows
        }.values()
    )


def _detail(
    model: SiteModel,
    article: ListedArticle,
    take: dict[str, Callable[[int], list[Row]]],
    stories: dict[int, tuple[str, list[ListedArticle]]],
) -> ArticleDetails:
    more = take["more"](article.id)[0]
    shares = take["posts"](article.id)
    reason, story = stories.get(article.story_id or 0, ("", []))
    return ArticleDetails(
        article=article,
        authors=tuple(json.loads(more["authors"])),
        kind_reason=more["kind_reason"],
        summary_source=more["summary_source"],
        state_since=more["state_since"] or "",
        state_evidence=more["state_evidence"],
        last_outcome=more["last_outcome"] or "ok",
        kept=next(
            (
                ArchivedCopy(row["at"], row["archive_file"], row["archive_offset"])
                for row in take["kept"](article.id)
            ),
            None,
        ),
        explanations=explain_topics(take["taggings"](article.id)),
        shares=group_posts(shares[:_POSTS], model.threads),
        unshown=max(0, len(shares) - _POSTS),
        aliases=_aliases([row for row in take["aliases"](article.id) if row["url"] != article.url]),
        related=tuple(
            (model.articles[row["other_id"]], row["reason"])
            for row in take["related"](article.id)
            if row["other_id"] in model.articles
        ),
        story=tuple(other for other in story if other.id != article.id)[:_STORY],
        story_reason=reason,
        entities=tuple(
            (row["name"], row["kind"], row["sentence"]) for row in take["entities"](article.id)
        ),
        notes=curator_notes(take["notes"](article.id)),
    )


def _reason(topic: str, rows: list[Row]) -> TopicExplanation:
    counted: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["quote"] is not None:
            place = (display_text.field_label(row["field"]), row["quote"].casefold())
            counted.setdefault(place, []).append(row)
    quotes = [_quote(found) for found in counted.values()]
    first = rows[0]
    return TopicExplanation(
        topic,
        first["confidence"],
        first["tagger"],
        first["taxonomy_version"],
        tuple(quotes[:_QUOTES]),
        max(0, len(quotes) - _QUOTES),
        display_text.match_locations((quote.field, quote.rule, quote.times) for quote in quotes),
        next((quote.sentence for quote in quotes if quote.sentence), ""),
    )


def _quote(rows: list[Row]) -> Quote:
    """Equal words in the same field of the parts of a thread as one quote."""
    first = rows[0]
    times = sum(row["times"] for row in rows)
    return Quote(first["quote"], first["field"], first["rule"], times, first["sentence"])


def _aliases(rows: list[Row]) -> tuple[ArticleUrl, ...]:
    """One value an address, in the order in which they were learned."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["url"], {}).setdefault(row["reason"], row["evidence"])
    return tuple(ArticleUrl(url, tuple(reasons.items())) for url, reasons in found.items())


def _stories(model: SiteModel) -> dict[int, tuple[str, list[ListedArticle]]]:
    """For each cluster its reason and its articles, oldest first."""
    stories: dict[int, tuple[str, list[ListedArticle]]] = {
        row["id"]: (row["reason"], []) for row in model.db.execute("SELECT id, reason FROM stories")
    }
    for article in reversed(model.articles.values()):
        if article.story_id in stories:
            stories[article.story_id][1].append(article)
    return stories
