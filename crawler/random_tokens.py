"""Random tokens in URLs: ids, hashes and signatures, detected by changes of character class."""

from __future__ import annotations

import re
from itertools import pairwise

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ALLOWED = re.compile(r"[A-Za-z0-9_\-.+/~]+={0,2}")
_HEX = re.compile(r"(?=(?:[a-f]*\d){3})(?=(?:\d*[a-f]){2})[0-9a-f]+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-_.+/~=]+")
_TOKEN_PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d{1,4}|[a-zA-Z]")
_LONG_WORD = re.compile(r"[A-Z]?[a-z]{3,}")
_CHANGES = 0.25  # changes between lower case, upper case and digits, per character
_LONGEST = 4_000


def looks_random(text: str, shortest: int = 16) -> bool:
    """Return whether `text`, a path segment or parameter value, looks random.

    A token has at least `shortest` characters. It is a UUID, or changes often between digits, lower
    and upper case.
    """
    text = text[:_LONGEST]
    if len(text) < shortest or not _ALLOWED.fullmatch(text):
        return False
    if _UUID.search(text):
        return True
    parts = [part for part in _SEPARATORS.split(text) if part]
    if _is_mostly_written(parts):
        return False
    if any(_is_random(part, shortest) for part in parts):
        return True
    # Base64 for URLs contains separators; a text with a word in it does not look like that.
    return not any(map(_LONG_WORD.fullmatch, parts)) and _is_random("".join(parts), shortest)


def is_slug(text: str) -> bool:
    """Return whether `text` consists of words and numbers, as a title or a search in a URL.

    Parts of one length are a key, such as `abcd-2345-efgh-6789`.
    """
    text = text[:_LONGEST]
    parts = [part for part in _SEPARATORS.split(text) if part]
    has_word = any(map(_LONG_WORD.fullmatch, parts))
    return has_word and len(set(map(len, parts))) > 1 and _is_mostly_written(parts)


def _is_mostly_written(parts: list[str]) -> bool:
    """Return whether at least half of the characters are in words or numbers."""
    written = sum(len(part) for part in parts if _TOKEN_PART.fullmatch(part))
    return written * 2 >= sum(map(len, parts))


def _is_random(text: str, shortest: int) -> bool:
    if len(text) < shortest:
        return False
    classes = [_class_of(character) for character in text]
    changes = sum(left != right for left, right in pairwise(classes))
    return bool(_HEX.fullmatch(text)) or changes / len(text) >= _CHANGES


def _class_of(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2
