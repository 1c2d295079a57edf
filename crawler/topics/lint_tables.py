"""Checks of the tables in the topics folder: rows without effect, and rows out of order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from crawler.topics.lint import LintFinding
from crawler.topics.multilingual_phrases import PATTERN
from crawler.topics.phrase_matcher import phrase_key
from crawler.topics.table_files import table_lines
from crawler.topics.taxonomy import (
    COMMON_WORDS,
    FIELD_WORDS,
    REQUIRED_CONTEXT,
    TECHNICAL_HOSTS,
    Taxonomy,
)
from crawler.topics.url_evidence import TOPIC_HOSTS


def lint_tables(folder: Path, taxonomy: Taxonomy) -> list[LintFinding]:
    """Return rows of required context without effect, and tables that are not sorted.

    `folder` holds the tables and `taxonomy` is read from it.

    `topic` of a finding about a whole table is the name of its file.
    """
    return [*_without_effect(taxonomy), *_unsorted(folder)]


def _without_effect(taxonomy: Taxonomy) -> Iterator[LintFinding]:
    for slug, key in sorted(taxonomy.needs):
        topic = taxonomy.topics.get(slug)
        if topic is None:
            message = f"{key!r} is bound for the topic {slug}, which does not exist"
            yield LintFinding(slug, REQUIRED_CONTEXT, message)
        elif key not in map(phrase_key, (*topic.strong, *topic.contextual)):
            message = (
                f"{key!r} is neither strong nor contextual in {slug}, so its row has no effect"
            )
            yield LintFinding(slug, REQUIRED_CONTEXT, message)


def _unsorted(folder: Path) -> Iterator[LintFinding]:
    """The first line of each table that comes before the line above it, in any letter case."""
    terms = sorted(path.name for path in folder.glob(PATTERN))
    for name in (COMMON_WORDS, FIELD_WORDS, REQUIRED_CONTEXT, TECHNICAL_HOSTS, TOPIC_HOSTS, *terms):
        lines = table_lines(folder / name)
        for above, line in pairwise(lines):
            if line.casefold() < above.casefold():
                first, second = (row.partition("\t")[0] for row in (line, above))
                yield LintFinding(name, "order", f"{first!r} must come before {second!r}")
                break
