"""Find the organizations, systems, techniques and people that a text mentions.

The names are the sorted table `entities.tsv`. Case counts: Raft is an algorithm, a raft is a
boat. A name with other meanings counts only near one of its `needs`, and never inside one of the
phrases of its `not`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from crawler.derivation_versions import version_of
from crawler.knowledge.figures import figure_mentions, version_inputs
from crawler.models.relations import Mention
from crawler.sentence_splitter import Sentence, split_sentences
from crawler.text_cleaning import clean_line, slugify
from crawler.tsv_tables import read_table

VERSION = 2
"""Raise it if the code gives other results. A change of the table changes the version too."""

_MOST = 25
_LONGEST_SENTENCE = 300
_NEAR = 300  # characters on each side in which a need is looked for
_ACTING = "*"
_BEFORE_ACTING = re.compile(
    r"\b(?:at|by|inside|joined|like|including|such as|how|why|companies|customers?)\s$",
    re.IGNORECASE,
)
_BEFORE_PLACE = re.compile(r"\b(?:on|in|via|to|from|using|through|my|our|your)\s$", re.IGNORECASE)
_AFTER_ACTING = re.compile(
    r"['’]s?\s|\s(?i:engineer\w*|teams?|use[sd]?|runs?|ran|buil[dt]s?|migrat\w+|mov(?:es|ed)"
    r"|serv(?:es|ed)|handle[sd]|store[sd]|process(?:es|ed)|scale[sd]|wrote|rewrote|open[- ]sourced"
    r"|announced|launched|adopted|decided|need(?:s|ed)|had|has|was|developed|created|released"
    r"|started|switched|acquired|employees|infrastructure|architecture|outage|inc|said|reported"
    r"|experienced|replaced|reduced|published|processes|relies|maintains)\b"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of the table."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def find_mentions(text: str) -> list[Mention]:
    """Return at most 25 entities and 25 figures of `text`, each at its first offset, in order."""
    spans = list(split_sentences(text))
    mentions = [*_first(_named(text, spans)), *_first(figure_mentions(spans))]
    return sorted(mentions, key=lambda mention: (mention.start, mention.slug))


def version() -> str:
    """Return the version of the entities: of this code, its patterns and its tables."""
    patterns = (_BEFORE_ACTING.pattern, _BEFORE_PLACE.pattern, _AFTER_ACTING.pattern)
    return version_of(VERSION, entity_table(), patterns, version_inputs())


@cache
def entity_table() -> tuple[Entity, ...]:
    """Return the entities of `entities.tsv`, in order."""
    return tuple(
        Entity(
            row["name"],
            row["kind"],
            _parts(row["aliases"]),
            _parts(row["needs"]),
            _parts(row["not"]),
        )
        for row in read_table("crawler.knowledge", "entities.tsv")
    )


def spellings(entity: Entity) -> set[str]:
    """Return the spellings of `entity`. Techniques in lower case may also be capitalized."""
    names = {entity.name, *entity.aliases}
    if entity.kind != "technique":
        return names
    lower = {name for name in names if name[:1].islower()}
    capitalized = {name[0].upper() + name[1:] for name in lower}
    words = {name for name in lower if name.replace(" ", "").replace("-", "").isalpha()}
    return names | capitalized | {name.title() for name in words}


def _first(mentions: Iterator[Mention]) -> list[Mention]:
    """Return the first 25 mentions with different slugs."""
    by_slug: dict[str, Mention] = {}
    for mention in mentions:
        by_slug.setdefault(mention.slug, mention)
        if len(by_slug) == _MOST:
            break
    return list(by_slug.values())


@cache
def _matcher() -> tuple[AhoCorasick, tuple[Entity | None, ...]]:
    """Return the automaton, and for each of its patterns the entity, or None for a `not`."""
    spelled: dict[str, Entity | None] = {}
    for entity in entity_table():
        spelled |= dict.fromkeys(spellings(entity), entity)
    for entity in entity_table():
        spelled |= dict.fromkeys(entity.never)
    return AhoCorasick(list(spelled), matchkind=MatchKind.LeftmostLongest), tuple(spelled.values())


def _named(text: str, spans: Sequence[Sentence]) -> Iterator[Mention]:
    matcher, spelled = _matcher()
    mentioned: set[str] = set()
    for number, start, end in matcher.find_matches_as_indexes(text):
        entity = spelled[number]
        if entity is None or entity.name in mentioned or not _is_word(text, start, end):
            continue
        if entity.needs and not _has_context(entity, text, start, end):
            continue
        sentence = _sentence_at(spans, start)
        if not sentence:
            continue
        mentioned.add(entity.name)
        yield Mention(
            slugify(entity.name) or entity.name, entity.name, entity.kind, sentence, start
        )


def _has_context(entity: Entity, text: str, start: int, end: int) -> bool:
    near = _needed(entity.needs)
    if near and near.search(text, max(0, start - _NEAR), end + _NEAR):
        return True
    return _ACTING in entity.needs and _acts(text, start, end)


def _acts(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 20) : start]
    if _BEFORE_PLACE.search(before):
        return False
    return bool(_BEFORE_ACTING.search(before) or _AFTER_ACTING.match(text, end))


@cache
def _needed(needs: tuple[str, ...]) -> re.Pattern[str] | None:
    """Lower-case needs match the start of a word in any case, other needs match exactly."""
    words = [re.escape(need) for need in needs if need != _ACTING]
    stems = "|".join(filter(str.islower, words))
    exact = "|".join(word for word in words if not word.islower())
    parts = []
    if stems:
        parts.append(rf"(?i:(?<!\w)(?:{stems}))")
    if exact:
        parts.append(rf"(?<!\w)(?:{exact})(?!\w)")
    return re.compile("|".join(parts)) if parts else None


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether the place is a word of prose, and not part of a word, a name or a URL."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isalnum() or (before and before in "_@#/."):
        return False
    return not (
        after[:1].isalnum() or after[:1] == "_" or (after[:1] in "./@" and after[1:].isalnum())
    )


def _sentence_at(spans: Sequence[Sentence], start: int) -> str:
    """Return the sentence at an offset; empty in code, which belongs to no sentence."""
    number = bisect_right(spans, start, key=lambda sentence: sentence.start) - 1
    if number < 0 or start >= spans[number].start + len(spans[number].text):
        return ""
    return clean_line(spans[number].text, _LONGEST_SENTENCE)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())
