"""Remove the links to hidden articles from all other rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from urllib.parse import unquote

import msgspec
from sqlite_utils import Database

REMOVED = "[hidden link]"

Key = Callable[[str], str]
"""The key of a URL: two spellings with the same key lead to one article."""

_HIDDEN = """WITH hidden AS (
        SELECT id FROM articles WHERE id NOT IN (SELECT id FROM publishable_articles))
    SELECT url FROM articles WHERE id IN (SELECT id FROM hidden)
    UNION SELECT url FROM aliases WHERE article_id IN (SELECT id FROM hidden)"""
_URL = re.compile(
    r"""(?:https?:)?//[^\s<>"'`\\]+|\b(?:[\w-]+\.)+\w{2,}/[^\s<>"'`\\]*""", re.IGNORECASE
)
_HOST = re.compile(r"(?:[\w-]+\.)+\w{2,}")
_ENDS_A_SENTENCE = ".,;:!?)]}…"

# Rows that only record that a URL leads to an article, and texts that may mention one.
_ROWS = (
    ("article_links", "url"),
    ("curation_decisions", "object"),
    ("curation_decisions", "subject"),
    ("fetches", "final_url"),
    ("fetches", "hops"),
    ("fetches", "url"),
    ("not_merged", "other_url"),
    ("not_merged", "url"),
    ("reading_list", "url"),
)
_TEXTS = (
    ("aliases", "evidence"),
    ("aliases", "joined_to"),
    ("articles", "state_evidence"),
    ("articles", "summary"),
    ("articles", "text"),
    ("articles", "title"),
    ("article_entities", "sentence"),
    ("cards", "description"),
    ("cards", "title"),
    ("curation_decisions", "reason"),
    ("curation_log", "reason"),
    ("curation_log", "subject"),
    ("evidence", "quote"),
    ("evidence", "sentence"),
    ("links", "shown"),
    ("posts", "text"),
    ("run_sources", "message"),
    ("runs", "message"),
    ("sources", "last_message"),
    ("topics", "start_here"),
    ("topics", "text"),
)


class HiddenLinks:
    """Recognizes the URLs of hidden articles in any spelling. `urls`: one spelling of each."""

    def __init__(self, urls: Iterable[str], key: Key) -> None:
        self._key = key
        self._keys = {key(url) for url in urls} - {""}
        self._hosts = {host for article_key in self._keys for host in _hosts(article_key)}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def named(self, text: str | None) -> bool:
        """Whether `text` contains the URL of a hidden article."""
        return bool(text) and self.removed(text or "") != text

    def removed(self, text: str) -> str:
        """Return `text` with a mark in place of each URL of a hidden article."""
        return _URL.sub(self._shown, text) if "/" in text and self._has_host(text) else text

    def _has_host(self, text: str) -> bool:
        """Whether a text contains the host of a hidden article: much faster than to find URLs."""
        lowered = unquote(text).lower()
        return any(host in lowered for host in self._hosts)

    def _shown(self, match: re.Match[str]) -> str:
        url = match[0]
        plain = url.rstrip(_ENDS_A_SENTENCE)
        if self._leads_there(url):
            return REMOVED
        return REMOVED + url[len(plain) :] if self._leads_there(plain) else url

    def _leads_there(self, url: str) -> bool:
        """Whether the key of a URL, with or without a scheme, is that of a hidden article.

        Only a URL that contains the host of one can be, and few do: making a key is slow.
        """
        if self._hosts.isdisjoint(_hosts(url)):
            return False
        return self._key(url if "://" in url else f"https://{url.removeprefix('//')}") in self._keys


def _hosts(text: str) -> set[str]:
    """Return the host names in a text and the domains above them, also in an encoded parameter."""
    hosts = _HOST.findall(unquote(text).lower())
    return {host.split(".", level)[-1] for host in hosts for level in range(host.count("."))}


def hidden_links(db: Database, key: Key) -> HiddenLinks:
    """Return the links to all articles that may not be shown; `key` returns the key of a URL."""
    return HiddenLinks((url for (url,) in db.execute(_HIDDEN)), key)


def without_links(text: str, links: str) -> str:
    """Return the `text` of a post without `links`, a JSON list of spellings.

    The longest spelling is removed first.
    """
    for link in sorted(filter(None, msgspec.json.decode(links)), key=len, reverse=True):
        text = text.replace(link, REMOVED)
    return text


def remove_hidden_links(copy: sqlite3.Connection, key: Key) -> None:
    """Remove the URLs in the table `hidden_urls`, in any spelling, from all rows of `copy`.

    `key` returns the article key of a URL. Rows that lead to such an article are deleted. Texts
    have a mark in place of the URL.
    """
    rows = copy.execute("SELECT url FROM hidden_urls")
    hidden = HiddenLinks((url for (url,) in rows), key)
    if not hidden:
        return
    copy.create_function("names_hidden", 1, hidden.named, deterministic=True)
    copy.create_function("without_hidden", 1, hidden.removed, deterministic=True)
    copy.execute("DELETE FROM links WHERE article_id IS NULL AND names_hidden(url)")
    for table, column in _ROWS:
        copy.execute(f"DELETE FROM {table} WHERE names_hidden({column})")  # noqa: S608
    for table, column in _TEXTS:
        copy.execute(
            f"UPDATE {table} SET {column} = without_hidden({column}) "  # noqa: S608
            f"WHERE names_hidden({column})"
        )
