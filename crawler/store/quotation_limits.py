"""Limits on the words of an article that a snapshot publishes: excerpt, evidence and word set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crawler.models.topics import QUOTE_WORDS
from crawler.search_words import signed_terms
from crawler.tokenization import ALPHANUMERIC, split_words

EXCERPT_WORDS = 60
QUOTED_SHARE = 0.1
"""All evidence from one article together quotes at most this share of its words. Beyond it, each
topic keeps one quote, so that no topic is without evidence."""

_LONGEST_WORD = 40

# A run of these is a sentence, not a word: without spaces, the run itself would be readable text.
_UNSPACED = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\u3040-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf\ua980-\uaadf\uf900-\ufaff\U00016f00-\U0001b2ff"
    "\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class EvidenceQuote:
    """One piece of evidence for a topic of an article. `own`: taken from the article's text."""

    id: int
    topic: str
    words: str
    weight: float
    own: bool


def word_set(text: str) -> str:
    """Return the distinct words of `text` in alphabetical order, which is all that search needs.

    Code words such as `c#` are words, too. Neither order nor frequency remains. Scripts without
    spaces are split into characters, and words of more than 40 characters are left out, since both
    could hold whole sentences.
    """
    folded = text.lower() if text.isascii() else _spaced(text)
    words = set(_alphanumeric_words(folded)) | signed_terms(folded)
    return " ".join(sorted(word for word in words if len(word) <= _LONGEST_WORD))


def _alphanumeric_words(text: str) -> list[str]:
    """Return the runs of letters and digits, as `ALPHANUMERIC` finds them."""
    return split_words(text.replace("_", " ")) if text.isascii() else ALPHANUMERIC.findall(text)


def _spaced(text: str) -> str:
    """Return the folded text with spaces around each character of a script without spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _UNSPACED.sub(r" \g<0> ", folded)


def first_words(text: str, limit: int = EXCERPT_WORDS) -> str:
    """Return at most `limit` words of `text`, with an ellipsis if there were more."""
    words = text.split()
    return text if len(words) <= limit else " ".join(words[:limit]) + " …"


def published_quotes(quotes: Iterable[EvidenceQuote], word_count: int) -> Iterator[EvidenceQuote]:
    """Yield the evidence of one article as it may be published.

    `quotes` is all evidence of the article. The result is sorted, so its order reveals no order
    of the text. `word_count` is the length of the article's text; 0 means that no part of it may
    be quoted. A quote that may not be published has no words.
    """
    left = int(word_count * QUOTED_SHARE)
    quoted_topics: set[str] = set()
    for quote in sorted(
        quotes, key=lambda quote: (quote.topic, -quote.weight, quote.words, quote.id)
    ):
        length = len(quote.words.split())
        first = quote.topic not in quoted_topics
        quoted_topics.add(quote.topic)
        if not quote.own:
            yield quote
        elif word_count and length <= QUOTE_WORDS and (first or length <= left):
            left -= length
            yield quote
        else:
            yield replace(quote, words="")


def sentence_within(excerpt: str, sentence: str) -> str:
    """Return `sentence` if `excerpt` contains it; otherwise an empty string."""
    return sentence if " ".join(sentence.split()) in " ".join(excerpt.split()) else ""
