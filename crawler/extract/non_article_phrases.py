"""Phrases of pages that are shown instead of an article, in many languages.

The phrases are in non_article_phrases.tsv, with the place of a page where each counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile

from crawler.extract.text_blocks import Block
from crawler.models.outcomes import Outcome
from crawler.text_cleaning import count_words, fold
from crawler.tsv_tables import read_table

# Longer texts are about a missing page, a login or a browser; they are not such a page.
SHORT_PAGE_WORDS = 80
# A phrase of two or three words, such as "Coming soon", is all that a page of this size states.
TINY_PAGE_WORDS = 40
# A consent text contains this many different phrases, at least one in each long block.
CONSENT_PHRASES = 3
_SHORT_BLOCK_WORDS = 8
_FIRST_SENTENCES = 6
_SENTENCE_WORDS = 30
# A sentence begins with a phrase after at most this much: "Sorry, the …", "抱歉，…".
_WORDS_BEFORE = 4
_CHARACTERS_BEFORE = 8
# Text of these languages has no spaces, or optional ones, between words.
_UNSPACED = frozenset(("ja", "ko", "th", "zh"))
_SENTENCE_END = re.compile(r"[.!?:;…。！？\n]+")
_TITLE_SEPARATOR = re.compile(r"\s[|·–—-]\s|[«»|·:]")
_NO_WORD = re.compile(r"[\W_]+")
_STATUS = re.compile(r"(?:(?:http|status|error|code) ){0,3}[45]\d\d (?:error )?(.+)")
# A longer heading that begins like that of a login is one of an article.
_HEADING_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one outcome and place, for text with spaces and for text without spaces."""

    outcome: Outcome
    spaced: re.Pattern[str]
    unspaced: re.Pattern[str]

    def search(self, text: str, at_start: bool = False) -> str:
        """Return the first phrase in a plain `text`, or "".

        With `at_start` the phrase must follow at most a few words.
        """
        match = self.spaced.search(f" {text} ")
        if match and not (at_start and match.start() and _words_before(match) > _WORDS_BEFORE):
            return match[0].strip()
        match = self.unspaced.search(text.replace(" ", ""))
        if match and not (at_start and match.start() > _CHARACTERS_BEFORE):
            return match[0]
        return ""

    def distinct(self, text: str) -> set[str]:
        """Return the different phrases in a plain `text`."""
        spaced = {match.strip() for match in self.spaced.findall(f" {text} ")}
        return spaced | set(self.unspaced.findall(text.replace(" ", "")))


def match_short_page(
    title: str, text: str, headings: Iterable[str] = ()
) -> tuple[Outcome, str] | None:
    """Return the outcome that a page with little text states, and the phrase, or None.

    `title` is the title of the page, `text` its main text, and `headings` are its h1 headings.
    """
    size = count_words(text)
    if size > SHORT_PAGE_WORDS:
        return None
    for phrases in _tables()["text"]:
        phrase = phrases.search(_plain(text))
        if phrase:
            return phrases.outcome, phrase
    segments, sentences = list(_title_segments(title)), _first_sentences(text)
    headed = [*segments, *map(_plain, headings)]
    stated = _match_start([*segments, *sentences]) or _match_status([*headed, *sentences])
    if stated or size > TINY_PAGE_WORDS:
        return stated
    return _match_whole([*segments, *sentences[:1]]) or _match_heading(headed)


def _match_status(sentences: Sequence[str]) -> tuple[Outcome, str] | None:
    """Return the outcome of the first HTTP status among the `sentences`, or None.

    RFC 9110, section 15: a status code and its reason, as `502 Bad Gateway`. The reason may be the
    sentence after the code.
    """
    pairs = map(" ".join, pairwise(sentences))
    matches = map(_STATUS.fullmatch, (*sentences, *pairs))
    return _match_whole([match[1] for match in matches if match], "reason")


def _match_heading(headings: Iterable[str]) -> tuple[Outcome, str] | None:
    """Return the outcome and the phrase with which one of the `headings` begins, or None."""
    short = [text for text in headings if text.count(" ") < _HEADING_WORDS]
    for phrases in _tables()["heading"]:
        for text in short:
            phrase = phrases.search(text)
            if phrase and text.replace(" ", "").startswith(phrase.replace(" ", "")):
                return phrases.outcome, text
    return None


def _match_start(sentences: Sequence[str]) -> tuple[Outcome, str] | None:
    """Return the outcome and the phrase with which one of the `sentences` begins, or None."""
    for phrases in _tables()["sentence"]:
        for sentence in sentences:
            phrase = phrases.search(sentence, at_start=True)
            if phrase:
                return phrases.outcome, phrase
    return None


def _match_whole(sentences: Sequence[str], place: str = "whole") -> tuple[Outcome, str] | None:
    """Return the outcome and the phrase of a `place` that is one of the `sentences`, or None."""
    for phrases in _tables()[place]:
        for sentence in sentences:
            if sentence in (phrases.search(sentence), phrases.search(sentence).replace(" ", "")):
                return phrases.outcome, sentence
    return None


def match_preview(blocks: Iterable[Block]) -> str:
    """Return the phrase of `blocks` which states that the page shows a part of the text, or "".

    `blocks` are those from the beginning of the text to the end of the page.
    """
    for block in blocks:
        for sentence in _SENTENCE_END.split(block.text):
            for phrases in _tables()["preview"]:
                plain = _plain(sentence)
                phrase = phrases.search(plain) if _is_short_sentence(plain) else ""
                if phrase:
                    return phrase
    return ""


def strip_consent_texts(blocks: Sequence[Block]) -> tuple[list[Block], str]:
    """Return the `blocks` of a text without a consent text before or after it, and that text.

    Consent boxes are the first or the last elements of a page.
    """
    before = _consent_run(blocks)
    text_blocks = list(blocks[len(before) :])
    after = _consent_run(text_blocks[::-1])[::-1]
    del text_blocks[len(text_blocks) - len(after) :]
    return text_blocks, "\n\n".join(block.text for block in (*before, *after))


def _consent_run(blocks: Sequence[Block]) -> list[Block]:
    """Return the first of `blocks` if they are a consent text, or []."""
    run = list(takewhile(_can_be_consent, blocks))
    while run and not _consent_phrases(run[-1].text):
        run.pop()
    phrases = set().union(*(_consent_phrases(block.text) for block in run)) if run else set()
    return run if len(phrases) >= CONSENT_PHRASES else []


def _can_be_consent(block: Block) -> bool:
    return len(block.words) <= _SHORT_BLOCK_WORDS or bool(_consent_phrases(block.text))


def _consent_phrases(text: str) -> set[str]:
    plain = _plain(text)
    return set().union(*(phrases.distinct(plain) for phrases in _tables()["consent"]))


def _words_before(match: re.Match[str]) -> int:
    return len(match.string[: match.start()].split())


def _is_short_sentence(plain: str) -> bool:
    return bool(plain) and plain.count(" ") < _SENTENCE_WORDS


def _title_segments(title: str) -> Iterator[str]:
    for segment in _TITLE_SEPARATOR.split(title):
        if segment.strip():
            yield _plain(segment)


def _first_sentences(text: str) -> list[str]:
    sentences = [_plain(sentence) for sentence in _SENTENCE_END.split(text)]
    return [sentence for sentence in sentences if _is_short_sentence(sentence)][:_FIRST_SENTENCES]


def _plain(text: str) -> str:
    return _NO_WORD.sub(" ", fold(text)).strip()


def compile_phrases() -> None:
    """Compile the phrases now, and not with the first text."""
    _tables()


@cache
def _tables() -> dict[str, list[_Phrases]]:
    phrases: dict[tuple[str, str], dict[bool, list[str]]] = {}
    for row in read_table("crawler.extract", "non_article_phrases.tsv"):
        unspaced = row["language"] in _UNSPACED
        of_place = phrases.setdefault((row["place"], row["outcome"]), {True: [], False: []})
        of_place[unspaced].append(row["phrase"])
    tables: dict[str, list[_Phrases]] = {}
    for (place, outcome), by_spacing in phrases.items():
        compiled = _compile(by_spacing[False], False), _compile(by_spacing[True], True)
        tables.setdefault(place, []).append(_Phrases(Outcome(outcome), *compiled))
    return tables


def _compile(phrases: Iterable[str], unspaced: bool) -> re.Pattern[str]:
    longest_first = sorted((_plain_phrase(phrase) for phrase in phrases), key=len, reverse=True)
    if unspaced:
        patterns = (
            re.escape(phrase).replace(r"\ ", "").replace(r"\*", r".{0,20}?")
            for phrase in longest_first
        )
        return re.compile("|".join(patterns) or r"(?!)")
    patterns = (
        re.escape(phrase).replace(r"\ \*\ ", r" (?:\S+ ){0,8}?") for phrase in longest_first
    )
    return re.compile(r"(?<= )(?:" + "|".join(patterns) + r")(?= )")


def _plain_phrase(phrase: str) -> str:
    return " * ".join(_plain(part) for part in phrase.split("*"))
