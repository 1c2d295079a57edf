"""Details of articles beyond their rows in lists, read in the order of ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.sitegen.conversation import Conversation, read_conversation
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row, RowsByKey, stream_rows
from crawler.sitegen.topic_explanations import TAGGINGS, TopicExplanation, explain_topics

_MAX_STORY = 10
_MAX_LINKED = 20

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
SELECT s.*, p.language, p.thread_key, p.counts FROM shares s JOIN posts p ON p.id = s.post_id
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
SELECT x.article_id, e.slug, e.name, e.kind, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
ORDER BY x.article_id, x.start, e.name
""",
    "links_to": """
SELECT article_id, target_id AS other_id FROM article_links
WHERE target_id IS NOT NULL ORDER BY article_id, url
""",
    "linked_from": """
SELECT target_id AS article_id, article_id AS other_id FROM article_links
WHERE target_id IS NOT NULL ORDER BY target_id, other_id
""",
}


@dataclass(frozen=True, slots=True)
class CuratorNote:
    """A line that the curator adds to the page of an article or a post, with reason and author."""

    text: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity that an article names, with the sentence that names it, if that may be published.

    `path` is that of its page, empty if it has none.
    """

    name: str
    kind: str
    sentence: str
    path: str


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

    `links_to` and `linked_from` are the visible articles that the article links to, and those that
    link to it.
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
    conversation: Conversation
    urls: tuple[ArticleUrl, ...]
    related: tuple[tuple[ListedArticle, str], ...]
    story: tuple[ListedArticle, ...]
    story_reason: str
    entities: tuple[NamedEntity, ...]
    links_to: tuple[ListedArticle, ...]
    linked_from: tuple[ListedArticle, ...]
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
        explanations=explain_topics(rows["taggings"], article.host),
        conversation=read_conversation(
            rows["posts"],
            model.threads,
            article.title,
            [article.url, *(row["url"] for row in rows["urls"])],
        ),
        urls=_other_urls(article, rows["urls"]),
        related=_related(model, rows["related"]),
        story=_same_story(article, story),
        story_reason=story_reason,
        entities=tuple(_entity(row, model) for row in rows["entities"]),
        links_to=_linked(article, model, rows["links_to"]),
        linked_from=_linked(article, model, rows["linked_from"]),
        notes=curator_notes(rows["curator_notes"]),
    )


def _entity(row: Row, model: SiteModel) -> NamedEntity:
    path = model.entity_page(row["slug"])
    return NamedEntity(row["name"], row["kind"], row["sentence"], path)


def _linked(article: ListedArticle, model: SiteModel, rows: list[Row]) -> tuple[ListedArticle, ...]:
    """Return the visible articles at the other end of links, without the article itself, once."""
    ids = dict.fromkeys(row["other_id"] for row in rows)
    visible = (model.articles[key] for key in ids if key in model.articles)
    return tuple(linked for linked in visible if linked.id != article.id)[:_MAX_LINKED]


def _archived_copy(rows: list[Row]) -> ArchivedCopy | None:
    if not rows:
        return None
    return ArchivedCopy(rows[0]["at"], rows[0]["archive_file"], rows[0]["archive_offset"])


def _related(model: SiteModel, rows: list[Row]) -> tuple[tuple[ListedArticle, str], ...]:
    visible = (row for row in rows if row["other_id"] in model.articles)
    return tuple((model.articles[row["other_id"]], row["reason"]) for row in visible)


def _same_story(article: ListedArticle, story: list[ListedArticle]) -> tuple[ListedArticle, ...]:
    return tuple(member for member in story if member.id != article.id)[:_MAX_STORY]


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
