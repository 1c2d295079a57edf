"""The public snapshot as values: opened read-only, small tables whole, large ones streamed by
article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from crawler import site_urls
from crawler.errors import StoreError

Row = sqlite3.Row
_QUOTED = 8  # words that a topic says it is found by
_SUREST = ("certain", "likely", "weak")
_Grouped = Callable[[int], list[Row]]


@dataclass(frozen=True, slots=True)
class Tag:
    """A topic of one article or note, without its evidence."""

    topic: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """One row of the view `article_list`, as lists show it. Times are ISO 8601 in UTC; `tags` are
    ranked, best first; `path` is the page's address.
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

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that are more than weak; an article without any is not listed."""
        return tuple(tag.topic for tag in self.tags if tag.confidence != "weak")

    def confidence(self, topic: str) -> str:
        """How sure it is that the article is about a topic."""
        return next((tag.confidence for tag in self.tags if tag.topic == topic), "weak")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One topic as the taxonomy has it.

    `measured` holds precision and recall when they were measured, `quoted` the words it is most
    often found by.
    """

    slug: str
    label: str
    definition: str
    broader: str
    formerly: tuple[str, ...]
    quoted: tuple[str, ...]
    related: tuple[str, ...]
    hashtags: tuple[str, ...]
    start_here: tuple[str, ...]
    measured: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A post without a link. `similar` are posts that say nearly the same; `parts` those that go on
    in its thread; `tags` as for articles, of all parts.
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
        """The topics that are more than weak."""
        return tuple(tag.topic for tag in self.tags if tag.confidence != "weak")


def open_snapshot(path: Path) -> sqlite3.Connection:
    """The snapshot at `path`, read-only and immutable.

    Raises StoreError when there is none or it is damaged.
    """
    if not path.is_file():
        raise StoreError(
            f"{path}: there is no snapshot to build from.", "Make one with: hashtrail crawl"
        )
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        db.row_factory = sqlite3.Row
        db.execute("SELECT id FROM article_list LIMIT 1").fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} cannot be read as a snapshot: {error}.", "Write it again with: hashtrail build"
        ) from None
    return db


def read_articles(db: sqlite3.Connection) -> dict[int, ListedArticle]:
    """Every visible article by id, newest share first.

    A title that is not known yet is the address.
    """
    tags = _tags(db, "article")
    rows = db.execute("SELECT * FROM article_list ORDER BY first_shared DESC, id DESC")
    return {row["id"]: _listed(row, tags) for row in rows}


def read_topics(db: sqlite3.Connection) -> dict[str, TopicFacts]:
    """Every topic by slug, in the order of their labels."""
    quoted = _quoted(db)
    rows = db.execute("SELECT * FROM topics ORDER BY label COLLATE NOCASE, slug").fetchall()
    return {row["slug"]: _topic(row, quoted.get(row["slug"], ())) for row in rows}


def read_notes(db: sqlite3.Connection) -> list[Note]:
    """Posts that share no article and whose text may be shown, newest first; near-identical ones
    stand inside the one they resemble, and the parts of
    a thread inside its first."""
    tags = _tags(db, "post")
    rows = db.execute(
        "SELECT p.*, p.shared AS written, COALESCE(NULLIF(p.author_name, ''), p.author_handle, '') AS author "
        "FROM publishable_posts p WHERE p.text <> '' "
        "AND p.id NOT IN (SELECT post_id FROM shares) ORDER BY written DESC, p.id DESC"
    ).fetchall()
    shown = {row["id"] for row in rows}
    followers: dict[int, list[Note]] = {}
    for row in reversed(rows):
        if row["similar_to"] in shown:
            followers.setdefault(row["similar_to"], []).append(_note(row, tags, ()))
    return _threaded(
        [
            _note(row, tags, tuple(followers.get(row["id"], ())))
            for row in rows
            if row["similar_to"] not in shown
        ]
    )


def _threaded(notes: list[Note]) -> list[Note]:
    """The notes without those that are a later part of a thread; these stand inside the first."""
    threads: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda note: (note.position, note.written, note.id)):
        if note.thread:
            threads.setdefault(note.thread, []).append(note)
    first = {
        parts[0].id: replace(parts[0], parts=tuple(parts[1:]), tags=_united(parts))
        for parts in threads.values()
    }
    return [first.get(note.id, note) for note in notes if not note.thread or note.id in first]


def _united(notes: list[Note]) -> tuple[Tag, ...]:
    """The topics of some notes as of one: each as sure as where it is surest, those of the first
    note first.
    """
    found: dict[str, Tag] = {}
    for tag in (tag for note in notes for tag in note.tags):
        found[tag.topic] = min(
            tag, found.get(tag.topic, tag), key=lambda each: _SUREST.index(each.confidence)
        )
    return tuple(found.values())


def read_named_authors(db: sqlite3.Connection) -> list[Row]:
    """The authors who let us name them."""
    return db.execute(
        "SELECT id, network, handle, name, url FROM publishable_authors ORDER BY id"
    ).fetchall()


def read_pins(db: sqlite3.Connection) -> dict[str, dict[int, str]]:
    """Topic -> article -> the curator's reason for showing it first there, in the order in which
    that was decided.
    """
    pins: dict[str, dict[int, str]] = {}
    for row in db.execute(
        "SELECT object, article_id, reason FROM curation_decisions WHERE action = 'pin' AND article_id IS NOT NULL ORDER BY since, subject, object"
    ):
        pins.setdefault(row["object"], {}).setdefault(row["article_id"], row["reason"])
    return pins


def stream_rows(db: sqlite3.Connection, query: str) -> _Grouped:
    """Rows of a query ordered by its first column, handed out by rising values of it: `take(7)`
    gives the rows of 7, once.
    """
    groups: Iterator[tuple[int, Iterator[Row]]] = groupby(db.execute(query), key=lambda row: row[0])
    held: list[tuple[int, list[Row]]] = []

    def take(key: int) -> list[Row]:
        while not held or held[0][0] < key:
            found = next(groups, None)
            if found is None:
                return []
            held[:] = [(found[0], list(found[1]))]
        return held.pop()[1] if held[0][0] == key else []

    return take


def _tags(db: sqlite3.Connection, subject: str) -> dict[int, tuple[Tag, ...]]:
    rows = db.execute(
        "SELECT subject_id, topic, confidence FROM taggings WHERE subject_kind = ? ORDER BY subject_id, score DESC, topic",
        (subject,),
    )
    return {
        key: tuple(Tag(row[1], row[2]) for row in group)
        for key, group in groupby(rows, key=lambda row: int(row[0]))
    }


def _listed(row: Row, tags: dict[int, tuple[Tag, ...]]) -> ListedArticle:
    return ListedArticle(
        id=row["id"],
        path=site_urls.article_path(row["id"], row["title"]),
        url=row["url"],
        title=row["title"] or row["url"].partition("://")[2].rstrip("/") or row["url"],
        host=row["host"],
        site_name=row["site_name"],
        kind=row["kind"],
        language=row["language"],
        state=row["state"],
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
        tags=tags.get(row["id"], ()),
    )


def _topic(row: Row, quoted: tuple[str, ...]) -> TopicFacts:
    lists = {name: tuple(json.loads(row[name])) for name in ("related", "hashtags", "start_here")}
    return TopicFacts(
        row["slug"],
        row["label"],
        row["definition"],
        row["broader"] or "",
        tuple(json.loads(row["formerly"])),
        quoted,
        **lists,
        measured=json.loads(row["measured"]),
    )


def _quoted(db: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """For each topic the words that stand most often as evidence for it, in lower case."""
    rows = db.execute(
        "SELECT t.topic, lower(e.quote) AS word FROM taggings t JOIN evidence e ON e.tagging_id = t.id "
        "WHERE t.confidence <> 'weak' AND e.quote <> '' "
        "AND e.rule IN ('strong', 'contextual', 'hashtag') "
        "GROUP BY t.topic, word ORDER BY t.topic, count(*) DESC, word"
    )
    return {
        topic: tuple(row["word"] for row in islice(found, _QUOTED))
        for topic, found in groupby(rows, key=itemgetter("topic"))
    }


def _note(row: Row, tags: dict[int, tuple[Tag, ...]], similar: tuple[Note, ...]) -> Note:
    return Note(
        id=row["id"],
        path=site_urls.note_path(row["id"]),
        network=row["network"],
        url=row["url"],
        author_id=row["author_id"],
        author=row["author"],
        written=row["written"],
        published=row["published"] or "",
        seen_at=row["seen_at"],
        language=row["language"],
        text=row["text"],
        tags=tags.get(row["id"], ()),
        thread=row["thread_key"] or "",
        position=row["thread_position"] or 0,
        similar=similar,
    )
