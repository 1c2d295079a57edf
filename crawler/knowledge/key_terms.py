"""Terms: the significant words of a text. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.text_cleaning import fold

_TERM = re.compile(r"[^\W_][\w+#.-]*[\w+#]|[^\W_]")
STOP_WORDS = frozenset(
    """a about after again all also an and any are as at be because been before being between both
    but by can could did do does doing down each few for from get got had has have having he her
    here his how i if in into is it its just like made make many me more most my new no nor not
    now of off on once one only or other our out over own part per same she should so some such
    than that the their them then there these they this those through to too two under until up
    use used using very via vs was we were what when where which while who why will with without
    would you your""".split()  # noqa: SIM905
)


def terms(text: str) -> list[str]:
    """Return the significant words of `text` in order: folded, without stop words and numbers.

    A plural `s` is removed from words of more than four letters.
    """
    return [term for word in _TERM.findall(text) if (term := _term(word))]


@lru_cache(maxsize=1 << 16)
def _term(written: str) -> str:
    word = fold(written)
    if word in STOP_WORDS or word.isdigit() or len(word) < 2:
        return ""
    return (
        word[:-1]
        if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
        else word
    )
