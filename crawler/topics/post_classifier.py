"""A linear classifier of posts: how well the words of a short text fit each topic.

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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigurationError
from crawler.text_cleaning import fold
from crawler.topics.table_files import table_lines
from crawler.topics.taxonomy_phrases import COMBINATION, PhraseMatch
from crawler.urls_and_hashtags import blank_urls_and_hashtags

CLASSIFIER_FILE = "post_classifier.tsv"
NO_TOPIC = "none"
"""The name of the class of texts without a topic."""

BIAS, LISTED, MAIN, ABOUT = "*bias", "*listed", "*main", "*about"
"""The rows of the table with the biases of topics, and with the coefficients for three questions.

They are whether a post is listed under a topic, whether the topic is its main one, and whether a
post that names a topic is about it.
"""

_WORD = re.compile(r"[^\W_]+(?:[.+#-][^\W_]+)*")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_LEAST_STEM = 4
_LEAST_WORDS = 3  # fewer words of the table are too little to decide by
_LEAST_SHARE = 0.5  # a text with fewer words of the table is in a language that was not learned
_QUOTED = 4  # words that explain a topic
_TOGETHER = 80  # characters of a text: about a dozen words
_BEST = 4  # topics that a post may have without a phrase of theirs


class Coefficients(NamedTuple):
    """Coefficients of a logistic regression over (post, topic) pairs that knows no topic by name.

    `fit` is multiplied by the fit of the topic, and `lead` by its difference to the best other
    topic. `none` is multiplied by the fit of no topic if it is above zero. `words` is multiplied by
    the logarithm of the number of known words, and `single` by the part of the fit that one word
    gives. `score` is multiplied by the score of the phrases, at most 2.0. The others count for the
    confidence that phrases give, and for the `first` topic that phrases give.
    """

    fit: float
    lead: float
    none: float
    words: float
    single: float
    score: float
    weak: float
    likely: float
    certain: float
    first: float
    bias: float


class PostWord(NamedTuple):
    """A word of a post: its stem, and its first place in the text in characters."""

    stem: str
    start: int
    end: int


Spans = Sequence[tuple[int, int]]
"""Places in a text: the first character of each, and the one after its last."""


class WordWeights(NamedTuple):
    """A word of a post, its tf-idf, and its weight for each topic."""

    word: PostWord
    value: float
    weights: Mapping[str, float]


_Share = tuple[float, PostWord]  # the part of a word in the fit of a topic


@dataclass(frozen=True, slots=True)
class PostFit:
    """How well the `text` of a post fits each topic, and the words behind it.

    `best` has the topics with the best fit, the best one first. `ambiguous` has the places of
    phrases of a topic that lack their technical sense: their words do not count for it.
    """

    fits: Mapping[str, float]
    best: Sequence[str]
    words: Sequence[WordWeights]
    text: str
    ambiguous: Mapping[str, Spans]

    def lead(self, topic: str) -> float:
        """Return the difference between the fit of a `topic` and that of the best other one."""
        own = self.fits.get(topic, 0.0)
        rivals = (self.fits[rival] for rival in self.best[:2] if rival != topic)
        return own - next(rivals, own)

    def concentration(self, topic: str) -> float:
        """Return the part of the words for a `topic` that the weightiest of them has, up to 1.0."""
        shares = [share for share, _ in self._shares(topic)]
        return max(shares) / sum(shares) if shares else 1.0

    def match(self, topic: str) -> PhraseMatch | None:
        """Return the words that speak most for a `topic` as one match; None if there are none.

        They lie together: a quotation of half the post explains nothing.
        """
        shares = sorted(self._shares(topic), key=lambda share: share[1].start)
        together = max(
            (_from(shares, first) for first in range(len(shares))), key=_sum_of_shares, default=[]
        )
        if not together:
            return None
        words = sorted(nlargest(_QUOTED, together), key=lambda share: share[1].start)
        first, last = words[0][1].start, max(word.end for _, word in words)
        named = " … ".join([self.text[word.start : word.end] for _, word in words])
        return PhraseMatch(topic, "text", COMBINATION, named, self.text[first:last], first)

    def _shares(self, topic: str) -> list[_Share]:
        """The words for a topic, with what they add to its fit."""
        spans = self.ambiguous.get(topic, ())
        return [
            (row.value * row.weights[topic], row.word)
            for row in self.words
            if row.weights.get(topic, 0.0) > 0 and not _is_within(row.word, spans)
        ]


@dataclass(frozen=True)
class PostClassifier:
    """The learned table. `rows` has the inverse document frequency and weights of each word."""

    rows: Mapping[str, str]
    biases: Mapping[str, float]
    listed: Coefficients
    main: Coefficients
    about: Coefficients
    version: str
    _read: dict[str, tuple[float, dict[str, float]]] = field(default_factory=dict, compare=False)

    def read(self, text: str, ambiguous: Mapping[str, Spans]) -> PostFit | None:
        """Return how well a `text` fits each topic; None if too few of its words are known.

        `ambiguous` has places by topic, whose words do not count for the topic.
        """
        words = [*content_words(text)]
        counts = Counter([word.stem for word in words])
        learned = [stem for stem in counts if stem in self.rows]
        if len(learned) < max(_LEAST_WORDS, _LEAST_SHARE * len(counts)):
            return None
        rows = [(stem, *self._row(stem)) for stem in learned]
        rows = [row for row in rows if row[1]]  # without stop words
        values = [(1 + math.log(counts[stem])) * frequency for stem, frequency, _ in rows]
        length = math.sqrt(sum([value * value for value in values]))
        if not length:
            return None
        first = {word.stem: word for word in reversed(words)}
        fits = dict(self.biases)
        weighed = []
        for (stem, _, weights), value in zip(rows, values, strict=True):
            scaled = value / length
            weighed.append(WordWeights(first[stem], scaled, weights))
            for topic, weight in weights.items():
                fits[topic] += weight * scaled
        for topic in ambiguous.keys() & fits.keys():
            fits[topic] -= _fit_within(ambiguous[topic], topic, weighed)
        best = nlargest(_BEST + 1, fits, key=fits.__getitem__)
        return PostFit(
            fits, [topic for topic in best if topic != NO_TOPIC][:_BEST], weighed, text, ambiguous
        )

    def _row(self, stem: str) -> tuple[float, dict[str, float]]:
        """The inverse document frequency and the weights of a word, parsed at its first use."""
        row = self._read.get(stem)
        if row is None:
            frequency, _, weights = self.rows[stem].partition("\t")
            row = self._read[stem] = float(frequency), _read_pairs(weights)
        return row


def read_classifier(path: Path, topics: Iterable[str]) -> PostClassifier | None:
    """Return the classifier in the file at `path` for these `topics`.

    Return None if there is no file, or if it has none of the topics. Raises ConfigurationError if
    the file has no row of biases or coefficients.
    """
    lines = table_lines(path)
    if not lines:
        return None
    rows = dict(_named(lines))
    try:
        biases = _read_pairs(rows.pop(BIAS))
        questions = (LISTED, MAIN, ABOUT)
        listed, main, about = (Coefficients(**_read_pairs(rows.pop(name))) for name in questions)
    except (KeyError, TypeError, ValueError):
        raise ConfigurationError(
            f"{path} has no valid rows {BIAS}, {LISTED}, {MAIN} and {ABOUT}.",
            "Copy the file of the package again, or delete it.",
        ) from None
    version = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    wanted = biases.keys() & {NO_TOPIC, *topics}
    if not wanted - {NO_TOPIC}:
        return None
    if len(wanted) == len(biases):
        return PostClassifier(rows, biases, listed, main, about, version)
    chosen = {topic: biases[topic] for topic in sorted(wanted)}
    rows = _only_topics(rows, wanted)
    return PostClassifier(rows, chosen, listed, main, about, version)


def content_words(text: str) -> Iterator[PostWord]:
    """Yield the words of a `text` that count: not those of URLs and hashtags, no numbers.

    A compound with hyphens counts as a whole and by its parts.
    """
    for word in _WORD.finditer(blank_urls_and_hashtags(text)):
        yield from _stems(word[0], word.start())


def table_row(frequency: float, weights: Mapping[str, float]) -> str:
    """Return the row of a word: its inverse document frequency, then its weights by topic."""
    return f"{frequency:.2f}\t{pairs_text(weights)}"


def pairs_text(values: Mapping[str, float]) -> str:
    """Return named `values` as `name=0.50 …`, sorted by name."""
    return " ".join(f"{name}={values[name]:.2f}" for name in sorted(values))


def _named(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, row = line.partition("\t")
        yield name, row


def _read_pairs(text: str) -> dict[str, float]:
    pairs = (pair.rpartition("=") for pair in text.split())
    return {name: float(value) for name, _, value in pairs}


def _only_topics(rows: Mapping[str, str], topics: Iterable[str]) -> dict[str, str]:
    """The rows without the weights of other topics, which the taxonomy does not have."""
    wanted = frozenset(topics)
    chosen = {}
    for stem, row in rows.items():
        frequency, _, weights = row.partition("\t")
        parts = {name: w for name, w in _read_pairs(weights).items() if name in wanted}
        chosen[stem] = table_row(float(frequency), parts)
    return chosen


def _stems(word: str, start: int) -> Iterator[PostWord]:
    folded = fold(word)
    if not folded.isdigit():
        yield PostWord(_stem(folded), start, start + len(word))
    if "-" in word:
        for part in re.finditer(r"[^-]+", word):
            if not part[0].isdigit():
                at = start + part.start()
                yield PostWord(_stem(fold(part[0])), at, at + len(part[0]))


def _from(shares: Sequence[_Share], first: int) -> list[_Share]:
    """The words from the `first` one on that lie together, in the order of the text."""
    end = shares[first][1].start + _TOGETHER
    return [share for share in shares[first:] if share[1].end <= end]


def _sum_of_shares(shares: Sequence[_Share]) -> float:
    return sum([share for share, _ in shares])


def _fit_within(spans: Spans, topic: str, words: Iterable[WordWeights]) -> float:
    """The sum that the words in these places add to the fit of a topic."""
    within = (row for row in words if _is_within(row.word, spans))
    return sum(row.value * max(row.weights.get(topic, 0.0), 0.0) for row in within)


def _is_within(word: PostWord, spans: Spans) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)


@lru_cache(50_000)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word
