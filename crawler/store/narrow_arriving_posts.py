"""Withdrawals only narrow: which level holds for a post that arrives, again or from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.consent.levels import stricter
from crawler.models.posts import Author, Consent, Post
from crawler.store.authors import release_author, rename_author, withhold_authors
from crawler.store.withheld_authors import Withdrawal, is_pseudonym, pseudonym

_RENAMING_NETWORKS = ("devto", "mastodon")  # where a post stays with one account


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A stored post: the source that reported it, and the content withdrawn from it since."""

    source: str
    content_hash: str
    withheld: Withdrawal
    deleted_at: str | None
    is_sensitive: bool
    visibility: str
    author_id: int | None
    handle: str

    @property
    def is_deleted(self) -> bool:
        """Whether the post is deleted at its source."""
        return self.deleted_at is not None

    @property
    def own(self) -> Withdrawal:
        """The withdrawal that only the source can undo: a deletion or a content warning."""
        return Withdrawal(self.withheld.level, self.source, self.deleted_at or "")


def load_stored_posts(db: Database, uris: Iterable[str]) -> dict[str, StoredPost]:
    """Return the stored posts among `uris`, by URI.

    Posts that are not stored are left out.
    """
    rows = db.execute(
        "SELECT p.uri, p.source, p.content_hash, p.consent, COALESCE(w.source, p.source), "
        "COALESCE(w.at, ''), p.deleted_at, p.sensitive, p.visibility, p.author_id, "
        "COALESCE(a.handle, '') FROM posts p "
        "LEFT JOIN withheld_posts w ON w.post_id = p.id LEFT JOIN authors a ON a.id = p.author_id "
        "WHERE p.uri IN (SELECT value FROM json_each(?))",
        [msgspec.json.encode(list(uris)).decode()],
    )
    return {
        uri: StoredPost(
            source,
            content_hash,
            Withdrawal(Consent(level), by, at),
            deleted,
            bool(sensitive),
            visibility,
            author_id,
            handle,
        )
        for (
            uri,
            source,
            content_hash,
            level,
            by,
            at,
            deleted,
            sensitive,
            visibility,
            author_id,
            handle,
        ) in rows
    }


def apply_withdrawals(
    posts: Sequence[Post],
    stored_posts: Mapping[str, StoredPost],
    remembered: Mapping[tuple[str, str], Withdrawal],
    source: str,
    seen_at: datetime,
) -> dict[str, Post]:
    """Return `posts` by URI at the level that applies, whatever a file or server claims.

    `stored_posts` has the stored posts by URI, `remembered` the withdrawals of their authors by
    network and handle. Only a newer answer (`seen_at`) of the `source` that
    reported a withdrawal widens it. A deleted post is left out until its own source returns it.
    """
    permitted = {}
    for post in posts:
        stored = stored_posts.get(post.uri)
        if stored and stored.is_deleted and not stored.own.may_be_widened(post, source, seen_at):
            continue
        author = _author_at_level(post, remembered.get(account_of(post)), source, seen_at)
        level = stricter(post.consent, author.consent if author else Consent.FULL)
        stated = stricter(post.consent, post.author.consent if post.author else Consent.FULL)
        if stored and not stored.withheld.may_be_widened(post, source, seen_at):
            level = stricter(level, stored.withheld.level)
        if stored and not stored.own.may_be_widened(post, source, seen_at):
            sensitive = post.sensitive or stored.is_sensitive
            post = replace(post, sensitive=sensitive, visibility=stored.visibility)
        reasons = post.reasons if level is stated else ()
        if (author, level, reasons) != (post.author, post.consent, post.reasons):
            post = replace(post, author=author, consent=level, reasons=reasons)
        permitted[post.uri] = post
    return permitted


def _author_at_level(
    post: Post, before: Withdrawal | None, source: str, seen_at: datetime
) -> Author | None:
    """Return the author of a post, narrowed by an earlier withdrawal that still applies."""
    author = post.author
    if not author or not before or before.may_be_widened(post, source, seen_at):
        return author
    return replace(author, consent=stricter(author.consent, before.level))


def apply_author_changes(
    db: Database,
    posts: Mapping[str, Post],
    stored_posts: Mapping[str, StoredPost],
    remembered: Iterable[tuple[str, str]],
    source: str,
    seen_at: datetime,
) -> None:
    """Rename accounts, release authors who may be named again, and withhold authors who may not.

    `posts` are the arriving posts by URI, as `apply_withdrawals` returns them, and `stored_posts`
    the stored posts by URI. `remembered` are the accounts (network, handle) of withheld authors.
    `source` returned the posts at `seen_at` (aware UTC).
    """
    waiting = set(remembered)
    for post in posts.values():
        author, stored = post.author, stored_posts.get(post.uri)
        if not author or not author.handle:
            continue
        if stored and _is_renamed(post, stored, source):
            rename_author(db, stored.author_id or 0, author.network, author.handle)
        if author.consent is Consent.FULL and account_of(post) in waiting:
            waiting.discard(account_of(post))
            release_author(db, author)
    withheld = [
        post for post in posts.values() if post.author and post.author.consent is not Consent.FULL
    ]
    withhold_authors(db, withheld, source, seen_at)


def _is_renamed(post: Post, stored: StoredPost, source: str) -> bool:
    """Whether the account that wrote a stored post has another handle now."""
    author = post.author
    return (
        author is not None
        and post.network in _RENAMING_NETWORKS
        and stored.source == source
        and post.provenance.request is not None
        and bool(stored.handle)
        and stored.handle not in (author.handle, pseudonym(author.network, author.handle))
        and not is_pseudonym(stored.handle)
    )


def account_of(post: Post) -> tuple[str, str]:
    """Return the network and handle of the author of `post`.

    Both are empty if the post names no author.
    """
    return (post.author.network, post.author.handle) if post.author else ("", "")
