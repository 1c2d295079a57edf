"""Fills a snapshot by SQL inserts for tests of the site and the explorer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.store.database import open_memory
from crawler.store.item_versions import store_item_versions
from crawler.store.quotation_limits import word_set

SEEN = "2026-11-20T03:41:00Z"


class Factory:
    """Inserts rows into a snapshot; each method returns an id, and columns are set by name."""

    def __init__(self) -> None:
        self.db = open_memory()
        self._serial = 0

    def topic(self, slug: str, label: str = "", definition: str = "", **columns: Any) -> str:
        """A topic; label and definition are made up when not given."""
        label = label or slug.replace("-", " ").capitalize()
        return (
            self._insert(
                "topics",
                slug=slug,
                label=label,
                definition=definition or f"What {label} is about.",
                **columns,
            )
            and slug
        )

    def author(self, name: str, network: str = "mastodon", **columns: Any) -> int:
        """An author, whose handle is made of the name when not given."""
        return self._insert(
            "authors", network=network, **{"handle": f"@{name}", "name": name, "url": "", **columns}
        )

    def article(
        self,
        title: str,
        url: str = "",
        topics: dict[str, str] | None = None,
        shared: bool = True,
        **columns: Any,
    ) -> int:
        """An article that was read; `topics` maps slug to confidence, each with one piece of
        evidence from the title.

        With `shared`, a post whose author allows only the link shares it when it is first seen,
        until a post of the test shares it. That post has a negative id, so that others keep theirs.
        """
        self._serial += 1
        url = url or f"https://example.org/{self._serial}"
        defaults = {
            "host": url.split("/")[2],
            "key": url,
            "state": "ok",
            "kind": "article",
            "first_seen": SEEN,
            "last_checked": SEEN,
            "summary": "A summary.",
        }
        columns = {**defaults, **columns}
        article_id = self._insert("articles", url=url, title=title, **columns)
        if shared:
            self.post(
                "", article_id, id=-article_id, consent="link-only", seen_at=columns["first_seen"]
            )
        for slug, confidence in (topics or {}).items():
            self.tagging(
                "article", article_id, slug, confidence, [("title", title or slug, 0, "strong")]
            )
        return article_id

    def post(
        self,
        text: str,
        article_id: int | None = None,
        topics: dict[str, str] | None = None,
        **columns: Any,
    ) -> int:
        """A post; with `article_id` it shares that article, without one it is a note."""
        self._serial += 1
        uri = f"test:{self._serial}"
        post_id = self._insert(
            "posts",
            text=text,
            **{
                "source": "test",
                "network": "mastodon",
                "uri": uri,
                "seen_at": SEEN,
                "url": "",
                **columns,
            },
        )
        if article_id is not None:
            self.db.execute("DELETE FROM posts WHERE id = ? AND id <> ?", (-article_id, post_id))
            url = self.db.execute(
                "SELECT url FROM articles WHERE id = ?", (article_id,)
            ).fetchone()[0]
            self._insert(
                "links", post_id=post_id, url=url, origin="body", position=0, article_id=article_id
            )
        for slug, confidence in (topics or {}).items():
            self.tagging("post", post_id, slug, confidence, [("text", text[:20], 0, "strong")])
        return post_id

    def tagging(
        self,
        subject: str,
        subject_id: int,
        topic: str,
        confidence: str,
        evidence: list[tuple[str, str, int, str]],
        score: float = 1.0,
    ) -> int:
        """A topic on something, with its evidence as (field, quote, start, rule)."""
        columns = {
            "topic": topic,
            "score": score,
            "confidence": confidence,
            "tagger": "phrases 1",
            "taxonomy_version": "12",
        }
        tagging_id = self._insert(
            "taggings", subject_kind=subject, subject_id=subject_id, **columns
        )
        for field, quote, start, rule in evidence:
            self._insert(
                "evidence",
                tagging_id=tagging_id,
                field=field,
                quote=quote,
                start=start,
                rule=rule,
                weight=1.0,
            )
        return tagging_id

    def alias(self, article_id: int, url: str, reason: str, evidence: str = "") -> int:
        """Another URL of an article."""
        return self._insert(
            "aliases",
            url=url,
            key=url,
            article_id=article_id,
            reason=reason,
            evidence=evidence,
            added_at=SEEN,
        )

    def entity(self, name: str, article_ids: list[int], sentence: str = "", **columns: Any) -> int:
        """An entity, by default a system, that articles name in a sentence."""
        columns = {"slug": name.lower(), "kind": "system", **columns}
        entity_id = self._insert("entities", name=name, **columns)
        for article_id in article_ids:
            self._insert(
                "article_entities",
                article_id=article_id,
                entity_id=entity_id,
                sentence=sentence,
                start=0,
            )
        return entity_id

    def run(self, started: str, outcome: str = "ok", **columns: Any) -> int:
        """A run that ended a few minutes after it began."""
        defaults = {
            "command": "nightly",
            "finished": started[:14] + "59:00Z",
            "counts": json.dumps({"posts_new": 3}),
        }
        return self._insert("runs", started=started, outcome=outcome, **{**defaults, **columns})

    def row(self, table: str, **columns: Any) -> int:
        """A row of any table."""
        return self._insert(table, **columns)

    def save(self, path: Path) -> Path:
        """Write everything to a file, replacing it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self.db.execute("DELETE FROM article_words")
        self.db.conn.executemany("INSERT INTO article_words VALUES (?, ?)", self._word_sets())
        store_item_versions(self.db.conn)
        self.db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        self.db.conn.commit()
        self.db.execute("VACUUM INTO ?", (str(path),))
        return path

    def _word_sets(self) -> Iterator[tuple[int, str]]:
        query = """SELECT id, text FROM articles WHERE text <> ''
            AND id NOT IN (SELECT id FROM unquotable_articles)"""
        for article_id, text in self.db.execute(query).fetchall():
            yield article_id, word_set(text)

    def _insert(self, table: str, **columns: Any) -> int:
        names = ", ".join(columns)
        places = ", ".join("?" for _ in columns)
        cursor = self.db.conn.execute(
            f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(columns.values())
        )
        return cursor.lastrowid or -1


def connect(path: Path) -> sqlite3.Connection:
    """Open a saved snapshot."""
    return sqlite3.connect(path)
