"""Tables of further phrases of topics: terms of other languages, and names of systems.

A row of `_terms.<language>.tsv` or `_systems.tsv` is a term, its topic, and `strong` or
`contextual`, between tabs. A term is also found without its accents (`replicacion`) and with
transcribed umlauts (`Hochverfuegbarkeit`). A system is an example of its topic: `RabbitMQ` of
message queues.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from crawler.models.topics import Topic
from crawler.text_cleaning import without_accents
from crawler.topics.table_files import invalid_row, table_rows

PATTERN = "_terms.*.tsv"
SYSTEMS = "_systems.tsv"
RULES = ("strong", "contextual")

_SYSTEMS = "systems"  # in place of a language
_COLUMNS = ("term", "topic", "strong or contextual")

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Term(NamedTuple):
    """A phrase of a topic in another language, or the name of a system in `systems`.

    `rule` is the kind of phrase.
    """

    language: str
    term: str
    topic: str
    rule: str

    @property
    def table(self) -> str:
        """The name of the file with the term."""
        return SYSTEMS if self.language == _SYSTEMS else PATTERN.replace("*", self.language)


def read_terms(folder: Path) -> tuple[Term, ...]:
    """Return the terms of all tables in a `folder`, by language.

    Raises ConfigurationError if a row is not valid.
    """
    paths = (*sorted(folder.glob(PATTERN)), folder / SYSTEMS)
    return tuple(chain.from_iterable(map(_read_table, paths)))


def with_terms(topics: Iterable[Topic], terms: Iterable[Term]) -> list[Topic]:
    """Return the `topics` with their `terms` among their phrases."""
    added: dict[tuple[str, str], list[str]] = {}
    for _, term, topic, rule in terms:
        added.setdefault((topic, rule), []).extend(spellings(term))
    return [_with_own(topic, added) for topic in topics]


def spellings(term: str) -> tuple[str, ...]:
    """Return a `term` as written, with transcribed umlauts, and without accents."""
    if term.isascii():
        return (term,)
    composed = unicodedata.normalize("NFC", without_accents(term))
    return tuple(dict.fromkeys((term, term.translate(_UMLAUTS), composed)))


def _with_own(topic: Topic, added: Mapping[tuple[str, str], list[str]]) -> Topic:
    strong, contextual = (tuple(added.get((topic.slug, rule), ())) for rule in RULES)
    if not strong and not contextual:
        return topic
    return replace(topic, strong=topic.strong + strong, contextual=topic.contextual + contextual)


def _read_table(path: Path) -> Iterator[Term]:
    language = path.stem.partition(".")[2] or _SYSTEMS
    for values in table_rows(path, *_COLUMNS):
        term, topic, rule = values
        if rule not in RULES:
            raise invalid_row(path, _COLUMNS, values)
        yield Term(language, term, topic, rule)
