"""The excerpt of an article: the description of the page, or its first sentences. Never generated.

Of the first sentences, those are skipped that have fewer than six words, end like a heading or
repeat the title. The excerpt has at most three sentences and sixty words.
"""

from __future__ import annotations

import re
from itertools import islice

from crawler.derivation_versions import version_of
from crawler.knowledge.key_terms import STOP_WORDS, terms
from crawler.models.articles import Directives
from crawler.sentence_splitter import split_sentences
from crawler.text_cleaning import clean_line, count_words

VERSION = 1
"""Raise it if the code gives other results. A change of the stop words changes the version too."""

MAX_WORDS = 60
_LEAST_DESCRIPTION = 6
_LEAST_SENTENCE = 6
_SENTENCES = 3
_MAX_READ = 20
_MAX_LETTERS = 600
_MAX_DESCRIPTION = 1000
_ENDS = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_NO_DIRECTIVES = Directives()


def version() -> str:
    """Return the version of the excerpts: of this code and of the stop words."""
    return version_of(VERSION, STOP_WORDS)


def make_excerpt(
    title: str, description: str, text: str, directives: Directives = _NO_DIRECTIVES
) -> tuple[str, str]:
    """Return the excerpt and its source: `description` or `text`.

    `title`, `description` and `text` are those of the page. Both results are empty if its robots
    `directives` forbid snippets (`nosnippet`, `max-snippet:0`).
    """
    limit = _letter_limit(directives)
    if limit == 0:
        return "", ""
    line = clean_line(description, _MAX_DESCRIPTION)
    if count_words(line) >= _LEAST_DESCRIPTION and terms(line) != terms(title):
        return clean_line(_first_words(line, MAX_WORDS), limit), "description"
    sentences_of_text = clean_line(" ".join(_first_sentences(title, text)), limit)
    return (sentences_of_text, "text") if sentences_of_text else ("", "")


def _letter_limit(directives: Directives) -> int:
    """Return the most letters that an excerpt may have; 0 if it is forbidden."""
    max_snippet = directives.max_snippet
    if directives.nosnippet or max_snippet == 0:
        return 0
    return max_snippet if max_snippet and max_snippet > 0 else _MAX_LETTERS


def _first_sentences(title: str, text: str) -> list[str]:
    chosen: list[str] = []
    for sentence, _ in islice(split_sentences(text), _MAX_READ):
        if not _is_suitable(sentence, title):
            continue
        if chosen and count_words(" ".join(chosen)) + count_words(sentence) > MAX_WORDS:
            break
        chosen.append(_first_words(" ".join(sentence.split()), MAX_WORDS))
        if len(chosen) == _SENTENCES:
            break
    return chosen


def _is_suitable(sentence: str, title: str) -> bool:
    """Whether a sentence is long enough, ends as a sentence and does not repeat the title."""
    if count_words(sentence) < _LEAST_SENTENCE or not _ENDS.search(sentence):
        return False
    return not set(terms(sentence)) <= set(terms(title))


def _first_words(text: str, limit: int) -> str:
    """Return the text, or its first `limit` words with an ellipsis."""
    parts = text.split()
    return text if len(parts) <= limit else " ".join(parts[:limit]).rstrip(",;:–—-") + "…"
