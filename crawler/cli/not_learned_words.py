"""The words that no phrase of a topic is learned from: everyday words and names of persons."""

from __future__ import annotations

from pathlib import Path


def words_not_learned(topics: Path) -> frozenset[str]:
    """Return the everyday words of the folder `topics`, and the words of the names of persons.

    In titles, both say little about the subject: `stop`, `faster`, `Greg Young`.
    """
    from crawler.knowledge.entities import entity_table
    from crawler.topics.phrase_matcher import fold_words
    from crawler.topics.table_files import read_words
    from crawler.topics.taxonomy import COMMON_WORDS

    persons = (entity for entity in entity_table() if entity.kind == "person")
    names = (name for person in persons for name in (person.name, *person.aliases))
    return read_words(topics / COMMON_WORDS).union(*(fold_words(name).split() for name in names))
