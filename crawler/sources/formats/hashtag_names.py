"""Hashtags that a network lists apart from the text, reduced to usable names. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.text_cleaning import clean, fold, without_accents

MAX_HASHTAGS = 30
_LONGEST = 100
_UNUSABLE = re.compile(r"[\s#<>\"'&/\\:]")
_NOT_WORD = re.compile(r"[\W_]+")
# Letters of Mastodon's ASCII folding that Unicode does not decompose (`app/lib/ascii_folding.rb`).
_BASE_LETTERS = str.maketrans("ðđħıĸłŋøŧ", "ddhiklnot")


def usable_hashtags(names: Iterable[str]) -> tuple[str, ...]:
    """Return the `names` that can be hashtags, without `#` and once each by folded form.

    The last spelling counts. At most 30 names are returned.
    """
    cleaned = (clean(name).lstrip("#＃") for name in names)
    usable = (name for name in cleaned if 0 < len(name) <= _LONGEST and not _UNUSABLE.search(name))
    return tuple({fold(name): name for name in usable}.values())[:MAX_HASHTAGS]


def spelled_hashtags(listed: Iterable[str], written: Iterable[str]) -> tuple[str, ...]:
    """Return the `listed` names in the spelling of the text, which has those in `written`.

    A network lists names without capitals and accents: `okosystem` for `#Ökosystem`. Names that
    are only listed keep that form. The names are reduced as by `usable_hashtags`.
    """
    words = tuple(written)
    spellings = {_ascii_folded(word): word for word in words}
    as_written = (spellings.get(_ascii_folded(name), name) for name in listed)
    return usable_hashtags((*as_written, *words))


def _ascii_folded(name: str) -> str:
    return without_accents(fold(clean(name).lstrip("#＃"))).translate(_BASE_LETTERS)


def joined_hashtags(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names` with hyphens or spaces as hashtags: `distributed-systems` becomes one word.

    Numbers are left out.
    """
    words = (_NOT_WORD.sub("", clean(name)) for name in names)
    return usable_hashtags(word for word in words if not word.isdigit())
