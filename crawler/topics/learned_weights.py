"""The learned table: how much a phrase in a title or a URL counts for a topic.

Each line has topic, field, phrase and weight between tabs. The field is `title` or `url`. A topic
needs a weight of 1.0. The phrases `*strong` and `*weak` mean any strong or weak phrase of the topic
in that field. The lines are sorted, so that a curator can read and edit the file. Lines that begin
with `#` are comments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigurationError

FILE_NAME = "topic_weights.tsv"
FIELDS = ("title", "url")
ANY_STRONG, ANY_WEAK = "*strong", "*weak"
_COLUMNS = "# topic\tfield\tphrase\tweight\n"


class LearnedPhrase(NamedTuple):
    """A phrase in a field that is evidence for a topic, or with a weight below zero against it.

    A topic needs a weight of 1.0.
    """

    topic: str
    field: str
    phrase: str
    weight: float


@dataclass(frozen=True)
class LearnedWeights:
    """The rows of the table, sorted."""

    rows: tuple[LearnedPhrase, ...] = ()

    @cached_property
    def phrases(self) -> tuple[LearnedPhrase, ...]:
        """The learned phrases."""
        return tuple(row for row in self.rows if not row.phrase.startswith("*"))

    @cached_property
    def aliases(self) -> Mapping[tuple[str, str, str], float]:
        """The weights of any strong and of any weak phrase by topic, field and rule."""
        return {
            (row.topic, row.field, row.phrase.removeprefix("*")): row.weight
            for row in self.rows
            if row.phrase in (ANY_STRONG, ANY_WEAK)
        }

    @cached_property
    def version(self) -> str:
        """A hash of the rows; it is empty without any."""
        return hashlib.sha256(_lines(self.rows).encode()).hexdigest()[:12] if self.rows else ""


def read_weights(path: Path) -> LearnedWeights:
    """Return the table in the file at `path`; it is empty if there is no file.

    Raises ConfigurationError that names the line.
    """
    if not path.is_file():
        return LearnedWeights()
    text = path.read_text(encoding="utf-8")
    return make_weights(
        [
            _read_line(path, number, line)
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip() and not line.startswith("#")
        ]
    )


def make_weights(phrases: Iterable[LearnedPhrase]) -> LearnedWeights:
    """Return a table of these `phrases`, sorted."""
    return LearnedWeights(tuple(sorted(phrases)))


def write_weights(path: Path, learned: LearnedWeights, header: str = "") -> None:
    """Write the `learned` table to `path`, sorted, after the comment lines of a `header`."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(header + _COLUMNS + _lines(learned.rows), encoding="utf-8")


def _lines(phrases: Iterable[LearnedPhrase]) -> str:
    return "".join(f"{p.topic}\t{p.field}\t{p.phrase}\t{p.weight:.2f}\n" for p in phrases)


def _read_line(path: Path, number: int, line: str) -> LearnedPhrase:
    try:
        topic, where, phrase, weight = line.split("\t")
        learned = LearnedPhrase(topic, where, phrase, float(weight))
    except ValueError:
        raise ConfigurationError(
            f"{path}, line {number}: not topic, field, phrase and weight between tabs.",
            "Correct or delete that line.",
        ) from None
    if where not in FIELDS:
        raise ConfigurationError(
            f"{path}, line {number}: {where!r} is not a field.", f"Known: {', '.join(FIELDS)}."
        )
    return learned
