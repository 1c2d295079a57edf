"""The names of one account on Bluesky: its DID, and the handles that are stored with it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from crawler.consent.profile_urls import accounts_in_url
from crawler.store.authors import other_names
from crawler.store.tombstones import url_in
from crawler.text_cleaning import fold

BLUESKY = "bluesky"
_POSTS = """
SELECT p.uri, p.url, COALESCE(a.handle, ''), COALESCE(a.url, '')
FROM posts p LEFT JOIN authors a ON a.id = p.author_id WHERE p.network = 'bluesky'
"""


def names_of_account(db: Database, name: str) -> set[str]:
    """Return every name of the account that `name`, a handle or DID, names; at least `name`.

    An author has a pair if the server stated both. A post has one if its URI has the DID of its
    author, and its URL or its author the handle.
    """
    paired: dict[str, set[str]] = {}
    pairs = [set(_names(*row)) for row in db.execute(_POSTS)]
    pairs += [
        {fold(handle), alias} for _, network, handle, alias in other_names(db) if network == BLUESKY
    ]
    for names_of_author in pairs:
        for paired_name in names_of_author:
            paired.setdefault(paired_name, set()).update(names_of_author)
    names: set[str] = set()
    waiting = [fold(name)]
    while waiting:
        paired_name = waiting.pop()
        if paired_name not in names:
            names.add(paired_name)
            waiting.extend(paired.get(paired_name, ()))
    return names


def _names(uri: str, url: str, handle: str, profile: str) -> Iterator[str]:
    """Yield the folded names of the author of one post."""
    if handle:
        yield fold(handle)
    for page in (url_in(uri), url, profile):
        yield from (fold(name) for network, name in accounts_in_url(page) if network == BLUESKY)
