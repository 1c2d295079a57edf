"""How alike two titles, or a title and the name in an address, are. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from crawler.text_cleaning import fold
from crawler.tokenization import ALPHANUMERIC

_APOSTROPHES = re.compile(r"['’‘`´]")
_STOP = frozenset((
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "how", "in", "into", "is", "it", "its", "of", "on", "or", "s", "that", "the", "this",
    "to", "we", "what", "when", "why", "with", "you", "your",
))  # fmt: skip
_SUFFIX = re.compile(r"^(?P<title>.+?)\s+[|·•»–—-]\s+(?P<site>[^|·•»]{2,60})$")
_SEVERAL = 3
_ID = re.compile(r"(?=.*\d)[0-9a-z]{4,}|\d+")


def stemmed_words(text: str) -> list[str]:
    """The words of a text, folded, apostrophes closed up, plural and third person `s` taken off."""
    return [_stem(word) for word in ALPHANUMERIC.findall(_APOSTROPHES.sub("", fold(text)))]


def content_words(text: str) -> list[str]:
    """The words that say something."""
    return [word for word in stemmed_words(text) if word not in _STOP]


def letters_only(text: str) -> str:
    """A name without spaces and signs, for comparing with a host."""
    return "".join(ALPHANUMERIC.findall(fold(text)))


def strip_site_name(title: str, *sites: str) -> str:
    """A title without the site's name at its end, as in `Clocks drift | Example Blog`; `sites` are
    the names it may have, a host among them.
    """
    match = _SUFFIX.match(title.strip())
    end = letters_only(match["site"]) if match else ""
    named = any(site and end and (site in end or end in site) for site in map(letters_only, sites))
    return match["title"] if match and named else title.strip()


def title_similarity(one: str, other: str) -> float:
    """From 0 to 1: how alike two titles are, by words in common (Dice) and by their order
    (Ratcliff-Obershelp).
    """
    a, b = content_words(one), content_words(other)
    if not a or not b:
        return float(bool(letters_only(one)) and letters_only(one) == letters_only(other))
    shared = 2 * len(set(a) & set(b)) / (len(set(a)) + len(set(b)))
    return shared and (shared + SequenceMatcher(None, a, b, autojunk=False).ratio()) / 2


def slug_words(path: str) -> set[str]:
    """The words that say something in the name at the end of a path: in its last part that has
    several, else in its longest. Ids and dates are no words.
    """
    named = [
        {word for word in path_words(part) if word not in _STOP and not _ID.fullmatch(word)}
        for part in path.split("/")
    ]
    return next((part for part in reversed(named) if len(part) >= _SEVERAL), max(named, key=len))


def path_words(path: str) -> list[str]:
    """Every word and number in a path."""
    return stemmed_words(path.replace("-", " ").replace("_", " "))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
