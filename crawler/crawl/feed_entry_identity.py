"""Decide which entries of a feed are stored already: by id, by page, or by URI.

An entry keeps its post when its id, page, scheme, slug, tracking parameters or title change. Two
entries that share a page are two posts. A key counts only if it is unique in the feed: some feeds
assign new ids each time, and others one id to all entries. A known key with other values in all
other fields is a new entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from crawler.links.article_key import normalize_url
from crawler.models.posts import Post
from crawler.store.feed_entry_keys import (
    EntryKeys,
    StoredEntries,
    StoredEntry,
    entry_uris,
    has_entry_keys,
    key_digest,
    load_entries,
    save_entry_keys,
)
from crawler.text_cleaning import fold
from crawler.utc_times import iso

_WEB_URL = re.compile(r"https?://", re.IGNORECASE)
_PAGE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*|\?\S*)?")


@dataclass(frozen=True, slots=True)
class IdentifiedPosts:
    """Posts with the URIs of their entries, and the keys of the entries in the same order."""

    posts: tuple[Post, ...]
    keys: tuple[EntryKeys, ...]

    def keys_by_uri(self) -> list[tuple[str, EntryKeys]]:
        """Return the keys of the entries with the URI of the post."""
        return [(post.uri, keys) for post, keys in zip(self.posts, self.keys, strict=True)]


def identify_entries(db: Database, source: str, posts: Sequence[Post]) -> IdentifiedPosts:
    """Return the `posts` of a feed with the URIs under which their entries are stored.

    `source` is the name of the feed's source. Posts that are not entries are returned unchanged.
    """
    keys = entry_keys(posts)
    if not any(post.feed_entry for post in posts):
        return IdentifiedPosts(tuple(posts), keys)
    if not has_entry_keys(db, source):
        save_entry_keys(db, source, [(uri, _keys_in_uri(uri)) for uri in entry_uris(db, source)])
    uris = [uri for post in posts for uri in _possible_uris(post)]
    stored = load_entries(db, source, uris, keys)
    return IdentifiedPosts(assign_uris(posts, keys, stored), keys)


def remember_entries(db: Database, source: str, identified: IdentifiedPosts) -> None:
    """Store the keys of `identified` entries of a `source` after their posts were stored."""
    entries = identified.keys_by_uri()
    if any(keys.guid or keys.link for _, keys in entries):
        save_entry_keys(db, source, entries)


def entry_keys(posts: Sequence[Post]) -> tuple[EntryKeys, ...]:
    """Return the keys of the entries of `posts`; empty where several entries have the same."""
    written = [_written_keys(post) for post in posts]
    guids = Counter(keys.guid for keys in written)
    links = Counter(keys.link for keys in written)
    return tuple(
        EntryKeys(
            keys.guid if guids[keys.guid] == 1 else "", keys.link if links[keys.link] == 1 else ""
        )
        for keys in written
    )


def assign_uris(
    posts: Sequence[Post], keys: Sequence[EntryKeys], stored: StoredEntries
) -> tuple[Post, ...]:
    """Return `posts` with the URIs of the `stored` entries that they are, each URI once.

    `keys` are those of the posts, in the same order. A new entry has its own URI, or another one
    if an entry has that URI already.
    """
    titles = [_title(post.text) for post in posts]
    assigned: dict[int, str] = {}
    taken: dict[str, str] = {}
    for match in (_match_by_title, _match_by_guid, _match_by_link):
        for index, post in enumerate(posts):
            uri = match(post, keys[index], stored) if index not in assigned else None
            if uri and uri not in taken:
                assigned[index], taken[uri] = uri, titles[index]
    for index, post in enumerate(posts):
        if index not in assigned:
            uri = _own_uri(post, keys[index], stored, taken)
            assigned[index], taken[uri] = uri, titles[index]
    return tuple(replace(post, uri=assigned[index]) for index, post in enumerate(posts))


def _match_by_title(post: Post, keys: EntryKeys, stored: StoredEntries) -> str | None:
    """Return the first possible URI that is stored with the same title."""
    title = _title(post.text)
    entries = (stored.by_uri.get(uri) for uri in _possible_uris(post))
    return next((entry.uri for entry in entries if entry and _title(entry.text) == title), None)


def _match_by_guid(post: Post, keys: EntryKeys, stored: StoredEntries) -> str | None:
    """Return the URI of the entry with this id, unless link, title and date are all different."""
    entry = stored.by_key.get(key_digest(keys.guid)) if keys.guid else None
    if entry is None:
        return None
    link = key_digest(keys.link)
    has_other_link = bool(link and entry.links and link not in entry.links | entry.guids)
    has_other_date = bool(
        post.published and entry.published and iso(post.published) != entry.published
    )
    is_other = has_other_link and has_other_date and _has_other_title(post, entry)
    return None if is_other else entry.uri


def _match_by_link(post: Post, keys: EntryKeys, stored: StoredEntries) -> str | None:
    """Return the URI of the entry with this page, unless id and title are different."""
    entry = stored.by_key.get(key_digest(keys.link)) if keys.link else None
    return entry.uri if entry and not _is_other_entry(post, keys, entry) else None


def _own_uri(post: Post, keys: EntryKeys, stored: StoredEntries, taken: Mapping[str, str]) -> str:
    """Return the first URI of a post that no other entry has; its own if all are taken.

    `taken` are the URIs of the other entries of the feed with their titles. An entry that the feed
    repeats has one URI.
    """
    title = _title(post.text)
    for uri in _possible_uris(post):
        entry = stored.by_uri.get(uri)
        is_free = uri not in taken and not (entry and _is_other_entry(post, keys, entry))
        if is_free or taken.get(uri) == title:
            return uri
    return post.uri


def _is_other_entry(post: Post, keys: EntryKeys, entry: StoredEntry) -> bool:
    has_other_id = bool(keys.guid and entry.guids) and key_digest(keys.guid) not in entry.guids
    return has_other_id and _has_other_title(post, entry)


def _has_other_title(post: Post, entry: StoredEntry) -> bool:
    """Whether both have a title and the titles differ. A deleted post has none."""
    titles = (_title(post.text), _title(entry.text))
    return all(titles) and titles[0] != titles[1]


def _title(text: str) -> str:
    return fold(text.partition("\n\n")[0])


def _possible_uris(post: Post) -> Iterator[str]:
    yield post.uri
    if post.feed_entry:
        yield from post.feed_entry.other_uris


def _written_keys(post: Post) -> EntryKeys:
    entry = post.feed_entry
    return EntryKeys(_key_of(entry.guid), _key_of(entry.link)) if entry else EntryKeys("", "")


def _keys_in_uri(uri: str) -> EntryKeys:
    """Return the keys of an entry that a version without keys stored: its URI ends with one."""
    name = uri.partition("#")[2]
    if _PAGE.fullmatch(name):
        return EntryKeys("", _key_of(f"https://{name}"))
    return EntryKeys(_key_of(name), "")


def _key_of(written: str) -> str:
    """Return the key of an id or a link: the article key of a URL, any other id as written.

    A link and an id that is the same URL have the same key.
    """
    if not _WEB_URL.match(written):
        return f"id:{written}" if written else ""
    key = normalize_url(written).key
    return f"url:{key}" if key else ""
