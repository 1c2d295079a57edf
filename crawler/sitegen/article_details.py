"""Details of articles beyond their rows in lists, read in the order of ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from crawler.group_by_key import group_by
from crawler.sitegen import display_formats
from crawler.sitegen.article_posts import SharedPost, group_posts
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row, RowsByKey, stream_rows

_MAX_QUOTES = 4
_MAX_POSTS = 100
_MAX_STORY = 10

TAGGINGS = (
    "SELECT t.subject_id, t.topic, t.confidence, t.score, t.tagger, t.taxonomy_version, "
    "e.field, e.quote, e.rule, e.times, e.sentence "
    "FROM taggings t LEFT JOIN evidence e ON e.tagging_id = t.id"
)
"""The taggings of subjects, one row for each piece of evidence."""

_QUERIES = {
    "articles": """
SELECT id, authors, kind_reason, summary_source, state_since, state_evidence, last_outcome,
    content_hash
FROM articles ORDER BY id
""",
    "taggings": f"""
{TAGGINGS} WHERE t.subject_kind = 'article'
ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id
""",
    "posts": """
SELECT s.*, p.language, p.thread_key FROM shares s JOIN posts p ON p.id = s.post_id
WHERE s.article_id IS NOT NULL ORDER BY s.article_id, s.shared, s.post_id
""",
    "urls": """
SELECT article_id, url, reason, evidence, added_at FROM aliases
ORDER BY article_id, added_at, id
""",
    "related": """
SELECT article_id, other_id, score, reason FROM related_articles
ORDER BY article_id, score DESC, other_id
""",
    "curator_notes": """
SELECT article_id, object, reason, who FROM curation_decisions
WHERE action = 'note' AND article_id IS NOT NULL ORDER BY article_id, since, object
""",
    "archived": """
SELECT id AS article_id, archive_at AS at, archive_file, archive_offset FROM articles
WHERE archive_file IS NOT NULL ORDER BY id
""",
    "entities": """
SELECT x.article_id, e.name, e.kind, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
ORDER BY x.article_id, x.start, e.name
""",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Matching text that supports a topic: its field, the matching rule, and how often it occurs.

    `sentence` is the first sentence that contains it, or empty if it may not be published.
    """

    text: str
    field: str
    rule: str
    times: int
    sentence: str


@dataclass(frozen=True, slots=True)
class TopicExplanation:
    """One topic of an article or post with its evidence.

    `omitted` is the number of quotes left out. `locations` states where and how often the topic
    matches, such as `in the title` and `41 times in the text`. `sentence` is the first one that
    matches, of those that may be published.
    """

    topic: str
    confidence: str
    tagger: str
    version: str
    quotes: tuple[Quote, ...]
    omitted: int
    locations: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class CuratorNote:
    """A line that the curator adds to the page of an article or a post, with reason and author."""

    text: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class ArticleUrl:
    """Another URL of an article, with (reason, evidence) for each reason."""

    url: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """A page in our archive: when it was fetched (ISO 8601, UTC), its file and byte offset."""

    at: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class ArticleDetails:
    """The data of an article's page beyond the article's row in lists.

    `omitted_posts` is the number of posts left out. `entities` are (name, kind, sentence).
    """

    article: ListedArticle
    authors: tuple[str, ...]
    kind_reason: str
    summary_source: str
    state_since: str
    state_evidence: str
    last_outcome: str
    archived: ArchivedCopy | None
    explanations: tuple[TopicExplanation, ...]
    shares: tuple[SharedPost, ...]
    omitted_posts: int
    urls: tuple[ArticleUrl, ...]
    related: tuple[tuple[ListedArticle, str], ...]
    story: tuple[ListedArticle, ...]
    story_reason: str
    entities: tuple[tuple[str, str, str], ...]
    notes: tuple[CuratorNote, ...]


def stream_article_details(
    model: SiteModel,
) -> Iterator[tuple[ListedArticle, Callable[[], ArticleDetails]]]:
    """Yield every visible article of `model` by id, with the function that reads its details.

    Call the function before taking the next article: the large tables are read once, in step.
    """
    tables = {name: stream_rows(model.db, query) for name, query in _QUERIES.items()}
    stories = _stories(model)
    for _, article in sorted(model.articles.items()):
        yield article, partial(_read_details, model, article, tables, stories)


def explain_topics(rows: list[Row]) -> tuple[TopicExplanation, ...]:
    """Return one value per topic from taggings with evidence (`rows`), in the order of the rows.

    Equal quotes are counted, and not repeated.
    """
    rows_by_topic = group_by(rows, itemgetter("topic"))
    return tuple(_explanation(topic, group) for topic, group in rows_by_topic.items())


def curator_notes(rows: list[Row]) -> tuple[CuratorNote, ...]:
    """Return the curator's notes on one subject from `rows`; a text stored twice occurs once."""
    notes = {row["object"]: CuratorNote(row["object"], row["reason"], row["who"]) for row in rows}
    return tuple(notes.values())


_Stories = dict[int, tuple[str, list[ListedArticle]]]


def _read_details(
    model: SiteModel, article: ListedArticle, tables: dict[str, RowsByKey], stories: _Stories
) -> ArticleDetails:
    rows = {name: rows_of(article.id) for name, rows_of in tables.items()}
    stored = rows["articles"][0]
    posts = rows["posts"]
    story_reason, story = stories.get(article.story_id or 0, ("", []))
    return ArticleDetails(
        article=article,
        authors=tuple(json.loads(stored["authors"])),
        kind_reason=stored["kind_reason"],
        summary_source=stored["summary_source"],
        state_since=stored["state_since"] or "",
        state_evidence=stored["state_evidence"],
        last_outcome=stored["last_outcome"] or "ok",
        archived=_archived_copy(rows["archived"]),
        explanations=explain_topics(rows["taggings"]),
        shares=group_posts(posts[:_MAX_POSTS], model.threads),
        omitted_posts=max(0, len(posts) - _MAX_POSTS),
        urls=_other_urls(article, rows["urls"]),
        related=_related(model, rows["related"]),
        story=_same_story(article, story),
        story_reason=story_reason,
        entities=tuple(map(_entity, rows["entities"])),
        notes=curator_notes(rows["curator_notes"]),
    )


def _entity(row: Row) -> tuple[str, str, str]:
    return row["name"], row["kind"], row["sentence"]


def _archived_copy(rows: list[Row]) -> ArchivedCopy | None:
    if not rows:
        return None
    return ArchivedCopy(rows[0]["at"], rows[0]["archive_file"], rows[0]["archive_offset"])


def _related(model: SiteModel, rows: list[Row]) -> tuple[tuple[ListedArticle, str], ...]:
    visible = (row for row in rows if row["other_id"] in model.articles)
    return tuple((model.articles[row["other_id"]], row["reason"]) for row in visible)


def _same_story(article: ListedArticle, story: list[ListedArticle]) -> tuple[ListedArticle, ...]:
    return tuple(member for member in story if member.id != article.id)[:_MAX_STORY]


def _explanation(topic: str, rows: list[Row]) -> TopicExplanation:
    quotes = _quotes(rows)
    sentences = (quote.sentence for quote in quotes if quote.sentence)
    return TopicExplanation(
        topic=topic,
        confidence=rows[0]["confidence"],
        tagger=rows[0]["tagger"],
        version=rows[0]["taxonomy_version"],
        quotes=tuple(quotes[:_MAX_QUOTES]),
        omitted=max(0, len(quotes) - _MAX_QUOTES),
        locations=display_formats.match_locations(
            (quote.field, quote.rule, quote.times) for quote in quotes
        ),
        sentence=next(sentences, ""),
    )


def _quotes(rows: list[Row]) -> list[Quote]:
    """Return one quote for equal text in the same field, as in the parts of a thread."""
    quoted = (row for row in rows if row["quote"] is not None)
    return [_quote(group) for group in group_by(quoted, _field_and_quote).values()]


def _field_and_quote(row: Row) -> tuple[str, str]:
    return display_formats.field_label(row["field"]), row["quote"].casefold()


def _quote(rows: list[Row]) -> Quote:
    first = rows[0]
    times = sum(row["times"] for row in rows)
    return Quote(first["quote"], first["field"], first["rule"], times, first["sentence"])


def _other_urls(article: ListedArticle, rows: list[Row]) -> tuple[ArticleUrl, ...]:
    """Return one value per URL other than the article's, in the order in which they were added."""
    evidence_by_url: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["url"] != article.url:
            evidence_by_url.setdefault(row["url"], {}).setdefault(row["reason"], row["evidence"])
    return tuple(
        ArticleUrl(url, tuple(evidence.items())) for url, evidence in evidence_by_url.items()
    )


def _stories(model: SiteModel) -> _Stories:
    """Return for each story the reason for grouping and its articles, oldest first."""
    rows = model.db.execute("SELECT id, reason FROM stories")
    stories: _Stories = {row["id"]: (row["reason"], []) for row in rows}
    for article in reversed(model.articles.values()):
        if article.story_id in stories:
            stories[article.story_id][1].append(article)
    return stories
