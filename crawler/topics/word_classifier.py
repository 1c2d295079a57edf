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
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import nlargest
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, NamedTuple

from crawler.errors import ConfigurationError
from crawler.models.topics import QUOTE_WORDS, Topic
from crawler.text_cleaning import fold
from crawler.topics.logistic_regression import Coefficients, named_coefficients
from crawler.topics.packed_vectors import PackedVectors
from crawler.topics.taxonomy_phrases import COMBINATION, PhraseMatch
from crawler.urls_and_hashtags import blank_urls_and_hashtags

CLASSIFIER_FILE = "word_classifier.tsv"
NO_TOPIC = "none"
"""The name of the class of texts without a topic."""

BIASES = "*bias"
"""The name of the row of biases. The names of the rows of coefficients begin with `*` as well."""

_SOLUTION = "Replace the file by that of the package, or delete it."
_WORD = re.compile(r"[^\W_]+(?:[.+#-][^\W_]+)*")
_PART = re.compile(r"[^-]+")
# Words that describe a topic lie together in one line. A quote of more words is not published.
_PASSAGE = re.compile(rf"\S+(?:[^\S\n]+\S+){{0,{QUOTE_WORDS - 1}}}")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_LEAST_STEM = 4
_LEAST_WORDS = 3  # fewer words of the table are too little to decide by
_LEAST_KNOWN = 0.5  # a text with fewer words of the table is in a language that was not learned
_QUOTED = 4  # words that explain a topic
_TOGETHER = 80  # characters of a text: about a dozen words
_FEW_WEIGHTS = 8  # up to this number a loop is as fast as packed weights
_BEST = 6  # topics that a text may have without a phrase of theirs


class TextWord(NamedTuple):
    """A word of a text: its stem, and its place in the text in characters."""

    stem: str
    start: int
    end: int


Spans = Sequence[tuple[int, int]]
"""Places in a text: the first character of each, and the one after its last."""


class WordRow(NamedTuple):
    """The row of a word: its stem, its inverse document frequency and its weights by topic.

    `vector` has the weights packed if there are many, otherwise it is zero.
    """

    stem: str
    idf: float
    weights: Mapping[str, float]
    vector: int


_Word = tuple[WordRow, float]  # a word of a text and its tf-idf
_Contribution = tuple[float, TextWord]  # of a word to the fit of a topic


@dataclass(frozen=True)
class WordFit:
    """How well the words of a `text` fit each topic.

    `best` has the topics with the best fit, the best one first. `words` are the words with their
    tf-idf. `ambiguous` has the places of phrases of a topic that lack their technical sense: their
    words do not count for it.
    """

    fits: Mapping[str, float]
    best: Sequence[str]
    words: Sequence[_Word]
    text: str
    ambiguous: Mapping[str, Spans]

    def lead(self, topic: str) -> float:
        """Return the difference between the fit of a `topic` and that of the best other one."""
        fit = self.fits.get(topic, 0.0)
        rivals = (self.fits[rival] for rival in self.best[:2] if rival != topic)
        return fit - next(rivals, fit)

    def concentration(self, topic: str) -> float:
        """Return the part of the words for a `topic` that the weightiest of them has, up to 1.0."""
        values = [value for value, _ in self._contributions(topic)]
        return max(values) / sum(values) if values else 1.0

    def match(self, topic: str) -> PhraseMatch | None:
        """Return the words of the text with the largest contributions to `topic` as one match.

        They are within nine words and 80 characters of one line. Return None if there are none.
        """
        contributions = sorted(self._contributions(topic), key=lambda pair: pair[1].start)
        nearby = [self._from(contributions, index) for index in range(len(contributions))]
        together = max(nearby, key=_sum_of, default=[])
        if not together:
            return None
        words = sorted(nlargest(_QUOTED, together), key=lambda pair: pair[1].start)
        start, end = words[0][1].start, max(word.end for _, word in words)
        named = " … ".join([self.text[word.start : word.end] for _, word in words])
        return PhraseMatch(topic, "text", COMBINATION, named, self.text[start:end], start)

    def _from(self, contributions: Sequence[_Contribution], index: int) -> list[_Contribution]:
        """The words from the one at `index` on that lie together, in the order of the text."""
        start = contributions[index][1].start
        passage = _PASSAGE.match(self.text, start, start + _TOGETHER)
        end = passage.end() if passage else 0
        following = islice(contributions, index, None)
        return list(takewhile(lambda pair: pair[1].end <= end, following))

    def _contributions(self, topic: str) -> list[_Contribution]:
        """The words of the text for a topic, with what they add to its fit."""
        spans = self.ambiguous.get(topic, ())
        return [
            (value * weight, place)
            for row, value in self.words
            if (weight := row.weights.get(topic, 0.0)) > 0
            and (place := self._places.get(row.stem)) is not None
            and not _is_within(place, spans)
        ]

    @cached_property
    def _places(self) -> Mapping[str, TextWord]:
        """The first place of each stem in the text."""
        return _first_places(self.text)


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
    _parsed: dict[str, WordRow] = field(default_factory=dict, compare=False)

    def classify(
        self, text: str, ambiguous: Mapping[str, Spans], headings: Iterable[str] = ()
    ) -> WordFit | None:
        """Return how well a `text` fits each topic; None if too few of its words are known.

        `ambiguous` has places by topic, whose words do not count for the topic. The words of a
        title and of other `headings` count as well.
        """
        counts = count_stems("\n".join((*headings, text)))
        learned = [row for row in map(self._row, counts) if row is not None]
        if len(learned) < max(_LEAST_WORDS, _LEAST_KNOWN * len(counts)):
            return None
        rows = [row for row in learned if row.idf]  # without stop words
        values = [sublinear(counts[row.stem]) * row.idf for row in rows]
        length = math.sqrt(sum([value * value for value in values]))
        if not length:
            return None
        words = [(row, value / length) for row, value in zip(rows, values, strict=True)]
        fits = self._fits(words)
        if ambiguous:
            _subtract(ambiguous, words, _first_places(text), fits)
        best = nlargest(_BEST + 1, fits, key=fits.__getitem__)
        best = [topic for topic in best if topic != NO_TOPIC][:_BEST]
        return WordFit(fits, best, words, text, ambiguous)

    def _fits(self, words: Sequence[_Word]) -> dict[str, float]:
        """The fit of each topic to some words."""
        packed = [word for word in words if word[0].vector]
        sums = self._vectors.weighted_sum(
            [row.vector for row, _ in packed], [value for _, value in packed]
        )
        for row, value in words:
            if not row.vector:
                for topic, weight in row.weights.items():
                    sums[topic] += weight * value
        return {topic: bias + sums[topic] for topic, bias in self.biases.items()}

    @cached_property
    def _vectors(self) -> PackedVectors:
        return PackedVectors(tuple(self.biases))

    @cached_property
    def _lines_by_stem(self) -> Mapping[str, str]:
        """The lines, split for the first text: many commands read none."""
        return dict(map(_name_and_row, self.words.decode(errors="replace").splitlines()))

    def _row(self, stem: str) -> WordRow | None:
        """The row of a word, parsed at its first use; None if the word was not learned."""
        row = self._parsed.get(stem)
        if row is None and (line := self._lines_by_stem.get(stem)) is not None:
            row = self._parsed[stem] = self._parse(stem, line)
        return row

    def _parse(self, stem: str, line: str) -> WordRow:
        """The row in a `line`. Raises ConfigurationError if the numbers in it are invalid."""
        idf, _, pairs = line.partition("\t")
        biases = self.biases
        try:
            named = ((self.renamed.get(name, name), w) for name, w in _read_pairs(pairs).items())
            weights = {topic: weight for topic, weight in named if topic in biases}
            vector = self._vectors.pack(weights) if len(weights) > _FEW_WEIGHTS else 0
            return WordRow(stem, float(idf), weights, vector)
        except (OverflowError, ValueError):
            problem = f"{CLASSIFIER_FILE}: the row of {stem!r} is invalid."
            raise ConfigurationError(problem, _SOLUTION) from None

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
        biases = _read_pairs(numbers[BIASES])
        coefficients = {
            name: named_coefficients(_read_pairs(numbers[name]), features)
            for name, features in regressions.items()
        }
        bias_of_no_topic = biases[NO_TOPIC]
    except (KeyError, ValueError):
        raise ConfigurationError(
            f"{path} does not begin with the rows {BIASES}, {', '.join(regressions)}.", _SOLUTION
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


def count_stems(text: str) -> dict[str, int]:
    """Return how often each stem occurs in a `text`.

    Words of URLs and hashtags do not count, and neither do integers. A compound with hyphens counts
    as a whole and by its parts.
    """
    counts: dict[str, int] = {}
    for word, number in Counter(_WORD.findall(blank_urls_and_hashtags(text))).items():
        for stem in _stems(word):
            counts[stem] = counts.get(stem, 0) + number
    return counts


def _first_places(text: str) -> dict[str, TextWord]:
    """The first place of each stem in a text."""
    places: dict[str, TextWord] = {}
    for word in _WORD.finditer(blank_urls_and_hashtags(text)):
        for part in (word, *(_PART.finditer(word[0]) if "-" in word[0] else ())):
            start = part.start() if part is word else word.start() + part.start()
            for stem in _stems(part[0])[:1]:
                places.setdefault(stem, TextWord(stem, start, start + len(part[0])))
    return places


def _subtract(
    ambiguous: Mapping[str, Spans],
    words: Iterable[_Word],
    places: Mapping[str, TextWord],
    fits: dict[str, float],
) -> None:
    """Take the words in ambiguous places out of the fits of their topics."""
    for topic in ambiguous.keys() & fits.keys():
        fits[topic] -= sum(
            value * max(row.weights.get(topic, 0.0), 0.0)
            for row, value in words
            if (place := places.get(row.stem)) and _is_within(place, ambiguous[topic])
        )


def table_row(idf: float, weights: Mapping[str, float]) -> str:
    """Return the row of a word with its inverse document frequency `idf` and `weights` by topic."""
    return f"{idf:.2f}\t{pairs_text(weights)}"


def pairs_text(values: Mapping[str, float]) -> str:
    """Return named `values` as `name=0.50 …`, sorted by name."""
    return " ".join(f"{name}={values[name]:.2f}" for name in sorted(values))


def _name_and_row(line: str) -> tuple[str, str]:
    name, _, row = line.partition("\t")
    return name, row


def _read_pairs(text: str) -> dict[str, float]:
    pairs = (pair.rpartition("=") for pair in text.split())
    return {name: float(value) for name, _, value in pairs}


def sublinear(times: int) -> float:
    """Return the weight of a word that occurs so many `times` in a text."""
    return 1 + math.log(times)


@lru_cache(50_000)
def _stems(word: str) -> tuple[str, ...]:
    """The stem of a word, and those of its parts."""
    parts = (word, *word.split("-")) if "-" in word else (word,)
    return tuple(_stem(folded) for part in parts if not (folded := fold(part)).isdigit())


def _sum_of(contributions: Sequence[_Contribution]) -> float:
    return sum([value for value, _ in contributions])


def _is_within(word: TextWord, spans: Spans) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
