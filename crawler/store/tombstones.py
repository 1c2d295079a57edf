"""Tombstones: digests of erased authors, posts and URLs, which are never stored again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.consent.handles import accounts_named_in, plain_handle, replace_handles
from crawler.consent.mentioned_people import names_in_post, names_one_account, without_names
from crawler.consent.profile_urls import accounts_in_url, identifies_author, web_page
from crawler.consent.urls_in_text import replace_url, replace_urls
from crawler.models.articles import Article
from crawler.models.posts import Card, Post
from crawler.store.url_aliases import Keyed
from crawler.text_cleaning import fold
from crawler.utc_times import iso

REMOVED = "[removed]"  # replaces an erased URL in the text of a post

NETWORKS = (
    "bluesky",
    "devto",
    "feed",
    "github",
    "hackernews",
    "lemmy",
    "linkedin",
    "mastodon",
    "misskey",
    "newsletter",
    "reddit",
    "stackexchange",
    "threads",
    "x",
)
"""The networks under which an author may have been erased, besides those of stored posts."""


_URL_IN_URI = re.compile(r"(?:^|(?<=:))(?:https?|at)://.+")


@dataclass(frozen=True, slots=True)
class Tombstones:
    """The digests of everything that was erased.

    `key` is the key function of articles. With it, any spelling of an erased URL is recognized;
    without it, only the spellings that were stored.
    """

    digests: frozenset[str] = frozenset()
    key: Callable[[str], Keyed] | None = None

    def has(self, words: str) -> bool:
        """Whether this URL, URI, article key or author identifier was erased (`words`)."""
        return bool(self.digests) and digest(words) in self.digests

    def has_url(self, url: str, keyed: Keyed | None = None) -> bool:
        """Whether this URL was erased, in any spelling, or belongs to an erased account.

        `keyed` is its key, if it is known already.
        """
        if not self.digests or not url:
            return False
        if self.has(url) or self._has_one_of(accounts_in_url(url)):
            return True
        keyed = keyed or (self.key(web_page(url)) if self.key else None)
        return keyed is not None and self.has_key(keyed)

    def has_or_names(self, url: str) -> bool:
        """Whether this URL was erased, or names an erased account in a parameter."""
        return self.has_url(url) or (
            bool(self.digests) and self._has_one_of(accounts_named_in(url))
        )

    def has_article(self, key: str) -> bool:
        """Whether the article with this `key` was erased, or its key names an erased account."""
        return self.has(key) or self.has_or_names(url_of_key(key))

    def _has_one_of(self, accounts: Iterable[tuple[str, str]]) -> bool:
        return any(self.has(author_identifier(*account)) for account in accounts)

    def has_author(self, network: str, handle: str, url: str) -> bool:
        """Whether an author was erased, by handle or by the `url` of the profile.

        A handle with a server names one account, whichever `network` reports it.
        """
        plain = plain_handle(network, handle)
        networks = {network, *NETWORKS} if "@" in plain else {network}
        if any(self._has_author(name, networks) for name in {handle, plain}):
            return True
        return identifies_author(network, url) and self.has_url(url)

    def has_key(self, keyed: Keyed) -> bool:
        """Whether a URL was erased under the key `keyed`, or under one that earlier rules gave."""
        return bool(self.digests) and any(map(self.has, (keyed.key, *keyed.stages)))

    def refuses(self, post: Post) -> bool:
        """Whether `post`, its author or the page that it is an entry of was erased."""
        if not self.digests:
            return False
        author = post.author
        handles = filter(None, (author.handle, *author.aliases)) if author else ()
        if author and any(self.has_author(author.network, name, author.url) for name in handles):
            return True
        return self.has(post.uri) or any(map(self.has_or_names, (post.url, url_in(post.uri))))

    def cleared(self, post: Post) -> Post:
        """Return `post` without erased URLs in links, cards and text, and without erased names."""
        if not self.digests:
            return post
        names = frozenset(name for name in names_in_post(post) if self._is_named(post, name))
        named = without_names(post, names) if names else post
        return self._without_texts(self._without_links(named))

    def cleared_article(self, article: Article) -> Article:
        """Return `article` without erased URLs and handles in its URL, links and texts."""
        if not self.digests:
            return article
        links = tuple(link for link in article.links if not self.has_or_names(link.url))
        title, text, description = map(
            self.cleared_text, (article.title, article.text, article.description)
        )
        return replace(
            article,
            url=self._without_named(article.url),
            links=links,
            title=title,
            text=text,
            description=description,
        )

    def _without_named(self, url: str) -> str:
        """Return `url` without parameters that do not count, if one names an erased account."""
        is_named = self.key and not self.has_url(url) and self.has_or_names(url)
        return url_of_key(self.key(url).key) if is_named and self.key else url

    def _without_texts(self, post: Post) -> Post:
        """Return `post` without erased URLs and handles that its text has and its links have not.

        Imported posts may have a text with URLs and no links. An equal post is returned as it came.
        """
        text, cards = self.cleared_text(post.text), tuple(map(self._cleared_card, post.cards))
        is_same = text == post.text and cards == post.cards
        return post if is_same else replace(post, text=text, cards=cards)

    def _cleared_card(self, card: Card) -> Card:
        title, description = map(self.cleared_text, (card.title, card.description))
        return replace(card, title=title, description=description)

    def cleared_text(self, text: str) -> str:
        """Return `text` without erased URLs and handles."""
        if "/" in text or "%2F" in text:
            text = replace_urls(text, self.has_or_names, REMOVED)
        return replace_handles(text, lambda name: self._has_author(name, NETWORKS), REMOVED)

    def _is_named(self, post: Post, name: str) -> bool:
        """Whether a mention is of an erased author; a full handle is searched in all networks."""
        others = [network for network in NETWORKS if names_one_account(network, name)]
        return self._has_author(name, (post.network, *others))

    def _has_author(self, handle: str, networks: Iterable[str]) -> bool:
        return any(self.has(author_identifier(network, handle)) for network in networks)

    def _without_links(self, post: Post) -> Post:
        gone = [link.url for link in post.links if self.has_or_names(link.url)]
        if not gone:
            return post
        text = post.text
        for url in sorted(gone, key=len, reverse=True):
            text = replace_url(text, url, REMOVED)
        links = tuple(link for link in post.links if link.url not in gone)
        return replace(
            post,
            text=text,
            links=links,
            cards=tuple(card for card in post.cards if card.link not in gone),
        )


def url_of_key(key: str) -> str:
    """Return a URL of the article with this `key`, without parameters that do not count."""
    return key if "://" in key or not key else f"https://{key}"


def url_in(uri: str) -> str:
    """Return the URL that the `uri` of a post is or contains (`bookmark:https://…`), or "".

    The URL of an AT URI is that of its web page.
    """
    match = _URL_IN_URI.search(uri)
    return web_page(match[0]) if match else ""


def load_tombstones(db: Database, key: Callable[[str], Keyed] | None = None) -> Tombstones:
    """Return every tombstone of the database, with `key` as in `Tombstones`."""
    digests = frozenset(row[0] for row in db.execute("SELECT digest FROM tombstones"))
    return Tombstones(digests, key)


def add_tombstones(db: Database, words: Iterable[str], at: datetime, reason: str) -> None:
    """Store a tombstone of the time `at`, with `reason`, for each identifier in `words`.

    An identifier is a URL, a URI, an article key or an author identifier.
    """
    rows = [(digest(identifier), iso(at), reason) for identifier in words if identifier]
    db.conn.executemany(
        "INSERT INTO tombstones (digest, at, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", rows
    )


def author_identifier(network: str, handle: str) -> str:
    """Return the identifier of an author in tombstones: `network` and `handle` without case."""
    return f"{network}:{fold(handle)}"


def digest(words: str) -> str:
    """Return the SHA-256 digest of `words`, which recognizes them and does not reveal them."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
