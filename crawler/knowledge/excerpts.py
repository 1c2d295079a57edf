"""The excerpt of an article: its author's own description when there is one, else its first telling
sentences. Never a word of ours.

Rule for the sentences: from the start of the text, leave out what has fewer than six words, does
not end as a sentence does (a heading) or repeats the
title; take up to three while the whole stays within sixty words.
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
"""Raise it when the code gives other results; a change of the stop words is noticed by itself."""

MAX_WORDS = 60
_LEAST_DESCRIPTION = 6
_LEAST_SENTENCE = 6
_SENTENCES = 3
_LOOKED_AT = 20
_ENDS = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_NO_WISHES = Directives()


def version() -> str:
    """The version of the excerpts: of this code and of the stop words."""
    return version_of(VERSION, STOP_WORDS)


def make_excerpt(
    title: str, description: str, text: str, directives: Directives = _NO_WISHES
) -> tuple[str, str]:
    """The excerpt and where it comes from: `description`, `text`, or nothing at all when the page
    asks not to be quoted.
    """
    if directives.nosnippet or directives.max_snippet == 0:
        return "", ""
    limit = directives.max_snippet if directives.max_snippet and directives.max_snippet > 0 else 600
    told = clean_line(description, 1000)
    if count_words(told) >= _LEAST_DESCRIPTION and terms(told) != terms(title):
        return clean_line(_within(told, MAX_WORDS), limit), "description"
    chosen = clean_line(" ".join(_first_sentences(title, text)), limit)
    return (chosen, "text") if chosen else ("", "")


def _first_sentences(title: str, text: str) -> list[str]:
    chosen: list[str] = []
    for sentence, _ in islice(split_sentences(text), _LOOKED_AT):
        if (
            count_words(sentence) < _LEAST_SENTENCE
            or not _ENDS.search(sentence)
            or set(terms(sentence)) <= set(terms(title))
        ):
            continue
        if chosen and count_words(" ".join(chosen)) + count_words(sentence) > MAX_WORDS:
            break
        chosen.append(_within(" ".join(sentence.split()), MAX_WORDS))
        if len(chosen) == _SENTENCES:
            break
    return chosen


def _within(text: str, limit: int) -> str:
    """The text itself, or its first `limit` words with an ellipsis."""
    parts = text.split()
    return text if len(parts) <= limit else " ".join(parts[:limit]).rstrip(",;:–—-") + "…"
