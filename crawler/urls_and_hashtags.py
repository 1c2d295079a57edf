"""Find URLs and hashtags in a text, and blank them. No I/O."""

from __future__ import annotations

import re

from crawler.text_cleaning import fold

_HASHTAG = re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d_])(\w+)")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_URL_SLUG = re.compile(r"(?<=/)[^\W_]+(?:[-_][^\W_]+){2,}(?=[/?#.]|$)")
_TAGGED = re.compile(r"#\w+")
_WRITTEN_URL = re.compile(
    r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"“”‘’«»—…、。，；：）」』]{1,2001}(…?)", re.IGNORECASE
)
_CLOSING = ".,;:!?'*_~|\\"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def find_hashtags(text: str) -> tuple[str, ...]:
    """Return the hashtags of a text as written, without `#`, once each by folded form.

    A hashtag has at least one letter. `C#`, `#1` and URL fragments are not hashtags.
    """
    by_folded_form: dict[str, str] = {}
    for match in _HASHTAG.finditer(_URL.sub(" ", text)):
        by_folded_form.setdefault(fold(match[1]), match[1])
    return tuple(by_folded_form.values())


def blank_urls_and_hashtags(text: str) -> str:
    """Return the text with its URLs and hashtags replaced by spaces.

    All other characters keep their offsets.
    """
    return _TAGGED.sub(_blank, _URL.sub(_blank, text))


def blank_urls_except_slugs(text: str) -> str:
    """Return the text with URLs and hashtags replaced by spaces, except the slugs of URLs.

    A slug is a path segment of three or more words, such as `how-we-sharded-postgres`. It is the
    title of the linked page, while a host or a short path segment tells little.
    """
    plain = _URL.sub(_only_slugs, text) if "://" in text or "www." in text else text
    return _TAGGED.sub(_blank, plain) if "#" in plain else plain


def _only_slugs(match: re.Match[str]) -> str:
    url = match[0]
    characters = [" "] * len(url)
    for slug_match in _URL_SLUG.finditer(url):
        characters[slug_match.start() : slug_match.end()] = slug_match[0]
    return "".join(characters)


def find_urls(text: str) -> tuple[str, ...]:
    """Return the http(s) and `www.` URLs of running text, in order, once each.

    Punctuation that closes the sentence is left out. A URL cut with an ellipsis is skipped.
    """
    urls = (
        _without_closing(match[0])
        for match in _WRITTEN_URL.finditer(text)
        if not match[1] and len(match[0]) <= 2000
    )
    return tuple(dict.fromkeys(url for url in urls if "." in url))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_closing(url: str) -> str:
    while url and (
        url[-1] in _CLOSING
        or (url[-1] in _BRACKETS and url.count(_BRACKETS[url[-1]]) < url.count(url[-1]))
    ):
        url = url[:-1]
    return url
