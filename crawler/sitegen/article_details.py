"""Details of articles beyond their rows in lists, read in the order of ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from crawler.group_by_key import group_by
from crawler.sitegen.article_store import id_list
from crawler.sitegen.conversation import Conversation, read_conversation
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row
from crawler.sitegen.topic_explanations import TAGGINGS, TopicExplanation, explain_topics

_MAX_STORY = 10
_MAX_LINKED = 20
_BATCH = 100

_QUERIES = {
    "articles": """
SELECT id, authors, kind_reason, summary_source, state_since, state_evidence, last_outcome,
    content_hash
FROM articles WHERE id IN (SELECT value FROM json_each(?))
""",
    "taggings": TAGGINGS  # noqa: S608
    + """
WHERE t.subject_kind = 'article' AND t.subject_id IN (SELECT value FROM json_each(?))
ORDER BY t.subject_id, t.score DESC, t.topic, e.weight DESC, e.id
""",
    "posts": """
SELECT s.*, p.language, p.thread_key, p.counts FROM shares s JOIN posts p ON p.id = s.post_id
WHERE s.article_id IN (SELECT value FROM json_each(?)) ORDER BY s.article_id, s.shared, s.post_id
""",
    "urls": """
SELECT article_id, url, reason, evidence, added_at FROM aliases
WHERE article_id IN (SELECT value FROM json_each(?))
ORDER BY article_id, added_at, id
""",
    "related": """
SELECT article_id, other_id, score, reason FROM related_articles
WHERE article_id IN (SELECT value FROM json_each(?))
ORDER BY article_id, score DESC, other_id
""",
    "curator_notes": """
SELECT article_id, object, reason, who FROM curation_decisions
WHERE action = 'note' AND article_id IN (SELECT value FROM json_each(?))
ORDER BY article_id, since, object
""",
    "archived": """
SELECT id AS article_id, archive_at AS at, archive_file, archive_offset FROM articles
WHERE archive_file IS NOT NULL AND id IN (SELECT value FROM json_each(?))
""",
    "entities": """
SELECT x.article_id, e.slug, e.name, e.kind, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
WHERE x.article_id IN (SELECT value FROM json_each(?))
ORDER BY x.article_id, x.start, e.name
""",
    "links_to": """
SELECT article_id, target_id AS other_id FROM article_links
WHERE target_id IS NOT NULL AND article_id IN (SELECT value FROM json_each(?))
ORDER BY article_id, url
""",
    "linked_from": """
SELECT target_id AS article_id, article_id AS other_id FROM article_links
WHERE target_id IN (SELECT value FROM json_each(?)) ORDER BY target_id, other_id
""",
}

_REASONS = "SELECT id, reason FROM stories WHERE id IN (SELECT value FROM json_each(?))"
_MEMBERS = """
SELECT story_id, id FROM article_list WHERE story_id IN (SELECT value FROM json_each(?))
ORDER BY story_id, first_shared, id
"""


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
    model: SiteModel, keys: Collection[str] | None = None
) -> Iterator[tuple[ListedArticle, Callable[[], ArticleDetails]]]:
    """Yield the visible articles of `model` by id, each with the function that reads its details.

    `keys` are the ids of the articles, None for all. The tables are read in batches.
    """
    ids = sorted(model.articles if keys is None else map(int, keys))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        rows = {name: _rows_by_article(model, query, batch) for name, query in _QUERIES.items()}
        articles = model.articles.visible(batch)
        stories = _read_stories(model, articles)
        model.articles.load((*batch, *_neighbours(rows), *chain(*stories.members.values())))
        for article in articles:
            yield article, partial(_read_details, model, article, rows, stories)


def curator_notes(rows: list[Row]) -> tuple[CuratorNote, ...]:
    """Return the curator's notes on one subject from `rows`; a text stored twice occurs once."""
    notes = {row["object"]: CuratorNote(row["object"], row["reason"], row["who"]) for row in rows}
    return tuple(notes.values())


_Rows = dict[int, list[Row]]


@dataclass(frozen=True, slots=True)
class _Stories:
    """The reasons of stories, and the ids of their articles, oldest first, by story."""

    reasons: dict[int, str]
    members: dict[int, list[int]]


def _rows_by_article(model: SiteModel, query: str, ids: Sequence[int]) -> _Rows:
    return group_by(model.db.execute(query, (id_list(ids),)), lambda row: int(row[0]))


def _neighbours(rows: dict[str, _Rows]) -> Iterator[int]:
    for name in ("related", "links_to", "linked_from"):
        for group in rows[name].values():
            yield from (row["other_id"] for row in group)


def _read_stories(model: SiteModel, articles: Iterable[ListedArticle]) -> _Stories:
    ids = id_list({article.story_id for article in articles if article.story_id is not None})
    members = group_by(model.articles.query(_MEMBERS, (ids,)), lambda row: int(row[0]))
    return _Stories(
        dict(model.articles.query(_REASONS, (ids,)).fetchall()),
        {story: [member for _, member in group] for story, group in members.items()},
    )


def _read_details(
    model: SiteModel, article: ListedArticle, tables: dict[str, _Rows], stories: _Stories
) -> ArticleDetails:
    rows = {name: rows_by_article.get(article.id, []) for name, rows_by_article in tables.items()}
    stored = rows["articles"][0]
    story = model.articles.visible(stories.members.get(article.story_id or 0, []))
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
            "" if article.is_named_after_post else article.title,
            [article.url, *(row["url"] for row in rows["urls"])],
        ),
        urls=_other_urls(article, rows["urls"]),
        related=_related(model, rows["related"]),
        story=_same_story(article, story),
        story_reason=stories.reasons.get(article.story_id or 0, ""),
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
