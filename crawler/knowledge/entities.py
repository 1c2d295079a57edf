"""Which organisations, systems, techniques and people a text names, and its figures of scale, each with the sentence that says so.

The names are the sorted table `entities.tsv`. Case counts: Raft is an algorithm, a raft is a boat. A name that is also something else is believed only
when one of its `needs` stands in the same text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from crawler.knowledge.tables import rows
from crawler.model import Mention
from crawler.sentences import Sentence, sentences
from crawler.text import clean_line, slug
from crawler.versions import version_of

VERSION = 1
"""Raise it when the code gives other results; a change of the table is noticed by itself."""

_SENTENCE_LIMIT = 300
_MOST = 25
_FIGURE = re.compile(
    r"(?<![\w.,$€£])[$€£]?\d[\d,.]*\s?(?:%|k|K|M|B|x|ms|µs|μs|TB|PB|GB|Gbps|thousand|million|billion|trillion|petabytes?|terabytes?|exabytes?|milliseconds?|microseconds?)?\+?"
    r"\s?(?:(?:HTTP |API |read |write |concurrent |daily |monthly |active |usage |database )*"
    r"(?:rps|RPS|qps|QPS|tps|TPS|requests|queries|transactions|messages|events|operations|ops|writes|reads|users|customers|connections|nodes|servers|machines|"
    r"instances|containers|pods|cells|shards|partitions|services|microservices|regions|tables|rows|records|cores)"
    r"(?:\s?(?:per|/|a|an|each)\s?(?:second|sec|s|minute|min|hour|day|month|node|year))?|(?:\s?(?:per|/)\s?(?:second|sec|s|day|month|year))|(?:\s?(?:latency|uptime|availability)))"
)
_BARE = re.compile(r"(?<![\w.,])\d[\d,.]*\s?(?:TB|PB|EB|petabytes?|terabytes?|exabytes?)\b|99\.9+\s?%")


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of the table."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def mentions(text: str) -> list[Mention]:
    """At most 25 entities and figures of a text, each at its first place, in order."""
    spans = list(sentences(text))
    found = {**_named(text, spans), **_figures(spans)}
    return sorted(found.values(), key=lambda each: (each.start, each.slug))[:_MOST]


def version() -> str:
    """The version of the entities: of this code, its patterns and `entities.tsv`."""
    return version_of(VERSION, _table(), _FIGURE.pattern, _BARE.pattern)


def table() -> tuple[Entity, ...]:
    """The entities of `entities.tsv`, in its order."""
    return _table()


@cache
def _table() -> tuple[Entity, ...]:
    return tuple(
        Entity(row["name"], row["kind"], _parts(row["aliases"]), _parts(row["needs"]))
        for row in rows("entities.tsv")
    )


@cache
def _matcher() -> tuple[AhoCorasick, tuple[Entity, ...]]:
    spelled = {spelling: entity for entity in _table() for spelling in (entity.name, *entity.aliases)}
    return AhoCorasick(list(spelled), matchkind=MatchKind.LeftmostLongest), tuple(spelled.values())


def _named(text: str, spans: Sequence[Sentence]) -> dict[str, Mention]:
    matcher, spelled = _matcher()
    found: dict[str, Mention] = {}
    for number, start, end in matcher.find_matches_as_indexes(text):
        entity = spelled[number]
        if entity.name in found or not _is_word(text, start, end) or not _believed(entity, text):
            continue
        found[entity.name] = Mention(slug(entity.name) or entity.name, entity.name, entity.kind, _sentence_at(spans, start), start)
    return found


def _figures(spans: Sequence[Sentence]) -> dict[str, Mention]:
    found: dict[str, Mention] = {}
    for sentence, match in _figure_matches(spans):
        name = clean_line(match[0].strip(" .,"), 60)
        found.setdefault(f"figure {name}", Mention(f"figure-{slug(name)}", name, "figure", clean_line(sentence.text, _SENTENCE_LIMIT), sentence.start + match.start()))
    return found


def _figure_matches(spans: Sequence[Sentence]) -> Iterator[tuple[Sentence, re.Match[str]]]:
    for sentence in spans:
        for pattern in (_FIGURE, _BARE):
            for match in pattern.finditer(sentence.text):
                yield sentence, match


def _believed(entity: Entity, text: str) -> bool:
    return not entity.needs or any(need in text for need in entity.needs)


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or (before in ("_", "@", "#", "/", ".") and before)) and not (after.isalnum() or after == "_")


def _sentence_at(spans: Sequence[Sentence], start: int) -> str:
    place = bisect_right(spans, start, key=lambda sentence: sentence.start) - 1
    return clean_line(spans[place].text, _SENTENCE_LIMIT) if place >= 0 else ""


def _parts(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(",") if part.strip())
