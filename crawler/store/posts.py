"""Store posts: idempotent by URI, edits replace the old text, and consent limits the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.consent.levels import is_narrower
from crawler.consent.mentioned_people import names_in_post
from crawler.error_isolation import item_failure, process_isolated
from crawler.models.outcomes import Failure
from crawler.models.posts import Consent, Post
from crawler.store.article_card_fields import withdraw_card_fields
from crawler.store.authors import (
    author_ids,
    delete_authors_without_posts,
    save_other_names,
    stored_account,
    upsert_authors,
    withdraw_posts,
)
from crawler.store.database import insert_rows, savepoint, transaction
from crawler.store.narrow_arriving_posts import (
    StoredPost,
    account_of,
    apply_author_changes,
    apply_withdrawals,
    load_stored_posts,
)
from crawler.store.post_digest import post_digest
from crawler.store.post_parts import Attach, articles_of_links, drop_parts, save_parts
from crawler.store.post_rechecks import confirm_posts
from crawler.store.prepare_posts import PreparedPost, prepare_post, stored_fields
from crawler.store.sql_values import batches, to_json
from crawler.store.taggings import CURATOR
from crawler.store.tombstones import Tombstones, load_tombstones
from crawler.store.url_aliases import Keyed
from crawler.store.withheld_authors import (
    record_withheld_posts,
    withheld_authors,
    without_withheld_names,
)
from crawler.utc_times import iso

_BATCH = 1000
_DELETE_TOPICS_OF_OLD_TEXT = f"""DELETE FROM taggings
    WHERE subject_kind = 'post' AND tagger <> '{CURATOR}'
    AND subject_id = (SELECT id FROM posts WHERE uri = :uri AND text <> :text)"""  # noqa: S608
_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class SavedPosts:
    """The number of new, changed and unchanged posts; `refused` ones had been erased.

    `failures` has one Failure (stage `post`) for each post that could not be stored.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A post to store, reduced to the fields that may be stored, with their digest."""

    post: Post
    digest: str


def save_posts(
    db: Database,
    source: str,
    posts: Iterable[Post | PreparedPost],
    seen_at: datetime,
    key: Callable[[str], Keyed] | None = None,
    attach: Attach | None = None,
) -> SavedPosts:
    """Store `posts` of one `source`, a thousand per transaction, and return the counts.

    Posts that are not prepared yet are prepared first. Storing the same posts again changes
    nothing. `seen_at` is the time of storage.

    Only the source that first returned a post may change it, so that no server rewrites a post
    of another server. A narrower consent applies whichever source reports it. With `key`, the key
    function of articles, an erased URL is recognized in any spelling. With `attach`, which returns
    the article ids of URLs, the links of new posts are stored with their articles.
    """

    def save(part: Sequence[Post | PreparedPost]) -> SavedPosts:
        with transaction(db), savepoint(db):
            # Read in the transaction: an author may be forgotten between two of them.
            return _save_batch(db, source, part, seen_at, load_tombstones(db, key), attach)

    total = SavedPosts()
    for batch in batches(posts, _BATCH):
        for saved in _isolated(batch, save):
            total = _sum(total, saved)
    return total


def _isolated(
    chunk: Sequence[Post | PreparedPost],
    save: Callable[[Sequence[Post | PreparedPost]], SavedPosts],
) -> list[SavedPosts]:
    saved, failures = process_isolated(
        chunk, save, lambda post, error: item_failure("post", post.uri, error)
    )
    return [*saved, SavedPosts(failures=tuple(failures))]


def _sum(first: SavedPosts, second: SavedPosts) -> SavedPosts:
    return SavedPosts(
        first.new + second.new,
        first.changed + second.changed,
        first.same + second.same,
        first.refused + second.refused,
        first.failures + second.failures,
    )


def mark_deleted(db: Database, uris: Iterable[str], at: datetime) -> int:
    """Mark posts as deleted and erase their text; the URI and the time are kept.

    Their cards are deleted too, because some networks repeat the text of the post there, and so
    are authors without other posts. A post that is shown again is due for a recheck at once.
    Returns how many of `uris` were not marked before.
    """
    query = "SELECT id, consent, author_id FROM posts WHERE uri = ? AND deleted_at IS NULL"
    with transaction(db):
        rows = [row for uri in uris for row in db.execute(query, [uri]).fetchall()]
        ids = [post_id for post_id, *_ in rows]
        withdraw_card_fields(db, ids)
        db.conn.executemany("DELETE FROM cards WHERE post_id = ?", [(post_id,) for post_id in ids])
        withdraw_posts(db, ids)
        db.conn.executemany(
            "UPDATE posts SET deleted_at = ?, consent = ?, next_check = NULL, missing_since = NULL "
            "WHERE id = ?",
            [(iso(at), consent, post_id) for post_id, consent, _ in rows],
        )
        delete_authors_without_posts(db, {author_id for *_, author_id in rows if author_id})
    return len(rows)


def reduce_posts_to_links(
    db: Database, uris: Iterable[str], source: str, at: datetime, reason: str
) -> int:
    """Reduce the posts `uris` to their links and return the number of posts that changed.

    `source` reported the withdrawal at the time `at`, with a `reason` in words.
    """
    with transaction(db):
        stored_posts = load_stored_posts(db, uris)
        ids = _ids(db, list(stored_posts))
        wider = [
            ids[uri]
            for uri, stored in stored_posts.items()
            if is_narrower(Consent.LINK_ONLY, stored.withheld.level)
        ]
        withdraw_posts(db, wider, Consent.LINK_ONLY)
        record_withheld_posts(db, wider, source, at, reason)
    return len(wider)


def _save_batch(
    db: Database,
    source: str,
    batch: Sequence[Post | PreparedPost],
    seen_at: datetime,
    tombstones: Tombstones,
    attach: Attach | None,
) -> SavedPosts:
    prepared = [post if isinstance(post, PreparedPost) else prepare_post(post) for post in batch]
    allowed = [made for made in prepared if not tombstones.refuses(made.post)]
    prepared_by_uri = {made.uri: made for made in allowed}
    stored_posts = load_stored_posts(db, list(prepared_by_uri))
    arriving = [made.post for made in allowed]
    remembered = withheld_authors(db, [post.author for post in arriving if post.author])
    posts = apply_withdrawals(arriving, stored_posts, remembered, source, seen_at)
    apply_author_changes(db, posts, stored_posts, remembered, source, seen_at)
    names = {uri: _names(post, prepared_by_uri[uri]) for uri, post in posts.items()}
    posts = without_withheld_names(db, posts, names)

    arrivals = [_arrival(post, prepared_by_uri[uri], tombstones) for uri, post in posts.items()]
    new = [arrival for arrival in arrivals if arrival.post.uri not in stored_posts]
    existing = [arrival for arrival in arrivals if arrival.post.uri in stored_posts]
    changed = [
        arrival for arrival in existing if _changes(stored_posts[arrival.post.uri], arrival, source)
    ]

    _write_rows(db, source, new, changed, seen_at, attach)
    _confirm_shown(db, posts.values(), stored_posts, source)
    unchanged = len(allowed) - len(new) - len(changed)
    return SavedPosts(len(new), len(changed), unchanged, len(batch) - len(allowed))


def _write_rows(
    db: Database,
    source: str,
    new: list[_Arrival],
    changed: list[_Arrival],
    seen_at: datetime,
    attach: Attach | None,
) -> None:
    """Write posts with their authors, parts and reasons for being withheld."""
    written = [arrival.post for arrival in new + changed]
    authors = _store_authors(db, written)
    stored_at = iso(seen_at) or ""
    rows = [_new_row(arrival, authors, source, stored_at) for arrival in new]
    insert_rows(db, "posts", rows)
    _update(db, changed, authors)
    ids = _ids(db, [post.uri for post in written])
    stored = [(ids[post.uri], post) for post in written]
    article_ids = articles_of_links([arrival.post for arrival in new], attach) if attach else {}
    save_parts(db, stored, article_ids)
    _record_consent(db, stored, source, seen_at)


def _confirm_shown(
    db: Database, posts: Iterable[Post], stored_posts: Mapping[str, StoredPost], source: str
) -> None:
    """Release posts that a restore held back and that their source returns."""
    shown = [
        post.uri
        for post in posts
        if post.uri in stored_posts
        and stored_posts[post.uri].source == source
        and not post.provenance.file
    ]
    confirm_posts(db, shown)


def _store_authors(db: Database, posts: Sequence[Post]) -> dict[tuple[str, str], int]:
    """Store the authors who may be named; return the ids of all authors of these posts."""
    named = [post for post in posts if post.author and post.consent is Consent.FULL]
    upsert_authors(
        db, [(post.author, post.provenance.file is None) for post in named if post.author]
    )
    save_other_names(db, [post.author for post in named if post.author])
    stored_as = {
        account_of(post): stored_account(post.author)
        for post in posts
        if post.author and post.author.handle
    }
    ids = author_ids(db, set(stored_as.values()))
    return {account: ids[stored] for account, stored in stored_as.items() if stored in ids}


def _record_consent(
    db: Database, stored: Sequence[tuple[int, Post]], source: str, seen_at: datetime
) -> None:
    """Store why posts are withheld, and delete the reasons of posts that no longer are."""
    full = [(post_id,) for post_id, post in stored if post.consent is Consent.FULL]
    db.conn.executemany("DELETE FROM withheld_posts WHERE post_id = ?", full)
    for post_id, post in stored:
        if post.consent is not Consent.FULL and post.reasons:
            record_withheld_posts(db, [post_id], source, seen_at, "; ".join(post.reasons))


def _names(post: Post, prepared: PreparedPost) -> frozenset[str]:
    """Return the people whom a post may name: those of the `prepared` post with the same text."""
    before = prepared.post
    is_same = post.text is before.text and post.links is before.links
    return prepared.names if is_same else names_in_post(post)


def _arrival(post: Post, prepared: PreparedPost, forgotten: Tombstones) -> _Arrival:
    """Reduce a post to what may be stored."""
    fields = stored_fields(post)
    storable = forgotten.cleared(fields)
    is_same = post is prepared.post and storable is fields
    return _Arrival(storable, prepared.digest if is_same else post_digest(storable))


def _changes(stored: StoredPost, arrival: _Arrival, source: str) -> bool:
    if stored.content_hash == arrival.digest:
        return False
    return stored.source == source or is_narrower(arrival.post.consent, stored.withheld.level)


def _ids(db: Database, uris: list[str]) -> dict[str, int]:
    return dict(
        db.execute(
            "SELECT uri, id FROM posts WHERE uri IN (SELECT value FROM json_each(?))",
            [_json.encode(uris).decode()],
        ).fetchall()
    )


def _new_row(
    arrival: _Arrival,
    authors: Mapping[tuple[str, str], int],
    source: str,
    stored_at: str,
) -> dict[str, Any]:
    """Return the row of a new post; the publication time is at most the time of storage."""
    row = _row(arrival, authors)
    row["provenance"] = _provenance(arrival.post)
    row["source"], row["seen_at"] = source, stored_at
    row["published"] = min(row["published"], stored_at) if row["published"] else None
    return row


def _has_author(post: Post) -> bool:
    """Whether the author of a post is stored with it: by name, or by pseudonym to be counted.

    The name of an author who allows everything is not connected with a post that is withheld.
    """
    if not post.author or post.consent is Consent.NONE:
        return False
    return post.consent is Consent.FULL or post.author.consent is not Consent.FULL


def _row(arrival: _Arrival, authors: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    post = arrival.post
    return {
        "network": post.network,
        "uri": post.uri,
        "url": post.url,
        "author_id": authors.get(account_of(post)) if _has_author(post) else None,
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


def _provenance(post: Post) -> str:
    """Return the origin of a new post as JSON; later files do not change it."""
    where = post.provenance
    parts = {
        "file": where.file,
        "lines": where.lines,
        "request": where.request,
        "id": where.id,
        "date_precision": where.date_precision,
    }
    return to_json({name: value for name, value in parts.items() if value is not None})


def _update(db: Database, changed: list[_Arrival], authors: Mapping[tuple[str, str], int]) -> None:
    """Rewrite the rows of edited posts; a deleted post that its source returns is restored.

    The topics of an old text are deleted: their evidence quotes words that the author withdrew.
    """
    rows = [_row(arrival, authors) for arrival in changed]
    db.conn.executemany(_DELETE_TOPICS_OF_OLD_TEXT, rows)
    db.conn.executemany(
        "UPDATE posts SET network = :network, url = :url, author_id = :author_id, "
        "published = MIN(:published, seen_at), edited = :edited, language = :language, "
        "text = :text, thread_key = :thread_key, thread_position = :thread_position, visibility = "
        ":visibility, consent = :consent, "
        "sensitive = :sensitive, counts = :counts, content_hash = :content_hash, deleted_at = NULL "
        "WHERE uri = :uri",
        rows,
    )
    _withdraw(db, [arrival for arrival in changed if arrival.post.consent is not Consent.FULL])
    ids = _ids(db, [arrival.post.uri for arrival in changed])
    for arrival in changed:
        drop_parts(db, ids[arrival.post.uri], arrival.post)


def _withdraw(db: Database, narrowed: list[_Arrival]) -> None:
    ids = _ids(db, [arrival.post.uri for arrival in narrowed])
    for arrival in narrowed:
        withdraw_posts(db, [ids[arrival.post.uri]], arrival.post.consent)
    db.conn.executemany(
        "UPDATE posts SET content_hash = ? WHERE uri = ?",
        [(arrival.digest, arrival.post.uri) for arrival in narrowed],
    )
