"""The record of withheld authors: their level, who reported it and when, and the names to hide.

A withheld author is stored under a pseudonym, a digest of the handle. It is enough to count the
author and to recognize the handle in a post, but it does not reveal the handle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

import msgspec
from sqlite_utils import Database

from crawler.consent.mentioned_people import name_spellings, names_in_post, without_names
from crawler.models.posts import Author, Consent, Link, Post
from crawler.store.schema_due_indexes import TEXT_MAY_NAME, URL_MAY_NAME
from crawler.store.sql_values import to_json
from crawler.store.tombstones import author_identifier, digest
from crawler.utc_times import iso

_PSEUDONYM = "withheld-"
_MAY_NAME = f"""
SELECT p.uri, p.text, (SELECT json_group_array(url) FROM links WHERE post_id = p.id) FROM posts p
WHERE p.network = ?1 AND p.id IN (
    SELECT id FROM posts WHERE network = ?1 AND {TEXT_MAY_NAME}
    UNION SELECT post_id FROM links WHERE {URL_MAY_NAME}
)
"""  # noqa: S608
_SENTENCES = """
SELECT e.id, e.sentence FROM posts p
JOIN taggings t ON t.subject_kind = 'post' AND t.subject_id = p.id
JOIN evidence e ON e.tagging_id = t.id WHERE p.uri = ?
"""
_WITHHELD = """
SELECT a.network, a.handle, a.consent, COALESCE(w.source, ''), COALESCE(w.at, '')
FROM json_each(?) account CROSS JOIN authors a
    ON a.network = json_extract(account.value, '$[0]')
    AND a.handle = json_extract(account.value, '$[1]')
LEFT JOIN withheld_authors w ON w.author_id = a.id
"""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A stored withdrawal: the level, the source that reported it, and when."""

    level: Consent
    source: str
    at: str

    def may_be_widened(self, post: Post, source: str, seen_at: datetime) -> bool:
        """Whether `post` is a newer answer of the network that reported the withdrawal.

        `source` returned the post at `seen_at`. A post from a file never is: an export may be older
        than the withdrawal.
        """
        is_answer = post.provenance.request is not None and post.provenance.file is None
        return is_answer and source == self.source and (iso(seen_at) or "") >= self.at


@lru_cache(10_000)
def pseudonym(network: str, handle: str) -> str:
    """Return the handle under which the withheld author `handle` of `network` is stored."""
    return pseudonym_of(digest(author_identifier(network, handle)))


def pseudonym_of(author_digest: str) -> str:
    """Return the pseudonym for an `author_digest`, the digest of an author identifier."""
    return f"{_PSEUDONYM}{author_digest[:32]}"


def is_pseudonym(handle: str) -> bool:
    """Whether `handle` is the pseudonym of a withheld author."""
    return handle.startswith(_PSEUDONYM)


def withheld_authors(db: Database, authors: Iterable[Author]) -> dict[tuple[str, str], Withdrawal]:
    """Return the withdrawals of those of `authors` who are withheld, by network and handle."""
    accounts = {(author.network, author.handle) for author in authors if author.handle}
    by_pseudonym = {
        (network, pseudonym(network, handle)): (network, handle) for network, handle in accounts
    }
    rows = db.execute(_WITHHELD, [to_json(list(by_pseudonym))])
    return {
        by_pseudonym[network, handle]: Withdrawal(Consent(level), source, at)
        for network, handle, level, source, at in rows
    }


def record_withheld_author(
    db: Database, author_id: int, author: Author, source: str, at: datetime, reasons: str
) -> None:
    """Store the withdrawal of the author with the row `author_id`.

    `source` reported it at the time `at` for these `reasons`. The names of `author` are stored as
    digests, so that posts do not show them.
    """
    db.conn.execute(
        "INSERT INTO withheld_authors (author_id, source, at, reasons) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (author_id) DO UPDATE SET "
        "source = excluded.source, at = excluded.at, reasons = excluded.reasons",
        [author_id, source, iso(at), reasons],
    )
    db.conn.executemany(
        "INSERT INTO withheld_names (digest, author_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [
            (digest(author_identifier(author.network, name)), author_id)
            for name in name_spellings(author)
        ],
    )


def record_withheld_posts(
    db: Database, post_ids: Iterable[int], source: str, at: datetime, reasons: str
) -> None:
    """Store the withdrawal of the posts `post_ids`.

    `source` reported it at the time `at` for these `reasons`.
    """
    db.conn.executemany(
        "INSERT INTO withheld_posts (post_id, source, at, reasons) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (post_id) DO UPDATE SET "
        "source = excluded.source, at = excluded.at, reasons = excluded.reasons",
        [(post_id, source, iso(at), reasons) for post_id in post_ids],
    )


def without_withheld_names(
    db: Database, posts: Mapping[str, Post], named: Mapping[str, frozenset[str]]
) -> dict[str, Post]:
    """Return `posts`, by URI, without the names of withheld authors in their texts and links.

    `named` are the people whom each post may name, by its URI.
    """
    wanted = {
        digest(author_identifier(posts[uri].network, name)): (posts[uri].network, name)
        for uri, names in named.items()
        for name in names
    }
    rows = db.execute(
        "SELECT digest FROM withheld_names WHERE digest IN (SELECT value FROM json_each(?))",
        [to_json(list(wanted))],
    )
    hidden = {wanted[name_digest] for (name_digest,) in rows}
    result = {}
    for uri, post in posts.items():
        names = frozenset(name for name in named[uri] if (post.network, name) in hidden)
        result[uri] = without_names(post, names) if names else post
    return result


def redact_stored_posts(db: Database, authors: Iterable[Author]) -> None:
    """Remove the names of newly withheld `authors` from the posts that are stored."""
    names: dict[str, set[str]] = {}
    for author in authors:
        names.setdefault(author.network, set()).update(name_spellings(author))
    stored_posts: dict[str, Post] = {}
    for network, wanted in names.items():
        stored_posts |= _naming(db, network, wanted)
    named = {uri: names_in_post(post) for uri, post in stored_posts.items()}
    for uri, post in without_withheld_names(db, stored_posts, named).items():
        if post != stored_posts[uri]:
            hidden = named[uri] - names_in_post(post)
            save_text_and_links(db, post, partial(without_names, names=hidden))


def save_text_and_links(db: Database, post: Post, without: Callable[[Post], Post]) -> None:
    """Store the text of a `post` from which names were removed, and delete its other links.

    `without` removes these names, also from the sentences of its evidence. The post is compared
    with its network again at the next check.
    """
    db.conn.execute(
        "UPDATE posts SET text = ?, content_hash = '' WHERE uri = ?", [post.text, post.uri]
    )
    kept_urls = to_json([link.url for link in post.links])
    db.conn.execute(
        "DELETE FROM links WHERE post_id = (SELECT id FROM posts WHERE uri = ?) "
        "AND url NOT IN (SELECT value FROM json_each(?))",
        [post.uri, kept_urls],
    )
    for key, sentence in db.execute(_SENTENCES, [post.uri]).fetchall():
        cleared = without(replace(post, text=sentence, links=())).text
        db.conn.execute("UPDATE evidence SET sentence = ? WHERE id = ?", [cleared, key])


def posts_that_may_name(db: Database, network: str) -> Iterator[Post]:
    """Yield the posts of a `network` that may name a person, with their texts and links only."""
    for uri, text, urls in db.execute(_MAY_NAME, [network]).fetchall():
        yield Post(network, uri, text, links=tuple(map(Link, msgspec.json.decode(urls))))


def _naming(db: Database, network: str, names: Collection[str]) -> dict[str, Post]:
    """Return the posts of a network that name one of `names`."""
    posts = posts_that_may_name(db, network)
    return {post.uri: post for post in posts if not names_in_post(post).isdisjoint(names)}
