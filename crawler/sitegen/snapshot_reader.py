"""Reads the public snapshot, opened read-only, as values.

Small tables are read whole, large ones as a stream ordered by article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import Any

from crawler import site_urls
from crawler.errors import StoreError
from crawler.sitegen.row_details import (
    NO_DETAILS,
    RowDetails,
    opening_sentences,
    read_row_details,
)
from crawler.store.shown_titles import article_title
from crawler.text_cleaning import fold

Row = sqlite3.Row

_NAMED_AUTHORS = "SELECT id, network, handle, name, url FROM publishable_authors"
_TAGS = """
SELECT subject_id, topic, confidence FROM taggings WHERE subject_kind = ?
ORDER BY subject_id, score DESC, topic
"""
_TAGS_OF_ARTICLES = """
SELECT subject_id, topic, confidence FROM taggings WHERE subject_kind = 'article'
AND subject_id IN (SELECT value FROM json_each(?)) ORDER BY subject_id, score DESC, topic
"""
_ARTICLES = """
SELECT l.*, CASE WHEN json_valid(a.authors) THEN a.authors ELSE '[]' END AS authors,
    e.changed AS entry_changed
FROM article_list l JOIN articles a ON a.id = l.id
LEFT JOIN published_entries e ON e.article_id = l.id
WHERE l.id IN (SELECT value FROM json_each(?))
"""
_OPENING = "opening"
_PINS = """
SELECT object, article_id, reason FROM curation_decisions
WHERE action = 'pin' AND article_id IS NOT NULL ORDER BY since, subject, object
"""


@dataclass(frozen=True, slots=True)
class Tag:
    """A topic of one article or note, without its evidence."""

    topic: str
    confidence: str


def _topics_above_weak(tags: Iterable[Tag]) -> tuple[str, ...]:
    return tuple(tag.topic for tag in tags if tag.confidence != "weak")


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """One row of the view `article_list`.

    Times are ISO 8601 in UTC. `tags` are sorted by score, highest first. `topics` are those above
    weak; an article without any is not listed. `path` is that of the article's page. `authors` are
    named by the page. `entry_changed` is the time of the last change of its entry in feeds.
    `details` are those that posts add. `texts` are parts of pages that were made of this article
    alone, by name; they are added when they are needed.
    """

    id: int
    path: str
    url: str
    title: str
    host: str
    site_name: str
    kind: str
    language: str
    state: str
    published: str
    first_seen: str
    last_checked: str
    first_shared: str
    summary: str
    word_count: int
    rank: float
    story_id: int | None
    shares: int
    sharers: int
    tags: tuple[Tag, ...]
    topics: tuple[str, ...]
    authors: tuple[str, ...] = ()
    entry_changed: str = ""
    details: RowDetails = NO_DETAILS
    texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def opening(self) -> str:
        """Return one or two sentences of the article's own summary, else of a post about it.

        The result is empty if the title has the same words or is the beginning of that post.
        """
        opening = self.texts.get(_OPENING)
        if opening is None:
            opening = self.texts[_OPENING] = self._read_opening()
        return opening

    def _read_opening(self) -> str:
        sentences = opening_sentences(
            self.summary or ("" if self.is_named_after_post else self.details.words)
        )
        return "" if fold(sentences.rstrip(" .…")) in fold(self.title) else sentences

    @property
    def is_named_after_post(self) -> bool:
        """Return whether the title is the first sentence of a post, as the page has none."""
        return self.title == article_title("", "", "", self.details.words)

    @property
    def is_untitled(self) -> bool:
        """Return whether neither the page nor a card nor a post has a title for the article."""
        return self.title == article_title("", self.url, self.host, "")

    def confidence(self, topic: str) -> str:
        """Return the confidence of a `topic`; `weak` for a topic that the article does not have."""
        return next((tag.confidence for tag in self.tags if tag.topic == topic), "weak")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One topic of the taxonomy.

    `measured` has the precision, the recall and the numbers of labelled texts, if measured. `text`
    is the introduction, with links as in `crawler.topics.topic_texts`; empty if there is none.
    """

    slug: str
    label: str
    definition: str
    broader: str
    formerly: tuple[str, ...]
    related: tuple[str, ...]
    hashtags: tuple[str, ...]
    start_here: tuple[str, ...]
    measured: dict[str, Any]
    confused_with: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A post without a link.

    `similar` are near-identical posts, `parts` the later parts of its thread. `tags` are those of
    all parts.
    """

    id: int
    path: str
    network: str
    url: str
    author_id: int | None
    author: str
    written: str
    published: str
    seen_at: str
    language: str
    text: str
    tags: tuple[Tag, ...]
    thread: str = ""
    position: int = 0
    similar: tuple[Note, ...] = ()
    parts: tuple[Note, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics above weak."""
        return _topics_above_weak(self.tags)


def open_snapshot(path: Path) -> sqlite3.Connection:
    """Return the snapshot at `path`, opened read-only and immutable.

    Raises StoreError if it is missing or damaged.
    """
    if not path.is_file():
        raise StoreError(f"{path}: the snapshot is missing.", "Create it with: hashtrail crawl")
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        db.row_factory = sqlite3.Row
        db.execute("SELECT id FROM article_list LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"Cannot read {path} as a snapshot: {error}.", "Write it again with: hashtrail build"
        ) from None
    return db


def read_articles(db: sqlite3.Connection, ids: Sequence[int]) -> dict[int, ListedArticle]:
    """Return the visible articles among `ids` by id.

    An article without a title has the first sentence of a post as its title, never its URL.
    """
    wanted = json.dumps(ids)
    tags = _group_tags(db.execute(_TAGS_OF_ARTICLES, (wanted,)))
    details = read_row_details(db, wanted)
    rows = db.execute(_ARTICLES, (wanted,))
    return {
        row["id"]: _listed_article(row, tags, details.get(row["id"], NO_DETAILS)) for row in rows
    }


def read_topics(db: sqlite3.Connection) -> dict[str, TopicFacts]:
    """Return every topic by slug, in the order of the labels."""
    rows = db.execute("SELECT * FROM topics ORDER BY label COLLATE NOCASE, slug").fetchall()
    return {row["slug"]: _topic(row) for row in rows}


def read_named_authors(db: sqlite3.Connection, ids: Iterable[int] | None = None) -> list[Row]:
    """Return the authors among `ids` who may be named, by id; all for None."""
    if ids is None:
        return db.execute(f"{_NAMED_AUTHORS} ORDER BY id").fetchall()
    chosen = f"{_NAMED_AUTHORS} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"  # noqa: S608
    return db.execute(chosen, (json.dumps(list(ids)),)).fetchall()


def read_pins(db: sqlite3.Connection) -> dict[str, dict[int, str]]:
    """Return for each topic the pinned articles with the reason, oldest decision first."""
    pins: dict[str, dict[int, str]] = {}
    for row in db.execute(_PINS):
        pins.setdefault(row["object"], {}).setdefault(row["article_id"], row["reason"])
    return pins


def read_tags(db: sqlite3.Connection, subject_kind: str) -> dict[int, tuple[Tag, ...]]:
    """Return the tags of each article or post of the snapshot `db`, best first, by its id.

    `subject_kind` is `article` or `post`.
    """
    return _group_tags(db.execute(_TAGS, (subject_kind,)))


def _group_tags(rows: Iterable[Row]) -> dict[int, tuple[Tag, ...]]:
    return {
        subject_id: tuple(_shared_tag(row["topic"], row["confidence"]) for row in group)
        for subject_id, group in groupby(rows, key=itemgetter("subject_id"))
    }


@lru_cache(maxsize=4096)
def _shared_tag(topic: str, confidence: str) -> Tag:
    """Return the tag; equal tags of many items are one object."""
    return Tag(topic, confidence)


def _listed_article(
    row: Row, tags: dict[int, tuple[Tag, ...]], details: RowDetails
) -> ListedArticle:
    url, own_tags = row["url"], tags.get(row["id"], ())
    return ListedArticle(
        id=row["id"],
        path=site_urls.article_path(row["id"], row["title"]),
        url=url,
        title=article_title(row["title"], url, row["host"], details.words),
        host=intern(row["host"]),
        site_name=intern(row["site_name"]),
        kind=intern(row["kind"]),
        language=intern(row["language"]),
        state=intern(row["state"]),
        published=row["published"] or "",
        first_seen=row["first_seen"],
        last_checked=row["last_checked"] or "",
        first_shared=row["first_shared"] or "",
        summary=row["summary"],
        word_count=row["word_count"],
        rank=row["rank"],
        story_id=row["story_id"],
        shares=row["shares"],
        sharers=row["sharers"],
        tags=own_tags,
        topics=_topics_above_weak(own_tags),
        authors=tuple(map(str, json.loads(row["authors"]))),
        entry_changed=row["entry_changed"] or "",
        details=details,
    )


def _topic(row: Row) -> TopicFacts:
    return TopicFacts(
        slug=row["slug"],
        label=row["label"],
        definition=row["definition"],
        broader=row["broader"] or "",
        formerly=tuple(json.loads(row["formerly"])),
        related=tuple(json.loads(row["related"])),
        hashtags=tuple(json.loads(row["hashtags"])),
        start_here=tuple(json.loads(row["start_here"])),
        measured=json.loads(row["measured"]),
        confused_with=tuple(json.loads(row["confused_with"])),
        text=row["text"],
    )
