"""The taxonomy: one TOML file per topic in, frozen topics and the version of their content out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from crawler.errors import ConfigurationError
from crawler.models.topics import Topic
from crawler.settings.toml_files import read_toml
from crawler.topics.multilingual_phrases import Term, read_terms
from crawler.topics.phrase_matcher import phrase_key
from crawler.topics.table_files import folder_files, read_words, table_rows
from crawler.topics.url_evidence import TOPIC_HOSTS, read_topic_hosts
from crawler.validation_messages import validation_message

_KEYS = frozenset(field.name for field in fields(Topic)) - {"slug", "source"}
COMMON_WORDS = "_common_words.txt"
FIELD_WORDS, REQUIRED_CONTEXT = "_field_words.txt", "_required_context.tsv"
TECHNICAL_HOSTS = "_technical_hosts.txt"
_REFERENCES = ("related", "confused_with")


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Every topic by its slug, sorted, and a hash that changes when any of them does."""

    topics: Mapping[str, Topic]
    version: str
    field_words: frozenset[str] = frozenset()
    required_context: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    technical_hosts: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()
    topic_hosts: Mapping[str, str] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """Give another process plain mappings: a read-only view cannot be pickled."""
        values = (getattr(self, column.name) for column in fields(self))
        plain = (dict(value) if isinstance(value, Mapping) else value for value in values)
        return Taxonomy, tuple(plain)


def read_taxonomy(folder: Path) -> Taxonomy:
    """Return the topics of `folder/<slug>.toml`; files whose names start with `_` are tables.

    Raises ConfigurationError that names the file and the key if a key is unknown, a value has the
    wrong type, or a topic that is named does not exist.
    """
    paths = folder_files(folder, "*.toml")
    if not paths:
        raise ConfigurationError(
            f"{folder}: no topic files.",
            "A topic is a file <slug>.toml with a label and a definition.",
        )
    return make_taxonomy(
        (_read_topic(path) for path in paths),
        read_words(folder / FIELD_WORDS),
        _read_required_context(folder / REQUIRED_CONTEXT),
        read_words(folder / TECHNICAL_HOSTS),
        read_terms(folder),
        read_topic_hosts(folder / TOPIC_HOSTS),
    )


def make_taxonomy(
    topics: Iterable[Topic],
    field_words: frozenset[str] = frozenset(),
    required_context: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType({}),
    technical_hosts: frozenset[str] = frozenset(),
    terms: tuple[Term, ...] = (),
    topic_hosts: Mapping[str, str] = MappingProxyType({}),
) -> Taxonomy:
    """Return a taxonomy of `topics` with its tables.

    `field_words` are words of software engineering, `required_context` those that a
    phrase requires by topic and
    phrase, and `terms` the phrases in other languages. Pages on `technical_hosts` are about
    software, and those on one of the `topic_hosts` about its topic. Raises
    ConfigurationError if a topic or a row of a table names an unknown topic.
    """
    by_slug = {topic.slug: topic for topic in sorted(topics, key=lambda topic: topic.slug)}
    for topic in by_slug.values():
        _check_references(topic, by_slug)
    _check_former(by_slug)
    for term in terms:
        _check_term(term, by_slug)
    _check_hosts(topic_hosts, by_slug)
    context = (
        sorted(field_words),
        [(*place, sorted(required_context[place])) for place in sorted(required_context)],
        sorted(technical_hosts),
        terms,
        sorted(topic_hosts.items()),
    )
    version = _version(by_slug.values(), context)
    return Taxonomy(
        MappingProxyType(by_slug),
        version,
        field_words,
        required_context,
        technical_hosts,
        terms,
        topic_hosts,
    )


def broader_topics(slug: str, topics: Mapping[str, Topic]) -> tuple[str, ...]:
    """Return the topics above the topic `slug`, the next one first.

    In a cycle, they are the other topics of the cycle.
    """
    line = [slug]
    while (parent := topics[line[-1]].broader) is not None and parent not in line:
        line.append(parent)
    return tuple(line[1:])


def in_tree_order(topics: Mapping[str, Topic]) -> list[tuple[int, Topic]]:
    """Return each topic with its level (0 at the top), after the topic above it.

    Topics with the same topic above are sorted by slug.
    """
    paths = {slug: (*reversed(broader_topics(slug, topics)), slug) for slug in topics}
    return [(len(paths[slug]) - 1, topics[slug]) for slug in sorted(topics, key=paths.__getitem__)]


def _read_required_context(path: Path) -> Mapping[tuple[str, str], frozenset[str]]:
    """Rows of phrase, topic, words that must be near, and the reason, between tabs."""
    rows = table_rows(path, "phrase", "topic", "words", "reason")
    return MappingProxyType(
        {(topic, phrase_key(phrase)): frozenset(words.split()) for phrase, topic, words, _ in rows}
    )


def _read_topic(path: Path) -> Topic:
    table: dict[str, Any] = read_toml(path)
    for unknown in sorted(set(table) - _KEYS):
        raise ConfigurationError(
            f"{path}: {unknown} is not a key of a topic.", f"Known: {', '.join(sorted(_KEYS))}."
        )
    try:
        return msgspec.convert({**table, "slug": path.stem, "source": str(path)}, Topic)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{path}: {validation_message(error)}.", "Correct the file and run the command again."
        ) from None


def _check_references(topic: Topic, by_slug: Mapping[str, Topic]) -> None:
    where = topic.source or topic.slug
    for key in ("broader", *_REFERENCES):
        named = getattr(topic, key)
        for slug in named if isinstance(named, tuple) else [named] if named else []:
            if slug not in by_slug:
                raise ConfigurationError(
                    f"{where}: {key} names {slug!r}, and there is no such topic.",
                    "Topics are named by their file, without .toml.",
                )


def _check_former(by_slug: Mapping[str, Topic]) -> None:
    """A former slug leads to one topic; a slug in use may name the topic of a split."""
    taken: dict[str, Topic] = {}
    for topic in by_slug.values():
        for slug in topic.formerly:
            owner = taken.setdefault(slug, topic)
            if owner is not topic and slug not in by_slug:
                raise ConfigurationError(
                    f"{topic.source or topic.slug}: formerly names {slug!r}, as {owner.slug} does.",
                    "Leave it to the topic that old links and decisions are about.",
                )


def _check_term(term: Term, by_slug: Mapping[str, Topic]) -> None:
    if term.topic not in by_slug:
        raise ConfigurationError(
            f"{term.table}: {term.term!r} names {term.topic!r}, which does not exist.",
            "Name a topic by its file, without .toml.",
        )


def _check_hosts(topic_hosts: Mapping[str, str], by_slug: Mapping[str, Topic]) -> None:
    for host, topic in topic_hosts.items():
        if topic not in by_slug:
            raise ConfigurationError(
                f"{TOPIC_HOSTS}: {host} names {topic!r}, which does not exist.",
                "Name a topic by its file, without .toml.",
            )


def _version(topics: Iterable[Topic], context: tuple[object, ...]) -> str:
    contents = [{key: getattr(topic, key) for key in ("slug", *sorted(_KEYS))} for topic in topics]
    encoded = msgspec.json.encode((contents, context), order="sorted")
    return hashlib.sha256(encoded).hexdigest()[:12]
