"""The names of one account on Bluesky: its DID, and the handles that are stored with it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sqlite_utils import Database

from crawler.consent.profile_urls import accounts_in_url
from crawler.store.authors import other_names
from crawler.text_cleaning import fold

BLUESKY = "bluesky"
_DID = "did:"
_NO_HANDLES = ("handle.invalid",)  # of every account whose handle is not confirmed
_POSTS = """
SELECT p.uri, p.url, COALESCE(a.handle, ''), COALESCE(a.url, '')
FROM posts p LEFT JOIN authors a ON a.id = p.author_id WHERE p.network = 'bluesky'
"""


def names_of_account(db: Database, name: str) -> set[str]:
    """Return every name of the account that `name`, a handle or DID, names; at least `name`.

    An author has a pair if the server stated both. A post has one if its URI has the DID of its
    author, and its URL or its author the handle. A handle of several DIDs names each of these
    accounts, but is not a name by which one of them is erased.
    """
    handles, dids = _pairs(db)
    asked = fold(name)
    accounts = {asked} if asked.startswith(_DID) else dids.get(asked, set())
    own = {handle for did in accounts for handle in handles.get(did, ()) if len(dids[handle]) == 1}
    return {asked, *accounts, *own}


def _pairs(db: Database) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the handles of each DID, and the DIDs of each handle."""
    pairs = [{*_names(*row)} for row in db.execute(_POSTS)]
    pairs += [
        {fold(handle), alias} for _, network, handle, alias in other_names(db) if network == BLUESKY
    ]
    handles: dict[str, set[str]] = {}
    dids: dict[str, set[str]] = {}
    for names in pairs:
        stated = [did for did in names if did.startswith(_DID)]
        for did, handle in product(stated, names.difference(stated, _NO_HANDLES)):
            handles.setdefault(did, set()).add(handle)
            dids.setdefault(handle, set()).add(did)
    return handles, dids


def _names(uri: str, url: str, handle: str, profile: str) -> Iterator[str]:
    """Yield the folded names of the author of one post.

    The URL of a bookmark is that of somebody else's post.
    """
    if handle:
        yield fold(handle)
    for page in (uri, url, profile) if uri.startswith("at://") else (profile,):
        yield from (fold(name) for network, name in accounts_in_url(page) if network == BLUESKY)
