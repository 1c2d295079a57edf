"""Checks of the tables in the topics folder: rows without effect, sizes of topics, and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from crawler.topics.lint import LintFinding
from crawler.topics.multilingual_phrases import PATTERN, SYSTEMS, with_terms
from crawler.topics.phrase_matcher import forms, phrase_key
from crawler.topics.table_files import invalid_row, table_lines, table_rows
from crawler.topics.taxonomy import (
    COMMON_WORDS,
    FIELD_WORDS,
    REQUIRED_CONTEXT,
    TECHNICAL_HOSTS,
    Taxonomy,
)
from crawler.topics.url_evidence import TOPIC_HOSTS

WIDE_TOPICS = "_wide_topics.tsv"
LEAST_PHRASES, MOST_PHRASES = 8, 40
"""A topic has 8 to 40 strong, contextual and weak phrases, unless the table gives a reason."""


def lint_tables(folder: Path, taxonomy: Taxonomy) -> list[LintFinding]:
    """Return rows of required context without effect, and tables that are not sorted.

    `folder` has the tables, and `taxonomy` is read from it. `topic` of a finding about a whole
    table is the name of its file.
    """
    return [*_without_effect(taxonomy), *_unsorted(folder)]


def read_limits(path: Path) -> dict[str, int]:
    """Return topic -> number of phrases of the table at `path`.

    The columns are topic, number and reason. Raises ConfigurationError if a row is not valid.
    """
    limits = {}
    columns = ("topic", "number", "reason")
    for topic, number, reason in table_rows(path, *columns):
        if not number.isdecimal():
            raise invalid_row(path, columns, (topic, number, reason))
        limits[topic] = int(number)
    return limits


def _sizes(taxonomy: Taxonomy, limits: Mapping[str, int]) -> Iterator[LintFinding]:
    """The topics with fewer or more phrases than allowed, and limits that are too high."""
    for slug, topic in taxonomy.topics.items():
        phrases = len(topic.strong) + len(topic.contextual) + len(topic.weak)
        most = limits.get(slug, MOST_PHRASES)
        if not LEAST_PHRASES <= phrases <= most:
            message = f"has {phrases} phrases; {LEAST_PHRASES} to {most} are allowed"
            yield LintFinding(slug, "strong", f"{message}. Names of systems belong in {SYSTEMS}")
        elif phrases < most != MOST_PHRASES:
            lower = max(phrases, MOST_PHRASES)
            yield LintFinding(slug, WIDE_TOPICS, f"has {phrases} phrases: lower {most} to {lower}")


def lint_sizes(taxonomy: Taxonomy, limits: Mapping[str, int]) -> list[LintFinding]:
    """Return the topics of a `taxonomy` with too few or too many phrases, and limits too high.

    Also return each phrase around a strong phrase of its topic, because it adds to their number
    without an effect. `limits` are the numbers of phrases that wide topics may have.
    """
    return [*_sizes(taxonomy, limits), *_nested(taxonomy)]


def _nested(taxonomy: Taxonomy) -> Iterator[LintFinding]:
    """The phrases that contain a strong phrase of the same topic, which counts without them."""
    for slug, topic in taxonomy.topics.items():
        whole = {
            f" {form} "
            for phrase in topic.strong
            if phrase == phrase.lower()
            and (slug, phrase_key(phrase)) not in taxonomy.required_context
            for form in forms(phrase_key(phrase))
        }
        for phrase in (*topic.strong, *topic.contextual, *topic.weak):
            key = f" {phrase_key(phrase)} "
            inner = [form for form in whole if form in key and form != key]
            if inner and (slug, phrase_key(phrase)) not in taxonomy.required_context:
                message = f"{phrase!r} contains {min(inner).strip()!r}, which counts without it"
                yield LintFinding(slug, "strong", message)


def _without_effect(taxonomy: Taxonomy) -> Iterator[LintFinding]:
    topics = {topic.slug: topic for topic in with_terms(taxonomy.topics.values(), taxonomy.terms)}
    for slug, key in sorted(taxonomy.required_context):
        topic = topics.get(slug)
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
    for name in (
        COMMON_WORDS,
        FIELD_WORDS,
        REQUIRED_CONTEXT,
        TECHNICAL_HOSTS,
        SYSTEMS,
        TOPIC_HOSTS,
        WIDE_TOPICS,
        *terms,
    ):
        lines = table_lines(folder / name)
        for above, line in pairwise(lines):
            if line.casefold() < above.casefold():
                first, second = (row.partition("\t")[0] for row in (line, above))
                yield LintFinding(name, "order", f"{first!r} must come before {second!r}")
                break
