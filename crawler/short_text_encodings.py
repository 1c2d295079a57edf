"""Encodings of short texts: the encoding whose characters are the frequent ones of its script.

Statistical detectors need some twenty characters. A title of a feed often has fewer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_HANGUL = re.compile("[\uac00-\ud7a3]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_HIGH = re.compile("[^\x00-\x7f]")
_CYRILLIC = re.compile("[\u0400-\u045f]")
# A letter in upper case that follows one in lower case, as in text of a wrong code page.
_MIXED_CASE = re.compile("[\u0430-\u045f][\u0400-\u042f]")


def guess_short_encoding(data: bytes) -> str:
    """Return the encoding of `data` by its frequent characters; empty if none is convincing."""
    return next((name for name, is_likely in _GUESSES if _is_likely(data, name, is_likely)), "")


def _is_likely(data: bytes, name: str, is_likely: Callable[[str], bool]) -> bool:
    try:
        return is_likely(data.decode(name))
    except UnicodeDecodeError:
        return False


def _share(pattern: re.Pattern[str], text: str) -> float:
    """Return the share of the characters outside ASCII that match `pattern`."""
    return len(pattern.findall(text)) / max(1, len(_HIGH.findall(text)))


def _is_russian(text: str) -> bool:
    mixed = len(_MIXED_CASE.findall(text)) / max(1, len(_HIGH.findall(text)))
    return _share(_CYRILLIC, text) >= 0.95 and mixed <= 0.05


def _is_korean(text: str) -> bool:
    return _share(_HANGUL, text) >= 0.9


def _has_frequent_ideographs(encoding: str, first: int, last: int) -> Callable[[str], bool]:
    """Return a test of whether most ideographs are in the rows of the frequent ones.

    Their first byte in `encoding` is between `first` and `last`.
    """

    def is_frequent(text: str) -> bool:
        ideographs = _IDEOGRAPH.findall(text)
        rows = [ideograph.encode(encoding)[0] for ideograph in ideographs]
        frequent = sum(first <= row <= last for row in rows)
        return _share(_IDEOGRAPH, text) >= 0.6 and frequent >= 0.85 * len(rows)

    return is_frequent


# In this order, because Chinese is often valid in the encodings after its own.
_GUESSES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cp1251", _is_russian),
    ("koi8-r", _is_russian),
    ("cp949", _is_korean),
    ("gb2312", _has_frequent_ideographs("gb2312", 0xB0, 0xD7)),  # level 1 of GB/T 2312
    ("big5", _has_frequent_ideographs("big5", 0xA4, 0xC6)),  # level 1 of Big5
)
