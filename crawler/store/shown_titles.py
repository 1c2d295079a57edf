"""The title under which readers see an article, also before its page was read."""

from __future__ import annotations

import re

from sqlite_utils import Database

from crawler.sentence_splitter import split_sentences
from crawler.text_cleaning import shorten
from crawler.urls_and_hashtags import blank_urls, without_hashtags

_LEAST_WORDS = 4
_MAX_TITLE_WORDS = 20
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_PART_OF_THREAD = re.compile(r"^\(?\d{1,2} ?/ ?(\d{1,2})?\)?\s+")
_AFTER_URL = re.compile(r" {3,}(?:#\w+ *)+$", re.MULTILINE)  # hashtags after a blanked URL
_HASHTAG = re.compile(r"(?<!\w)#(?=\w)")
_ARTICLE = "SELECT title, url, host FROM article_list WHERE id = ?"
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


def shown_title(db: Database, article_id: int) -> str:
    """Return the title of an article on the site; empty if the article is not shown."""
    article = db.execute(_ARTICLE, [article_id]).fetchone()
    if article is None:
        return ""
    sentences = (first_sentence(text) for (text,) in db.execute(_TEXTS, [article_id]))
    title, url, host = article
    return article_title(title, url, host, next(filter(None, sentences), ""))


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
