"""The kind of an article and the reason, decided by tables of hosts, paths, titles and openings.

Each matching row adds its weight to its kind. The kind with the highest total is chosen if it
reaches THRESHOLD; its row with the highest weight is the reason. `kind_hosts.tsv` lists the kinds
that a host publishes, `kind_signs.tsv` lists patterns. A new row is one line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from crawler.derivation_versions import version_of
from crawler.knowledge.entities import entity_table
from crawler.knowledge.pattern_literals import PatternFilter
from crawler.tsv_tables import read_table
from crawler.url_parser import host_of, path_of

VERSION = 2
"""Raise it if the code gives other results. A change of the tables changes the version too."""

THRESHOLD = 1.0
DEFAULT = "article"
KINDS = {
    "announcement": "Announcement",
    "article": "Article",
    "case-study": "Case study",
    "deep-dive": "Deep dive",
    "documentation": "Documentation",
    "event": "Event",
    "guide": "Book or guide",
    "job": "Job",
    "opinion": "Opinion",
    "paper": "Paper",
    "pattern": "Pattern page",
    "post-mortem": "Post-mortem",
    "promotion": "Promotion",
    "repository": "Repository",
    "talk": "Talk",
    "tutorial": "Tutorial",
}
PICK_KINDS = {**KINDS, "book": "Book", "essay": "Essay"}
"""The kinds of the works in reading lists. Rules never choose the last two."""

FIELDS = ("host", "path", "title", "lead")
_LEAD = 1500
_QUOTED = 60
_LOCALE = re.compile(r"^/[a-z]{2}(?:-[A-Za-z]{2})?/")  # as in /en-us/azure
_ORGANISATION = "{organisation}"
_ANY_TEXT = ".+"


@dataclass(frozen=True, slots=True)
class KindPattern:
    """`pattern` in `field` (host, path, title or lead) indicates `kind` with `weight`."""

    kind: str
    field: str
    weight: float
    reason: str
    pattern: str


@dataclass(frozen=True, slots=True)
class KindHost:
    """`place`, a host with an optional path prefix or `.domain`, publishes `kind`."""

    place: str
    kind: str
    weight: float
    reason: str


def classify_kind(url: str, title: str, text: str = "") -> tuple[str, str]:
    """Return the kind of an article (a key of KINDS) and the reason in words.

    `title` and `text` are those of the page. The kind is `article` with an empty reason if no kind
    reaches the threshold.
    """
    host = host_of(url).removeprefix("www.")
    fields = {"host": host, "path": path_of(url), "title": title, "lead": text[:_LEAD]}
    reasons_by_kind = _reasons_by_kind(host, fields)
    total, kind = max(map(_total_weight, reasons_by_kind.items()), default=(0.0, DEFAULT))
    if total < THRESHOLD:
        return DEFAULT, ""
    return kind, max(reasons_by_kind[kind])[1]


def _reasons_by_kind(host: str, fields: Mapping[str, str]) -> dict[str, list[tuple[float, str]]]:
    """Return the weighted reasons for each kind."""
    reasons: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for kind, weight, reason in (*_by_host(host, fields["path"]), *_by_pattern(fields)):
        reasons[kind].append((weight, reason))
    return reasons


def _total_weight(reasons_of_kind: tuple[str, list[tuple[float, str]]]) -> tuple[float, str]:
    kind, reasons = reasons_of_kind
    return sum(weight for weight, _ in reasons), kind


def version() -> str:
    """Return the version of the kinds: of this code and of its tables."""
    return version_of(VERSION, _patterns(), kind_hosts(), THRESHOLD)


@cache
def kind_patterns() -> tuple[KindPattern, ...]:
    """Return the rows of `kind_signs.tsv`, in order."""
    return tuple(
        KindPattern(row["kind"], row["field"], float(row["weight"]), row["reason"], row["pattern"])
        for row in read_table("crawler.knowledge", "kind_signs.tsv")
    )


@cache
def kind_hosts() -> tuple[KindHost, ...]:
    """Return the rows of `kind_hosts.tsv`, in order."""
    return tuple(
        KindHost(row["place"], row["kind"], float(row["weight"]), row["reason"])
        for row in read_table("crawler.knowledge", "kind_hosts.tsv")
    )


def _by_pattern(fields: Mapping[str, str]) -> Iterator[tuple[str, float, str]]:
    for number in _possible(fields):
        row = kind_patterns()[number]
        match = _compiled(number).search(fields[row.field])
        if match:
            quote = " ".join(match[0].split())[:_QUOTED]
            yield row.kind, row.weight, f"{row.reason}: “{quote}”"


def _by_host(host: str, path: str) -> Iterator[tuple[str, float, str]]:
    """Yield the row of the host with the longest path, else that of the nearest `.domain`."""
    index = _host_index()
    row = next((index[place] for place in _places(host, path) if place in index), None)
    if row:
        yield row.kind, row.weight, f"{row.reason}: {row.place.removeprefix('.')}"


def _places(host: str, path: str) -> Iterator[str]:
    """Yield the host with ever shorter paths, then its domains with a dot before them."""
    steps = [step for step in _LOCALE.sub("/", path).lower().split("/") if step]
    for depth in range(min(len(steps), _deepest()), -1, -1):
        yield "/".join([host, *steps[:depth]])
    yield from _dotted_domains(host)


def _dotted_domains(host: str) -> Iterator[str]:
    labels = host.split(".")
    for cut in range(len(labels) - 1):
        yield "." + ".".join(labels[cut:])


@cache
def _host_index() -> dict[str, KindHost]:
    return {place.place.lower(): place for place in kind_hosts()}


@cache
def _deepest() -> int:
    return max(place.place.count("/") for place in kind_hosts())


def _possible(fields: Mapping[str, str]) -> list[int]:
    """Return the numbers of the rows whose pattern can match its field, in order."""
    filters = _filters()
    return sorted(chain.from_iterable(filters[name].possible(fields[name]) for name in FIELDS))


@cache
def _filters() -> dict[str, PatternFilter]:
    return {
        field: PatternFilter(
            {
                number: row.pattern.replace(_ORGANISATION, _ANY_TEXT)
                for number, row in enumerate(kind_patterns())
                if row.field == field
            }
        )
        for field in FIELDS
    }


@cache
def _compiled(number: int) -> re.Pattern[str]:
    return re.compile(_patterns()[number][1])


@cache
def _patterns() -> list[tuple[KindPattern, str]]:
    """Return the pattern of each row; `{organisation}` in it is any known organization."""
    any_organisation = _organisation_pattern()
    return [(row, row.pattern.replace(_ORGANISATION, any_organisation)) for row in kind_patterns()]


def _organisation_pattern() -> str:
    names: list[str] = []
    for entity in entity_table():
        if entity.kind == "organisation":
            names += (entity.name, *entity.aliases)
    by_length = sorted(map(re.escape, names), key=len, reverse=True)
    return f"(?:{'|'.join(by_length)})"
