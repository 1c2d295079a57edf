"""A linear classifier of texts: how well the words of a text fit each topic.

*The same event arrives twice* is about idempotency and contains no phrase of it. A learned table
has a weight for each word and topic. The fit of a topic is `bias + sum(weight * tf-idf)`. Term
frequencies are sublinear, and the vector has length one (Manning, Raghavan and Schütze,
Introduction to Information Retrieval, 2008, sections 6.2 to 6.4).
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import nlargest
from itertools import accumulate, chain, takewhile
from operator import add
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError
from crawler.models.topics import QUOTE_WORDS, Topic
from crawler.topics.logistic_regression import Coefficients, named_coefficients
from crawler.topics.packed_vectors import UNIT
from crawler.topics.taxonomy_phrases import COMBINATION, PhraseMatch
from crawler.topics.text_stems import TextWord, words_in
from crawler.topics.word_rows import SOLUTION, WordRow, WordRows, read_pairs
from crawler.urls_and_hashtags import blank_urls_and_hashtags

NO_TOPIC = "none"
"""The name of the class of texts without a topic."""

BIASES = "*bias"
"""The name of the row of biases. The names of the rows of coefficients begin with `*` as well."""

# Words that describe a topic lie together in one line and one sentence. A quote of more words is
# not published.
_SENTENCE_END = r"""(?<![.!?…])(?<![.!?…]["”’')])"""
_PASSAGE = re.compile(rf"\S+(?:{_SENTENCE_END}[^\S\n]+\S+){{0,{QUOTE_WORDS - 1}}}")
_LEAST_WORDS = 3  # fewer words of the table are too little to decide by
_LEAST_KNOWN = 0.5  # a text with fewer words of the table is in a language that was not learned
_QUOTED = 4  # words that explain a topic
_TOGETHER = 80  # characters of a text: about a dozen words
_ROUNDING = 1e-6  # more than the rounding of sums of weights
_BEST = 6  # topics that a text may have without a phrase of theirs


Spans = Sequence[tuple[int, int]]
"""Places in a text: the first character of each, and the one after its last."""


_Word = tuple[WordRow, float]  # a word of a text and its tf-idf
_Contribution = tuple[float, TextWord]  # of a word to the fit of a topic


@dataclass(frozen=True)
class WordFit:
    """How well the words of a `text` fit each topic.

    `unadjusted` has the fit of each topic to all words. `words` are the words with their tf-idf,
    and `rows` has the rows of the words of a text. `ambiguous` has the places of phrases of a topic
    that lack their technical sense: their words do not count for it.
    """

    unadjusted: Mapping[str, float]
    words: Sequence[_Word]
    rows: WordRows
    text: str
    ambiguous: Mapping[str, Spans]

    @cached_property
    def fits(self) -> Mapping[str, float]:
        """The fit of each topic."""
        fits = dict(self.unadjusted)
        for topic in self.ambiguous.keys() & fits.keys():
            spans = self.ambiguous[topic]
            placed = self._placed(topic)
            fits[topic] -= sum([value for value, word in placed if _is_within(word, spans)])
        return fits

    @cached_property
    def best(self) -> Sequence[str]:
        """The topics with the best fit, the best one first."""
        ranked = sorted(self.fits, key=self.fits.__getitem__, reverse=True)[: _BEST + 1]
        return [topic for topic in ranked if topic != NO_TOPIC][:_BEST]

    def lead(self, topic: str) -> float:
        """Return the difference between the fit of a `topic` and that of the best other one."""
        fit = self.fits.get(topic, 0.0)
        rivals = (self.fits[rival] for rival in self.best[:2] if rival != topic)
        return fit - next(rivals, fit)

    def concentration(self, topic: str) -> float:
        """Return the part of the words for a `topic` that the weightiest of them has, up to 1.0."""
        if topic in self.ambiguous:
            values = [value for value, _ in self._contributions(topic)]
        else:
            values = [*self._values(topic).values()]
        return max(values) / sum(values) if values else 1.0

    def match(self, topic: str) -> PhraseMatch | None:
        """Return the words of the text with the largest contributions to `topic` as one match.

        They are within nine words and 80 characters of one line. Return None if there are none.
        """
        together = self._weightiest_passage(
            sorted(self._contributions(topic), key=lambda pair: pair[1].start)
        )
        if not together:
            return None
        words = sorted(nlargest(_QUOTED, together), key=lambda pair: pair[1].start)
        start, end = words[0][1].start, max(word.end for _, word in words)
        named = " … ".join([self.text[word.start : word.end] for _, word in words])
        return PhraseMatch(topic, "text", COMBINATION, named, self.text[start:end], start)

    def _weightiest_passage(self, ordered: Sequence[_Contribution]) -> Sequence[_Contribution]:
        """The words with the largest sum that lie together, of words in the order of the text."""
        most, together = 0.0, ordered[:0]
        starts = [word.start for _, word in ordered]
        sums = [0.0, *accumulate([value for value, _ in ordered])]
        for n, start in enumerate(starts):
            after = bisect_left(starts, start + _TOGETHER)
            if sums[after] - sums[n] < most - _ROUNDING:
                continue
            passage = _PASSAGE.match(self.text, start, start + _TOGETHER)
            near = _until(passage.end() if passage else 0, ordered[n:after])
            if (total := sum([value for value, _ in near])) > most:
                most, together = total, near
        return together

    def _contributions(self, topic: str) -> list[_Contribution]:
        """The words of the text for a topic, with what they add to its fit."""
        placed = self._placed(topic)
        if spans := self.ambiguous.get(topic):
            return [pair for pair in placed if not _is_within(pair[1], spans)]
        return placed

    def _placed(self, topic: str) -> list[_Contribution]:
        """The words for a topic, also in ambiguous places; a title is not a part of the text."""
        first = self._first_places
        return [
            (value, TextWord(stem, word.start + offset, word.end + offset))
            for row, value in self._values(topic).items()
            if (stem := row.stem) in first
            for word, offset in [first[stem]]
        ]

    @cached_property
    def _first_places(self) -> dict[str, tuple[TextWord, int]]:
        """The first word with each stem, in a part of the text that begins at an offset."""
        first: dict[str, tuple[TextWord, int]] = {}
        offset = 0
        for part in blank_urls_and_hashtags(self.text).split(" "):
            for word in words_in(part):
                if word.stem not in first:
                    first[word.stem] = (word, offset)
            offset += len(part) + 1
        return first

    def _values(self, topic: str) -> dict[WordRow, float]:
        """The words for a topic with the part of its fit that each adds."""
        place = self.rows.places.get(topic)
        if place is None:
            return {}
        return {
            row: value * (hundredths / UNIT)
            for row, value in self.words
            if (hundredths := row.hundredths[place]) > 0
        }


@dataclass(frozen=True)
class WordClassifier:
    """The learned table.

    Each line of the UTF-8 text `words` has a stem, its inverse document frequency, and its weights.
    `biases` are those of the topics in the taxonomy. `coefficients` are the other rows of numbers,
    by name. `renamed` has the slug of each topic that has another name in the table.
    """

    words: bytes
    biases: Mapping[str, float]
    coefficients: Mapping[str, Coefficients]
    version: str
    renamed: Mapping[str, str] = field(default_factory=dict)

    def classify(
        self, text: str, ambiguous: Mapping[str, Spans], headings: Iterable[str] = ()
    ) -> WordFit | None:
        """Return how well a `text` fits each topic; None if too few of its words are known.

        `ambiguous` has places by topic, whose words do not count for the topic. The words of a
        title and of other `headings` count as well.
        """
        written = blank_urls_and_hashtags("\n".join((*headings, text))).split()
        counts = Counter(chain.from_iterable(map(self.rows.__getitem__, written)))
        learned = [(row, times) for row, times in counts.items() if isinstance(row, WordRow)]
        if len(learned) < max(_LEAST_WORDS, _LEAST_KNOWN * len(counts)):
            return None
        weighed = [(row, sublinear(times) * row.idf) for row, times in learned if row.idf]
        length = math.sqrt(sum([value * value for _, value in weighed]))
        if not length:
            return None
        words = [(row, value / length) for row, value in weighed]
        return WordFit(self._fits(words), words, self.rows, text, ambiguous)

    def _fits(self, words: Sequence[_Word]) -> dict[str, float]:
        """The fit of each topic to some words."""
        sums = self.rows.vectors.weighted_sum(
            [row.vector for row, _ in words if row.vector],
            [value for row, value in words if row.vector],
        )
        for row, value in words:
            for place, weight in row.few:
                sums[place] += weight * value
        return dict(zip(self.biases, map(add, self.biases.values(), sums), strict=True))

    @cached_property
    def rows(self) -> WordRows:
        """The rows of words, made for the first text: many commands read none."""
        return WordRows(self.words, tuple(self.biases), self.renamed)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave out what is parsed again on demand."""
        return WordClassifier, (
            self.words,
            self.biases,
            self.coefficients,
            self.version,
            self.renamed,
        )


def read_classifier(
    path: Path, topics: Mapping[str, Topic], regressions: Mapping[str, Sequence[str]]
) -> WordClassifier | None:
    """Return the classifier in the file at `path` for these `topics`.

    A topic has the words of its former slug. `regressions` has the features by the name of each
    row of coefficients. The rows of numbers are the first lines after the comments. Return None if
    there is no file, or if it has none of the topics. Raises ConfigurationError if a row of numbers
    is missing or invalid, or if texts without a topic have no bias. The rows of words are read when
    they are needed.
    """
    if not path.is_file():
        return None
    table = _without_comments(path.read_bytes())
    *number_lines, words = table.split(b"\n", len(regressions) + 1)
    try:
        numbers = dict(_name_and_row(line.decode()) for line in number_lines)
        biases = read_pairs(numbers[BIASES])
        coefficients = {
            name: named_coefficients(read_pairs(numbers[name]), features)
            for name, features in regressions.items()
        }
        bias_of_no_topic = biases[NO_TOPIC]
    except (KeyError, ValueError):
        raise ConfigurationError(
            f"{path} does not begin with the rows {BIASES}, {', '.join(regressions)}.", SOLUTION
        ) from None
    slugs = _slugs_by_name(topics, biases)
    if not slugs:
        return None
    version = hashlib.sha256(table).hexdigest()[:12]
    chosen = {slugs[name]: bias for name, bias in biases.items() if name in slugs}
    chosen[NO_TOPIC] = bias_of_no_topic
    renamed = {name: slug for name, slug in slugs.items() if name != slug}
    return WordClassifier(words, chosen, coefficients, version, renamed)


def _slugs_by_name(topics: Mapping[str, Topic], names: Container[str]) -> dict[str, str]:
    """The slugs of `topics` by their name in the table: the slug itself, else a former one."""
    slugs: dict[str, str] = {}
    for topic in topics.values():
        former = (slug for slug in topic.formerly if slug not in topics)
        name = next((slug for slug in (topic.slug, *former) if slug in names), None)
        if name is not None:
            slugs[name] = topic.slug
    return slugs


def _without_comments(table: bytes) -> bytes:
    start = 0
    while table.startswith(b"#", start):
        start = (table.find(b"\n", start) + 1) or len(table)
    return table[start:]


def table_row(idf: float, weights: Mapping[str, float]) -> str:
    """Return the row of a word with its inverse document frequency `idf` and `weights` by topic."""
    return f"{idf:.2f}\t{pairs_text(weights)}"


def pairs_text(values: Mapping[str, float]) -> str:
    """Return named `values` as `name=0.50 …`, sorted by name."""
    return " ".join(f"{name}={values[name]:.2f}" for name in sorted(values))


def _name_and_row(line: str) -> tuple[str, str]:
    name, _, row = line.partition("\t")
    return name, row


@lru_cache
def sublinear(times: int) -> float:
    """Return the weight of a word that occurs so many `times` in a text."""
    return 1 + math.log(times)


def _until(end: int, words: Iterable[_Contribution]) -> list[_Contribution]:
    """The first of the words that all end by the character before `end`."""
    return list(takewhile(lambda pair: pair[1].end <= end, words))


def _is_within(word: TextWord, spans: Spans) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)
