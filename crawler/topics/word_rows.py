"""The rows of the learned table of words, parsed at the first text with the word."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.errors import ConfigurationError
from crawler.topics.packed_vectors import UNIT, PackedVectors
from crawler.topics.text_stems import words_in

CLASSIFIER_FILE = "word_classifier.tsv"
SOLUTION = "Replace the file by that of the package, or delete it."

_FEW_WEIGHTS = 8  # up to this number a loop is as fast as packed weights
_MOST_WRITTEN = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class WordRow:
    """The row of a word: its stem and its inverse document frequency.

    `hundredths` has a hundred times its weight for each topic, by the place of the topic. If few
    weights are not zero, `few` has them by the place of the topic. Otherwise `vector` has all
    weights packed.
    """

    stem: str
    idf: float
    hundredths: Sequence[int]
    few: Sequence[tuple[int, float]]
    vector: int


class WordRows(dict[str, tuple["WordRow | str", ...]]):
    """The rows of the words in each part of a text without white space: `(re-sent,`.

    A word that was not learned has its stem instead of a row.
    """

    def __init__(self, table: bytes, topics: Sequence[str], renamed: Mapping[str, str]) -> None:
        """Use the lines of a `table`. `renamed` has those `topics` that have another name there."""
        self.places = {topic: place for place, topic in enumerate(topics)}
        self.vectors = PackedVectors(len(topics))
        self._lines = sorted(table.split(b"\n"))
        self._renamed = renamed
        self._rows: dict[str, WordRow] = {}

    def __missing__(self, written: str) -> tuple[WordRow | str, ...]:
        if len(self) >= _MOST_WRITTEN:
            self.clear()
        rows = self[written] = tuple([self._row(word.stem) for word in words_in(written)])
        return rows

    def _row(self, stem: str) -> WordRow | str:
        """The row of a stem, or the stem if it was not learned."""
        row = self._rows.get(stem)
        if row is None:
            name = stem.encode()
            place = bisect_left(self._lines, name)
            listed, _, values = b"".join(self._lines[place : place + 1]).partition(b"\t")
            if listed != name:
                return stem
            row = self._rows[stem] = self._parse(stem, values.decode(errors="replace"))
        return row

    def _parse(self, stem: str, values: str) -> WordRow:
        """The row with these values. Raises ConfigurationError if a number is invalid."""
        idf, _, pairs = values.partition("\t")
        places = self.places
        try:
            hundredths = array("h", bytes(2 * len(places)))
            for name, weight in read_pairs(pairs).items():
                place = places.get(self._renamed.get(name, name))
                if place is not None:
                    hundredths[place] = round(weight * UNIT)
            few = [(place, number / UNIT) for place, number in enumerate(hundredths) if number]
            if len(few) <= _FEW_WEIGHTS:
                return WordRow(stem, float(idf), hundredths, few, 0)
            return WordRow(stem, float(idf), hundredths, (), self.vectors.pack(hundredths))
        except (OverflowError, ValueError):
            problem = f"{CLASSIFIER_FILE}: the row of {stem!r} is invalid."
            raise ConfigurationError(problem, SOLUTION) from None


def read_pairs(text: str) -> dict[str, float]:
    """Return the named values in a `text` such as `name=0.50 …`."""
    pairs = (pair.rpartition("=") for pair in text.split())
    return {name: float(value) for name, _, value in pairs}
