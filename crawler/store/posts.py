"""Keeping posts: idempotent by uri, an edit replaces what was written, and nothing is kept that its author did not allow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.consent.levels import is_narrower, reduced, stricter
from crawler.isolation import isolated, item_failure
from crawler.model import Author, Consent, Failure, Link, Post
from crawler.store.articles import take_back_cards
from crawler.store.authors import drop_if_silent, keep_authors, withdraw_posts
from crawler.store.database import insert_rows, savepoint, transaction
from crawler.store.limits import limited
from crawler.store.redaction import redacted
from crawler.store.tombstones import Forgotten, read_forgotten
from crawler.text import fold, iso

_CHUNK = 1000
_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Kept:
    """How many posts were new, changed and the same; `refused` ones had been forgotten on somebody's request.

    `failures` has one Failure (stage `post`) for each post that could not be stored.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    source: str
    content_hash: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A post on its way in, reduced to what may be kept, with the digest of all that."""

    post: Post
    digest: str


def keep_posts(db: Database, source: str, posts: Iterable[Post], seen_at: datetime) -> Kept:
    """Keep what one source brought, a thousand posts a transaction; the same posts again change nothing.

    Only the source that brought a post first may change it, so that no server rewrites what another one published;
    a consent that allows less is believed from everyone.
    """
    forgotten = read_forgotten(db)

    def keep(part: Sequence[Post]) -> Kept:
        with transaction(db), savepoint(db):
            return _keep_chunk(db, source, part, seen_at, forgotten)

    total = Kept()
    for chunk in _chunks(posts):
        for kept in _isolated(chunk, keep):
            total = _sum(total, kept)
    return total


def _isolated(chunk: Sequence[Post], keep: Callable[[Sequence[Post]], Kept]) -> list[Kept]:
    kept, failures = isolated(chunk, keep, lambda post, error: item_failure("post", post.uri, error))
    return [*kept, Kept(failures=tuple(failures))]


def _sum(one: Kept, other: Kept) -> Kept:
    return Kept(
        one.new + other.new,
        one.changed + other.changed,
        one.same + other.same,
        one.refused + other.refused,
        one.failures + other.failures,
    )


def mark_deleted(db: Database, uris: Iterable[str], at: datetime) -> int:
    """Posts that their authors deleted: the text goes at once, the uri and the time stay. Returns how many were not marked yet.

    Their cards go too, since networks of articles and stories repeat the post's own words there, and authors of whom nothing else is kept.
    A post that comes back is due for a check at once.
    """
    known = "SELECT id, consent, author_id FROM posts WHERE uri = ? AND deleted_at IS NULL"
    with transaction(db):
        found = [row for uri in uris for row in db.execute(known, [uri]).fetchall()]
        ids = [post_id for post_id, *_ in found]
        take_back_cards(db, ids)
        db.conn.executemany("DELETE FROM cards WHERE post_id = ?", [(post_id,) for post_id in ids])
        withdraw_posts(db, ids)
        db.conn.executemany(
            "UPDATE posts SET deleted_at = ?, consent = ?, next_check = NULL, missing_since = NULL WHERE id = ?",
            [(iso(at), consent, post_id) for post_id, consent, _ in found],
        )
        drop_if_silent(db, {author_id for *_, author_id in found if author_id})
    return len(found)


def _keep_chunk(db: Database, source: str, chunk: Sequence[Post], seen_at: datetime, forgotten: Forgotten) -> Kept:
    welcome = [post for post in map(limited, map(redacted, chunk)) if not forgotten.refuses(post)]
    arrivals = {post.uri: _arrival(post, forgotten) for post in welcome}
    known = _known(db, arrivals)
    new = [arrival for uri, arrival in arrivals.items() if uri not in known]
    changed = [arrival for uri, arrival in arrivals.items() if uri in known and _changes(known[uri], arrival, source)]
    authors = keep_authors(db, _authors(new + changed))
    insert_rows(db, "posts", [_new_row(arrival, authors, source, seen_at) for arrival in new])
    _update(db, changed, authors)
    ids = _ids(db, [arrival.post.uri for arrival in new + changed])
    _keep_parts(db, [(ids[arrival.post.uri], arrival.post) for arrival in new + changed])
    return Kept(len(new), len(changed), len(welcome) - len(new) - len(changed), len(chunk) - len(welcome))


def _arrival(post: Post, forgotten: Forgotten) -> _Arrival:
    """Reduce a post to what may be kept. Every card's address is among the links, and an address is kept once."""
    consent = stricter(post.consent, post.author.consent if post.author else Consent.FULL)
    links: dict[str, Link] = {}
    for link in (*post.links, *(Link(card.link, origin="card") for card in post.cards if card.link)):
        links.setdefault(link.url, link)
    if consent is not post.consent or len(links) != len(post.links):
        post = replace(post, consent=consent, links=tuple(links.values()))
    storable = forgotten.cleared(reduced(post, consent))
    return _Arrival(storable, _digest(storable))


def _authors(arrivals: Iterable[_Arrival]) -> Iterator[Author]:
    """The authors to store, and those whose older posts must be narrowed.

    A single post that allows less (an unlisted one, for example) does not narrow its author.
    """
    for arrival in arrivals:
        author = arrival.post.author
        if author and (arrival.post.consent is Consent.FULL or author.consent is not Consent.FULL):
            yield author


def _named(post: Post) -> tuple[str, str]:
    return (post.author.network, post.author.handle) if post.author else ("", "")


def _digest(post: Post) -> str:
    """Equal for posts of which the same is kept."""
    kept = (
        (post.network, post.url, post.author, post.published, post.edited, post.language, post.text, post.hashtags, post.links, post.cards),
        (post.thread_key, post.thread_position, post.visibility, post.consent, post.sensitive, post.counts),
    )
    return hashlib.blake2b(_json.encode(kept), digest_size=16).hexdigest()


def _changes(known: _Known, arrival: _Arrival, source: str) -> bool:
    if known.content_hash == arrival.digest:
        return False
    return known.source == source or is_narrower(arrival.post.consent, known.consent)


def _known(db: Database, uris: Iterable[str]) -> dict[str, _Known]:
    rows = db.execute(
        "SELECT uri, id, source, content_hash, consent FROM posts WHERE uri IN (SELECT value FROM json_each(?))", [_json.encode(list(uris)).decode()]
    )
    return {uri: _Known(post_id, source, content_hash, Consent(consent)) for uri, post_id, source, content_hash, consent in rows}


def _ids(db: Database, uris: list[str]) -> dict[str, int]:
    return dict(db.execute("SELECT uri, id FROM posts WHERE uri IN (SELECT value FROM json_each(?))", [_json.encode(uris).decode()]).fetchall())


def _new_row(
    arrival: _Arrival,
    authors: Mapping[tuple[str, str], int],
    source: str,
    seen_at: datetime,
) -> dict[str, Any]:
    """The row of a post seen for the first time; nothing is published after it was seen."""
    row = _row(arrival, authors) | _provenance(arrival.post)
    seen = iso(seen_at) or ""
    published = min(row["published"], seen) if row["published"] else None
    return row | {"source": source, "seen_at": seen, "published": published}


def _row(arrival: _Arrival, authors: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    post = arrival.post
    return {
        "network": post.network,
        "uri": post.uri,
        "url": post.url,
        "author_id": authors.get(_named(post)) if post.consent is Consent.FULL else None,
        "published": iso(post.published),
        "edited": iso(post.edited),
        "language": post.language,
        "text": post.text,
        "thread_key": post.thread_key,
        "thread_position": post.thread_position,
        "visibility": post.visibility,
        "consent": post.consent.value,
        "sensitive": int(post.sensitive),
        "counts": _json.encode(dict(post.counts)).decode(),
        "content_hash": arrival.digest,
    }


def _provenance(post: Post) -> dict[str, str]:
    """Where the post was first read. Another file that holds it too does not change that."""
    where = post.provenance
    parts = {"file": where.file, "lines": where.lines, "request": where.request, "id": where.id}
    return {"provenance": _json.encode({name: value for name, value in parts.items() if value is not None}).decode()}


def _update(db: Database, changed: list[_Arrival], authors: Mapping[tuple[str, str], int]) -> None:
    """Rewrite the rows of edited posts; one that was deleted and is shown again by its source is back."""
    db.conn.executemany(
        "UPDATE posts SET network = :network, url = :url, author_id = :author_id, "
        "published = MIN(:published, seen_at), edited = :edited, language = :language, "
        "text = :text, thread_key = :thread_key, thread_position = :thread_position, visibility = :visibility, consent = :consent, "
        "sensitive = :sensitive, counts = :counts, content_hash = :content_hash, deleted_at = NULL WHERE uri = :uri",
        [_row(arrival, authors) for arrival in changed],
    )
    _withdraw(db, [arrival for arrival in changed if arrival.post.consent is not Consent.FULL])
    ids = _ids(db, [arrival.post.uri for arrival in changed])
    for arrival in changed:
        _drop_parts(db, ids[arrival.post.uri], arrival.post)


def _withdraw(db: Database, narrowed: list[_Arrival]) -> None:
    ids = _ids(db, [arrival.post.uri for arrival in narrowed])
    for arrival in narrowed:
        withdraw_posts(db, [ids[arrival.post.uri]], arrival.post.consent)
    db.conn.executemany(
        "UPDATE posts SET content_hash = ? WHERE uri = ?",
        [(arrival.digest, arrival.post.uri) for arrival in narrowed],
    )


def _drop_parts(db: Database, post_id: int, post: Post) -> None:
    """Remove what an edit took away; what stays keeps its id."""
    shown = [_json.encode(list(values)).decode() for values in (map(fold, post.hashtags), (card.title for card in post.cards))]
    db.execute("DELETE FROM post_hashtags WHERE post_id = ? AND hashtag NOT IN (SELECT value FROM json_each(?))", [post_id, shown[0]])
    db.execute("DELETE FROM cards WHERE post_id = ? AND title NOT IN (SELECT value FROM json_each(?))", [post_id, shown[1]])
    db.execute("UPDATE cards SET link_id = NULL WHERE post_id = ?", [post_id])
    db.execute("DELETE FROM links WHERE post_id = ? AND position >= ?", [post_id, len(post.links)])


def _keep_parts(db: Database, posts: list[tuple[int, Post]]) -> None:
    """Keep hashtags (folded and as shown), links with their positions, and cards with the link they were drawn for."""
    db.conn.executemany(
        "INSERT INTO post_hashtags (post_id, hashtag, shown) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET shown = excluded.shown",
        [(post_id, fold(hashtag), hashtag) for post_id, post in posts for hashtag in post.hashtags],
    )
    db.conn.executemany(
        "INSERT INTO links (post_id, position, url, shown, origin) VALUES (?, ?, ?, ?, ?) ON CONFLICT (post_id, position) DO UPDATE SET "
        "article_id = CASE WHEN url = excluded.url THEN article_id END, url = excluded.url, shown = excluded.shown, origin = excluded.origin",
        [(post_id, position, link.url, link.shown, link.origin) for post_id, post in posts for position, link in enumerate(post.links)],
    )
    db.conn.executemany(
        "INSERT INTO cards (post_id, title, description, site_name, published, link_id) "
        "VALUES (?, ?, ?, ?, ?, (SELECT id FROM links WHERE post_id = ? AND url = ?)) ON CONFLICT (post_id, title) DO UPDATE SET "
        "description = excluded.description, site_name = excluded.site_name, published = excluded.published, link_id = excluded.link_id",
        [(i, card.title, card.description, card.site_name, iso(card.published), i, card.link) for i, post in posts for card in post.cards],
    )


def _chunks(posts: Iterable[Post]) -> Iterator[list[Post]]:
    iterator = iter(posts)
    return iter(lambda: list(islice(iterator, _CHUNK)), [])
