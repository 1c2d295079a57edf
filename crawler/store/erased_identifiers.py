"""The identifiers by which an author, a post or an article could be stored again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlite_utils import Database

from crawler import url_parser
from crawler.consent.handles import host_spellings, plain_handle
from crawler.consent.mentioned_people import name_spellings
from crawler.consent.profile_urls import (
    accounts_of_profile,
    identifies_author,
    names_account,
    web_page,
)
from crawler.errors import InputError
from crawler.models.posts import Author
from crawler.public_suffixes import site_of
from crawler.store.article_identity import IdentityLedger
from crawler.store.authors import find_authors
from crawler.store.bluesky_names import BLUESKY, names_of_account
from crawler.store.sql_values import to_json
from crawler.store.tombstones import NETWORKS, author_identifier, load_tombstones, url_in

ENTRIES_OF_ARTICLES = """FROM posts p JOIN links l ON l.post_id = p.id
    WHERE l.article_id IN (SELECT value FROM json_each(:articles))
    AND (l.url = p.url OR p.uri LIKE '%:http%' AND substr(p.uri, -length(l.url)) = l.url)"""
"""The posts that are the entry of an article in a feed or a list of bookmarks."""

_POSTS_THAT_MAY_MATCH = """
SELECT uri, url FROM posts WHERE :url IN (uri, url)
OR :domain <> '' AND (instr(lower(url), :domain) OR instr(lower(uri), :domain))
"""
# An account may have the handle that another one had before: a URI states the DID of the author.
_POSTS_OF = """
SELECT uri, url FROM posts WHERE author_id IN (SELECT value FROM json_each(?))
UNION SELECT p.uri, p.url FROM json_each(?) did JOIN posts p
ON p.uri >= did.value AND p.uri < substr(did.value, 1, length(did.value) - 1) || '0'
"""
_NETWORK_OF_URL = re.compile(r"\w+:(?=https?://)")  # as in mastodon:https://trail.example/@anna
_EXAMPLE = "mastodon:anna@trail.example"


def identifiers_of(db: Database, ledger: IdentityLedger, who_or_what: str) -> set[str]:
    """Return every URL, key and `network:handle` by which `who_or_what` could be stored again.

    `ledger` finds the article of a URL. Raises InputError if `who_or_what` is neither a URL nor an
    author of a known network, or a handle that no author has.
    """
    asked = _NETWORK_OF_URL.sub("", who_or_what.strip())
    if "://" in asked:
        is_web = asked.partition("://")[0].lower() in ("http", "https")
        if is_web and not url_parser.host_of(asked):
            raise InputError(f"{asked} has no host.", "Name the whole URL of a page or a profile.")
        return identifiers_of_url(db, ledger, asked) | _of_profile(db, ledger, asked)
    network, colon, handle = _network_and_handle(asked)
    if not handle:
        raise InputError(
            f"{who_or_what!r} names no author, post or article.",
            f"Name a URL, or an author as NETWORK:HANDLE, for example {_EXAMPLE}.",
        )
    if colon:
        return _of_account(db, ledger, network, handle)
    named = _of_authors(db, ledger, handle) or _forgotten_author(db, handle)
    if not named:
        raise InputError(
            f"No author is called {asked}.",
            f"Name an author without stored posts as NETWORK:HANDLE, for example {_EXAMPLE}.",
        )
    return named


def identifiers_of_url(db: Database, ledger: IdentityLedger, url: str) -> set[str]:
    """Return the identifiers of the article, the post or the profile at `url`.

    `ledger` finds the article. The authors are those whose profile is stored with this URL.
    """
    article = ledger.find(web_page(url))
    names = [(url,), *(_names(db, article) if article else []), *_posts_at(db, ledger, url)]
    return (_with_keys(ledger, names) | _of_authors(db, ledger, url)) - {""}


def _posts_at(db: Database, ledger: IdentityLedger, url: str) -> list[tuple[str, str]]:
    """Return URI and URL of the posts that one of the spellings of `url` names."""
    page = web_page(url)
    key = ledger.key(page).key
    host = url_parser.host_of(page).lower() if key else ""
    domain = site_of(host)
    rows = db.execute(_POSTS_THAT_MAY_MATCH, {"url": url, "domain": domain}).fetchall()
    return [names for names in rows if url in names or key in _keys(ledger, names)]


def _with_keys(ledger: IdentityLedger, rows: Iterable[tuple[str, ...]]) -> set[str]:
    """Return the names in `rows`, and the keys of those that are URLs or contain one."""
    return {words for names in rows for words in (*names, *_keys(ledger, names))}


def _keys(ledger: IdentityLedger, names: Iterable[str]) -> set[str]:
    return {ledger.key(url).key for url in map(url_in, names) if url}


def _network_and_handle(asked: str) -> tuple[str, str, str]:
    """Return network, colon and handle; a DID, which has colons itself, is of Bluesky."""
    if asked.startswith("did:"):
        return BLUESKY, ":", asked
    network, colon, handle = asked.partition(":")
    if not colon:
        return "", "", asked.lstrip("@")
    return network, colon, plain_handle(network.lower(), handle)


def _of_profile(db: Database, ledger: IdentityLedger, url: str) -> set[str]:
    """Return the identifiers of the accounts whose profile has this URL, stored with it or not.

    A stored article with the path of a profile, such as `/users/install`, is not a profile.
    """
    accounts = accounts_of_profile(url)
    stored = set().union(*(_of_authors(db, ledger, ":".join(account)) for account in accounts))
    if not stored and not names_account(url) and ledger.find(url):
        return set()
    return {author_identifier(*account) for account in accounts} | stored


def _of_account(db: Database, ledger: IdentityLedger, network: str, handle: str) -> set[str]:
    """Return the identifiers of an account, which may have no stored posts."""
    network = network.lower()
    networks = _networks(db)
    if network not in networks and not find_authors(db, f"{network}:{handle}"):
        raise InputError(
            f"{network} is not a network.", f"The networks are {', '.join(sorted(networks))}."
        )
    spelled = (f"{network}:{spelling}" for spelling in host_spellings(handle))
    return _spellings(network, handle).union(*(_of_authors(db, ledger, name) for name in spelled))


def _networks(db: Database) -> set[str]:
    return {*NETWORKS, *(row[0] for row in db.execute("SELECT DISTINCT network FROM posts"))}


def _spellings(network: str, handle: str) -> set[str]:
    """Return the identifiers of an account under each name that posts use for it."""
    names = name_spellings(Author(network, handle))
    return {author_identifier(network, name) for name in names}


def _names(db: Database, article: int) -> list[tuple[str, ...]]:
    """Return the URLs and keys of an article, also as posts spell them, and of its entries."""
    articles = {"articles": to_json([article])}
    return [
        *db.execute("SELECT url, key FROM aliases WHERE article_id = ?", [article]),
        *db.execute("SELECT DISTINCT url FROM links WHERE article_id = ?", [article]),
        *db.execute(f"SELECT p.uri, p.url {ENTRIES_OF_ARTICLES}", articles),
    ]


def _forgotten_author(db: Database, handle: str) -> set[str]:
    """Return the author whose handle was forgotten before.

    An interrupted call can therefore be repeated.
    """
    forgotten = load_tombstones(db)
    spelled = (author_identifier(network, handle) for network in _networks(db))
    return {words for words in spelled if forgotten.has(words)}


def _accounts(named: str) -> list[tuple[str, str]]:
    """Return the accounts of a profile URL or of `network:handle`, stored or not."""
    if "://" in named:
        return accounts_of_profile(named)
    network, colon, handle = named.partition(":")
    return [(network, handle)] if colon else []


def _of_authors(db: Database, ledger: IdentityLedger, named: str) -> set[str]:
    """Return the identifiers of the authors with this handle, `network:handle` or profile URL.

    The URIs and URLs of their posts are included, with their keys.
    """
    authors = find_authors(db, named)
    names = {(network, handle) for network, handle, _ in authors.values()}
    other_names = {
        (BLUESKY, name)
        for network, handle in {*names, *_accounts(named)}
        if network == BLUESKY
        for name in names_of_account(db, handle)
    }
    for network, name in other_names - names:
        authors |= find_authors(db, f"{network}:{name}")
    words = {identifier for account in names | other_names for identifier in _spellings(*account)}
    words |= {url for network, _, url in authors.values() if identifies_author(network, url)}
    dids = [f"at://{name}/" for _, name in names | other_names if name.startswith("did:")]
    words |= _with_keys(ledger, db.execute(_POSTS_OF, [to_json(list(authors)), to_json(dids)]))
    return words - {""}
