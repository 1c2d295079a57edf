"""Random changes of a small library: every kind of row that a snapshot shows, and few ids."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from sqlite_utils import Database

WORDS = (
    *("lease", "lock", "quorum", "raft", "paxos", "gossip", "c#", "c++", ".net", "cache", "shard"),
    *("replica", "分散", "v2", "x86", "1984", "node", "ring", "log", "kafka", "vector", "clock"),
    *("merkle", "tree", "epoch", "fence", "token", "crash", "retry", "queue", "stream"),
)
TOPICS = ("leases", "streams", "locks")
_DAYS = ("2026-01-03", "2026-06-07", "2026-11-20", "2026-11-25", "2026-11-26")
_LEVELS = ("full", "full", "full", "link-only", "reference", "none")

Change = Callable[[Database, random.Random], None]


def _text(dice: random.Random, length: int = 8) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, length)))


def _time(dice: random.Random) -> str:
    return f"{dice.choice(_DAYS)}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00Z"


def _any(db: Database, dice: random.Random, table: str, column: str = "id") -> int | None:
    ids = [row[0] for row in db.execute(f"SELECT {column} FROM {table}")]
    return dice.choice(ids) if ids else None


def add_article(db: Database, dice: random.Random) -> None:
    number = (_any(db, dice, "articles", "COALESCE(max(id), 0)") or 0) + 1
    url = f"https://{dice.choice('abc')}.example/{number}"
    summary = _text(dice, 12)
    db.conn.execute(
        "INSERT INTO articles (url, key, host, title, site_name, authors, published, language, "
        "kind, summary, text, word_count, state, first_seen, content_hash, rank) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'en', ?, ?, ?, ?, 'ok', ?, 'c', ?)",
        [url, url, url[8:17], _text(dice, 4), dice.choice(("", "A site")),
         json.dumps([_text(dice, 2)]), _time(dice), dice.choice(("", "talk", "paper")), summary,
         f"{summary}. {_text(dice, 30)}", dice.choice((0, 40, 400)), _time(dice),
         dice.choice((0, dice.uniform(300, 505)))],
    )  # fmt: skip
    article = db.execute("SELECT max(id) FROM articles").fetchone()[0]
    db.conn.execute(
        "INSERT INTO aliases (url, key, article_id, reason, added_at) "
        "VALUES (?, ?, ?, 'as-posted', '2026')",
        [url, url, article],
    )
    tag(db, dice, "article", article)
    mention(db, dice)


def add_post(db: Database, dice: random.Random) -> None:
    number = (_any(db, dice, "posts", "COALESCE(max(id), 0)") or 0) + 1
    uri = f"https://social.example/{dice.random()}"
    card = _text(dice, 4)
    text = dice.choice((card, _text(dice, 20), f"{card} {_text(dice, 9)}"))
    db.conn.execute(
        "INSERT INTO posts (id, source, network, uri, url, author_id, published, seen_at, "
        "language, text, thread_key, thread_position, consent, visibility, similar_to) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        [number, dice.choice(("one", "two")), dice.choice(("mastodon", "devto", "feed")), uri, uri,
         dice.choice((None, _any(db, dice, "authors"))), dice.choice((None, _time(dice))),
         _time(dice), dice.choice(("", "en", "de-AT")), text,
         dice.choice((None, None, "t1", "t2")), dice.choice(_LEVELS),
         dice.choice(("public",) * 20 + ("unlisted", "private")),
         dice.choice((None, None, _any(db, dice, "posts")))],
    )  # fmt: skip
    for position in range(dice.randint(0, 2)):
        article = dice.choice((None, _any(db, dice, "articles"), _any(db, dice, "articles")))
        db.conn.execute(
            "INSERT INTO links (post_id, url, shown, origin, position, article_id) "
            "VALUES (?, ?, ?, 'body', ?, ?)",
            [number, f"https://l.example/{number}", _text(dice, 2), position, article],
        )
    link = _any(db, dice, f"links WHERE post_id = {number}")
    db.conn.execute(
        "INSERT INTO cards (post_id, link_id, title, description, article_id) "
        "VALUES (?, ?, ?, ?, ?)",
        [number, dice.choice((None, link)), card, _text(dice, 3),
         dice.choice((None, _any(db, dice, "articles")))],
    )  # fmt: skip
    db.conn.execute(
        "INSERT INTO post_hashtags (post_id, hashtag, shown) VALUES (?, ?, 'x')",
        [number, dice.choice(WORDS)],
    )
    tag(db, dice, "post", number)


def tag(db: Database, dice: random.Random, kind: str = "", subject: int | None = None) -> None:
    kind = kind or dice.choice(("article", "post"))
    subject = subject or _any(db, dice, f"{kind}s")
    db.conn.execute(
        "INSERT OR IGNORE INTO taggings (subject_kind, subject_id, topic, score, confidence, "
        "tagger, taxonomy_version) VALUES (?, ?, ?, ?, ?, 'm', 'v')",
        [kind, subject, dice.choice(TOPICS), dice.choice((1.0, 2.5)),
         dice.choice(("certain", "likely", "weak"))],
    )  # fmt: skip
    db.conn.execute(
        "INSERT INTO evidence (tagging_id, field, quote, start, rule, weight, sentence) "
        "SELECT id, ?, ?, 0, 'r', ?, ? FROM taggings WHERE id = ?",
        [dice.choice(("title", "text", "summary", "post")), _text(dice, 3),
         dice.choice((1.0, 2.0)), _text(dice, 5), _any(db, dice, "taggings")],
    )  # fmt: skip


def mention(db: Database, dice: random.Random) -> None:
    db.conn.execute(
        "INSERT OR IGNORE INTO article_entities (article_id, entity_id, sentence, start) "
        "VALUES (?, ?, ?, 0)",
        [_any(db, dice, "articles"), _any(db, dice, "entities"), _text(dice, 5)],
    )


def relate(db: Database, dice: random.Random) -> None:
    one, other = _any(db, dice, "articles"), _any(db, dice, "articles")
    db.conn.execute(
        "INSERT OR REPLACE INTO related_articles VALUES (?, ?, ?, 'same words')",
        [one, other, dice.random()],
    )
    db.conn.execute(
        "INSERT OR REPLACE INTO article_links (article_id, url, target_id) VALUES (?, ?, ?)",
        [one, f"https://t.example/{other}", other],
    )
    db.conn.execute(
        "INSERT OR REPLACE INTO published_entries VALUES (?, 'd', ?)", [one, _time(dice)]
    )


def join_story(db: Database, dice: random.Random) -> None:
    article = _any(db, dice, "articles")
    db.conn.execute(
        "INSERT INTO stories (lead_article_id, reason) VALUES (?, ?)", [article, _text(dice, 2)]
    )
    db.conn.execute(
        "UPDATE articles SET story_id = (SELECT max(id) FROM stories) WHERE id IN (?, ?)",
        [article, _any(db, dice, "articles")],
    )


def _statement(sql: str, *values: Callable[[Database, random.Random], object]) -> Change:
    def change(db: Database, dice: random.Random) -> None:
        db.conn.execute(sql, [value(db, dice) for value in values])

    return change


def _a(table: str) -> Callable[[Database, random.Random], object]:
    return lambda db, dice: _any(db, dice, table)


def _of(*values: object) -> Callable[[Database, random.Random], object]:
    return lambda _, dice: dice.choice(values)


def _words(length: int) -> Callable[[Database, random.Random], object]:
    return lambda _, dice: _text(dice, length)


CHANGES: tuple[Change, ...] = (
    add_article,
    add_article,
    add_post,
    add_post,
    add_post,
    tag,
    mention,
    relate,
    join_story,
    _statement("UPDATE articles SET title = ? WHERE id = ?", _words(4), _a("articles")),
    _statement("UPDATE articles SET text = ? WHERE id = ?", _words(30), _a("articles")),
    _statement("UPDATE articles SET summary = ? WHERE id = ?", _words(9), _a("articles")),
    _statement("UPDATE articles SET rank = ? WHERE id = ?", _of(0, 400.0, 504.5), _a("articles")),
    _statement(
        "UPDATE articles SET directives = ? WHERE id = ?",
        _of("{}", '{"nosnippet":true}'),
        _a("articles"),
    ),
    _statement(
        "UPDATE articles SET last_outcome = ? WHERE id = ?", _of("ok", "legal"), _a("articles")
    ),
    _statement("UPDATE articles SET state = ? WHERE id = ?", _of("ok", "gone"), _a("articles")),
    _statement("UPDATE posts SET text = ? WHERE id = ?", _words(20), _a("posts")),
    _statement("UPDATE posts SET consent = ? WHERE id = ?", _of(*_LEVELS), _a("posts")),
    _statement("UPDATE posts SET hidden = ? WHERE id = ?", _of(0, 1), _a("posts")),
    _statement("UPDATE posts SET sensitive = ? WHERE id = ?", _of(0, 1), _a("posts")),
    _statement("UPDATE posts SET thread_key = ? WHERE id = ?", _of(None, "t1"), _a("posts")),
    _statement("UPDATE posts SET author_id = ? WHERE id = ?", _a("authors"), _a("posts")),
    _statement("UPDATE posts SET similar_to = NULL WHERE id = ?", _a("posts")),
    _statement("UPDATE posts SET deleted_at = '2026' WHERE id = ?", _a("posts")),
    _statement(
        "UPDATE posts SET visibility = ? WHERE id = ?", _of("public", "unlisted"), _a("posts")
    ),
    _statement("INSERT OR IGNORE INTO unconfirmed_posts VALUES (?)", _a("posts")),
    _statement("DELETE FROM unconfirmed_posts"),
    _statement("UPDATE authors SET consent = ? WHERE id = ?", _of(*_LEVELS), _a("authors")),
    _statement("UPDATE authors SET name = ? WHERE id = ?", _words(2), _a("authors")),
    _statement("UPDATE entities SET name = ? WHERE id = ?", _words(2), _a("entities")),
    _statement("UPDATE cards SET title = title || ? WHERE id = ?", _words(1), _a("cards")),
    _statement("UPDATE cards SET article_id = ? WHERE id = ?", _a("articles"), _a("cards")),
    _statement("UPDATE links SET article_id = ? WHERE id = ?", _a("articles"), _a("links")),
    _statement("UPDATE evidence SET weight = weight + 1 WHERE id = ?", _a("evidence")),
    _statement("UPDATE taggings SET confidence = 'weak' WHERE id = ?", _a("taggings")),
    _statement("DELETE FROM taggings WHERE id = ?", _a("taggings")),
    _statement("DELETE FROM links WHERE id = ?", _a("links")),
    _statement("DELETE FROM article_entities WHERE article_id = ?", _a("articles")),
    _statement("DELETE FROM related_articles WHERE article_id = ?", _a("articles")),
    _statement("UPDATE posts SET similar_to = NULL"),
    _statement(
        "DELETE FROM posts WHERE id = ? AND id NOT IN (SELECT similar_to FROM posts "
        "WHERE similar_to IS NOT NULL)",
        _a("posts"),
    ),
    _statement("UPDATE links SET article_id = NULL WHERE article_id = 2"),
    _statement(
        "DELETE FROM articles WHERE id = ? AND id NOT IN (SELECT lead_article_id FROM stories) "
        "AND id NOT IN (SELECT article_id FROM links WHERE article_id IS NOT NULL) "
        "AND id NOT IN (SELECT article_id FROM cards WHERE article_id IS NOT NULL)",
        _a("articles"),
    ),
)  # fmt: skip
"""Changes that an update copies."""


def fill_library(db: Database, dice: random.Random, items: int) -> None:
    """Fill `db` with topics, authors and entities, and so many articles and posts."""
    for topic in TOPICS:
        db.conn.execute(
            "INSERT INTO topics (slug, label, definition) VALUES (?, ?, ?)",
            [topic, topic.title(), _text(dice)],
        )
    for number in range(1, 6):
        db.conn.execute(
            "INSERT INTO authors (network, handle, name, consent) VALUES ('mastodon', ?, ?, ?)",
            [f"@{number}", _text(dice, 2), dice.choice(_LEVELS)],
        )
        db.conn.execute(
            "INSERT INTO entities (slug, name, kind) VALUES (?, ?, ?)",
            [f"e{number}", _text(dice, 2), dice.choice(("system", "figure", "organisation"))],
        )
    for _ in range(items):
        add_article(db, dice)
        add_post(db, dice)
        add_post(db, dice)
