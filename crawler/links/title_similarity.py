"""Similarity of titles, and words of titles and URL slugs. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from crawler.text_cleaning import fold
from crawler.tokenization import ALPHANUMERIC

_APOSTROPHES = re.compile(r"['’‘`´]")
_STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "how", "in", "into", "is", "it",
    "its", "of", "on", "or", "s", "that", "the", "this", "to", "we", "what", "when", "why", "with",
    "you", "your",
))  # fmt: skip
_SUFFIX = re.compile(r"^(?P<title>.+?)\s+[|·•»–—-]\s+(?P<site>[^|·•»]{2,60})$")
_MIN_SLUG_WORDS = 3
_ID = re.compile(r"(?=.*\d)[0-9a-z]{4,}|\d+")


def stemmed_words(text: str) -> list[str]:
    """Return the folded words of a text, without apostrophes and without a final `s`."""
    return [_stem(word) for word in ALPHANUMERIC.findall(_APOSTROPHES.sub("", fold(text)))]


def content_words(text: str) -> list[str]:
    """Return the stemmed words of a text without stop words."""
    return [word for word in stemmed_words(text) if word not in _STOP_WORDS]


def letters_only(text: str) -> str:
    """Return the folded letters and digits of a name, to compare it with a host."""
    return "".join(ALPHANUMERIC.findall(fold(text)))


def strip_site_name(title: str, *sites: str) -> str:
    """Return a `title` without the site's name at its end: `Clocks drift | Example Blog`.

    `sites` are names of the site; its host may be one of them.
    """
    title = title.strip()
    match = _SUFFIX.match(title)
    suffix = letters_only(match["site"]) if match else ""
    if not match or not suffix:
        return title
    names = filter(None, map(letters_only, sites))
    return match["title"] if any(name in suffix or suffix in name for name in names) else title


def title_similarity(first: str, second: str) -> float:
    """Return the similarity of the titles `first` and `second`, from 0 to 1.

    It is the mean of the similarity of their words (Dice) and of their sequence
    (Ratcliff-Obershelp).
    """
    first_words = content_words(first)
    second_words = content_words(second)
    if not first_words or not second_words:
        return float(bool(letters_only(first)) and letters_only(first) == letters_only(second))
    return word_similarity(first_words, second_words)


def word_similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """Return the similarity of two titles, of which `first` and `second` are the content words."""
    dice = _dice(set(first), set(second))
    if not dice:
        return 0.0
    return (dice + SequenceMatcher(None, first, second, autojunk=False).ratio()) / 2


def _dice(first: set[str], second: set[str]) -> float:
    return 2 * len(first & second) / (len(first) + len(second))


def slug_words(path: str) -> set[str]:
    """Return the content words of the slug in the path of a URL, without ids and dates.

    The slug is the last segment with at least three words, else the one with the most words.
    """
    segments = [_segment_words(segment) for segment in path.split("/")]
    long = (words for words in reversed(segments) if len(words) >= _MIN_SLUG_WORDS)
    return next(long, max(segments, key=len))


def _segment_words(segment: str) -> set[str]:
    words = path_words(segment)
    return {word for word in words if word not in _STOP_WORDS and not _ID.fullmatch(word)}


def path_words(path: str) -> list[str]:
    """Return every word and number in the path of a URL, stemmed."""
    return stemmed_words(path.replace("-", " ").replace("_", " "))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
