"""The title under which readers see an article, also before its page was read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

from crawler.sentence_splitter import split_sentences
from crawler.store.sql_values import to_json
from crawler.text_cleaning import shorten
from crawler.urls_and_hashtags import blank_urls, without_hashtags

_LEAST_WORDS = 4
_MAX_TITLE_WORDS = 20
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_PART_OF_THREAD = re.compile(r"^\(?\d{1,2} ?/ ?(\d{1,2})?\)?\s+")
_AFTER_URL = re.compile(r" {3,}(?:#\w+ *)+$", re.MULTILINE)  # hashtags after a blanked URL
_HASHTAG = re.compile(r"(?<!\w)#(?=\w)")
_ARTICLES = """
SELECT id, title, url, host FROM article_list WHERE id IN (SELECT value FROM json_each(?))
"""
_TEXTS = "SELECT text FROM shares WHERE article_id = ? AND text <> '' ORDER BY shared, post_id"


def article_title(title: str, url: str, host: str, words: str) -> str:
    """Return the title of an article: its own `title`, unless that is empty or a URL.

    Otherwise it is the beginning of `words`, the sentence of a post, or else it names the `host`
    of the `url`.
    """
    address = title.strip().rstrip("/")
    is_url = _URL.fullmatch(address) or address == url.partition("://")[2].rstrip("/")
    own = "" if is_url else title
    return own or shorten(words, _MAX_TITLE_WORDS) or f"Link to {host or url}"


def shown_titles(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the titles on the site of the articles among `ids` that readers see, by id."""
    rows = map(tuple, db.execute(_ARTICLES, [to_json(list(ids))]).fetchall())
    return {article_id: _title(db, article_id, *own) for article_id, *own in rows}


def _title(db: sqlite3.Connection, article_id: int, title: str, url: str, host: str) -> str:
    words = "" if " " in title else _words(db, article_id)  # a URL has no space
    return article_title(title, url, host, words)


def _words(db: sqlite3.Connection, article_id: int) -> str:
    """Return the first sentence of the posts that share an article, the earliest post first."""
    texts = (str(text) for (text,) in map(tuple, db.execute(_TEXTS, [article_id])))
    return next(filter(None, map(first_sentence, texts)), "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a post with at least four words, without URLs.

    The result is empty if `text` has none.
    """
    for sentence in split_sentences(_without_marks(text)):
        words = _PART_OF_THREAD.sub("", sentence.text, count=1).split()
        if len(words) >= _LEAST_WORDS:
            return " ".join(words)
    return ""


def _without_marks(text: str) -> str:
    """The words of a post: without URLs and final hashtags, other hashtags without their mark."""
    return _HASHTAG.sub("", without_hashtags(_AFTER_URL.sub("", blank_urls(text))))
