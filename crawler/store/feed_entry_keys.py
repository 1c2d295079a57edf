"""Store the keys by which a feed identifies its entries, so that each stays one post.

A key is a digest: an id may contain secrets, and an erased post must leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlite_utils import Database

from crawler.derivation_versions import digest_of
from crawler.store.database import transaction

_ENTRIES = """
SELECT p.uri, p.text, p.published, k.kind, k.key FROM posts p
LEFT JOIN feed_entry_keys k ON k.post_id = p.id AND k.source = :source
WHERE p.uri IN (SELECT value FROM json_each(:uris)) OR p.id IN (
    SELECT post_id FROM feed_entry_keys
    WHERE source = :source AND key IN (SELECT value FROM json_each(:keys)))
"""
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """The keys of one entry: its id and its page in normalized form; empty if not unique."""

    guid: str
    link: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """The stored post of an entry, with the digests of its keys by kind."""

    uri: str
    text: str
    published: str | None
    guids: frozenset[str]
    links: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoredEntries:
    """The stored entries of one source, by URI and by the digest of each key."""

    by_uri: Mapping[str, StoredEntry]
    by_key: Mapping[str, StoredEntry]


def key_digest(key: str) -> str:
    """Return the stored form of a key; empty for an empty key."""
    return digest_of(key) if key else ""


def has_entry_keys(db: Database, source: str) -> bool:
    """Whether keys of a `source` are stored. A database of an older version has none."""
    query = "SELECT 1 FROM feed_entry_keys WHERE source = ? LIMIT 1"
    return db.execute(query, [source]).fetchone() is not None


def entry_uris(db: Database, source: str) -> list[str]:
    """Return the URIs of the stored entries of a `source`."""
    query = "SELECT uri FROM posts WHERE source = ? AND network = 'feed'"
    return [uri for (uri,) in db.execute(query, [source])]


def load_entries(
    db: Database, source: str, uris: Iterable[str], keys: Iterable[EntryKeys]
) -> StoredEntries:
    """Return the stored entries of a `source` that have one of these `uris` or `keys`."""
    digests = {key_digest(key) for entry in keys for key in (entry.guid, entry.link) if key}
    values = {
        "source": source,
        "uris": _encode(list(uris)).decode(),
        "keys": _encode(sorted(digests)).decode(),
    }
    by_uri: dict[str, StoredEntry] = {}
    for uri, text, published, kind, key in db.execute(_ENTRIES, values):
        stored = by_uri.get(uri) or StoredEntry(uri, text, published, frozenset(), frozenset())
        guids = stored.guids | {key} if kind == "guid" else stored.guids
        links = stored.links | {key} if kind == "link" else stored.links
        by_uri[uri] = StoredEntry(uri, text, published, guids, links)
    by_key = {key: stored for stored in by_uri.values() for key in stored.links}
    by_key |= {key: stored for stored in by_uri.values() for key in stored.guids}
    return StoredEntries(by_uri, by_key)


def save_entry_keys(db: Database, source: str, entries: Sequence[tuple[str, EntryKeys]]) -> None:
    """Store the keys of `entries` by URI, in place of their former keys.

    A key moves to the entry of this `source` that has it now. Entries that are not stored are left
    out.
    """
    rows = [
        (source, kind, key_digest(key), uri)
        for uri, keys in entries
        for kind, key in (("guid", keys.guid), ("link", keys.link))
        if key
    ]
    with transaction(db):
        db.conn.executemany(
            "DELETE FROM feed_entry_keys WHERE source = ? AND kind = ? AND key <> ? AND post_id = "
            "(SELECT id FROM posts WHERE uri = ?)",
            rows,
        )
        db.conn.executemany(
            "INSERT INTO feed_entry_keys (source, kind, key, post_id) "
            "SELECT ?, ?, ?, id FROM posts WHERE uri = ? "
            "ON CONFLICT DO UPDATE SET post_id = excluded.post_id",
            rows,
        )
