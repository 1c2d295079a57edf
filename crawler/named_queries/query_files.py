"""Named queries of the explorer: every file in `queries/` is one, with its SQL and its copy.

A file starts with comment lines `-- key: value`, then the SQL follows. Its name is the query's
path in the explorer. `:parameters` in the SQL become fields of a form; `parameters.toml` describes
them. After the line `-- summary SQL` a second statement returns one row for the summary.

| key | meaning |
|---|---|
| title, description | shown with the query (required) |
| group | one of GROUPS (required) |
| summary | a sentence above the result, with fields (`summary_sentences.py`) |
| columns | the columns shown first, at most eight; all without it |
| chart | `lines x=… y=… series=…`, `bars label=… value=…` or `matrix row=… column=… value=…` |
| feed | `title=… url=… at=…`: the columns of an entry of the Atom feed |
| default | `words=SELECT …`: a default of one parameter for this query; may be repeated |
| page | the page of the site that shows the same rows, with parameters as in `topic/<topic>.html` |
| formerly | an earlier name, which redirects to the query; may be repeated |
| formula | `ranking` prints the formula of the rank |
| requires | `semantic model`: offered only where the operator configured one |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from crawler.errors import ConfigurationError
from crawler.knowledge import ranking
from crawler.named_queries.query_parameters import query_parameters

GROUPS = ("articles", "people", "topics", "data quality")
"""The groups of queries, in the order of the front page."""

MOST_FIRST_COLUMNS = 8
CHARTS: Mapping[str, tuple[str, ...]] = {
    "bars": ("label", "value"),
    "lines": ("x", "y", "series"),
    "matrix": ("row", "column", "value"),
}
"""Kinds of charts and the roles of their columns; `series` may be absent."""

FEED_ROLES = ("title", "url", "at")

_FORMULAS = {"": (), "ranking": ranking.formula_text()}
_REQUIREMENTS = ("", "semantic model")
_REQUIRED = ("title", "description", "group")
_REPEATED = ("default", "formerly")
_KEYS = (*_REQUIRED, "summary", "columns", "chart", "feed", "page", "formula", "requires")
_HEADER = re.compile(r"-- (\w+): (.+)")
_SUMMARY_SQL = "-- summary SQL"
_STRING_OR_COMMENT = re.compile(r"'[^']*'|--[^\n]*")
_PARAMETER = re.compile(r"(?<!:):(\w+)")
_ROLE = re.compile(r"(\w+)=(\w+)")


@dataclass(frozen=True, slots=True)
class QueryChart:
    """The chart of a query: its kind and the column of each role (CHARTS)."""

    kind: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name and its own page in the explorer.

    `formula` has one sentence per entry. `page` is a path pattern of the site, empty if no page
    shows the same rows. `columns` are shown first, all if it is empty. `feed` has the column of
    each of FEED_ROLES, or nothing. `defaults` has SQL by the name of the parameter.
    """

    name: str
    title: str
    description: str
    sql: str
    group: str = GROUPS[0]
    summary: str = ""
    summary_sql: str = ""
    columns: tuple[str, ...] = ()
    chart: QueryChart | None = None
    feed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    formerly: tuple[str, ...] = ()
    formula: tuple[str, ...] = ()
    requires: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in the order of the SQL, without repeats."""
        code = _STRING_OR_COMMENT.sub("", f"{self.sql}\n{self.summary_sql}")
        return tuple(dict.fromkeys(_PARAMETER.findall(code)))


def parse_query(name: str, text: str) -> NamedQuery:
    """Return the query in the text of a file; `name` is the file's name without its suffix.

    Raises ConfigurationError that names the file when a key is unknown, missing or invalid, when
    there is no SQL, or when a parameter is not described in `parameters.toml`.
    """
    lines = text.splitlines()
    header = [match for match in map(_HEADER.fullmatch, lines) if match]
    values = {match[1]: match[2].strip() for match in header}
    repeated = {
        key: tuple(match[2].strip() for match in header if match[1] == key) for key in _REPEATED
    }
    main, _, summary = text.partition(f"\n{_SUMMARY_SQL}\n")
    kind, _, roles = values.get("chart", "").partition(" ")
    query = NamedQuery(
        name=name,
        title=values.get("title", ""),
        description=values.get("description", ""),
        sql=_statement(main),
        group=values.get("group", ""),
        summary=values.get("summary", ""),
        summary_sql=_statement(summary),
        columns=tuple(re.findall(r"[^\s,]+", values.get("columns", ""))),
        chart=QueryChart(kind, dict(_ROLE.findall(roles))) if kind else None,
        feed=dict(_ROLE.findall(values.get("feed", ""))),
        defaults=dict(_default(default) for default in repeated["default"]),
        page=values.get("page", ""),
        formerly=repeated["formerly"],
        formula=_FORMULAS.get(values.get("formula", ""), ()),
        requires=values.get("requires", ""),
    )
    problem = next(_problems(query, values), "")
    if problem:
        raise ConfigurationError(
            f"crawler/named_queries/queries/{name}.sql: {problem}.",
            f"Known keys: {', '.join((*_KEYS, *_REPEATED))}."
            f" Known parameters: {', '.join(query_parameters())}.",
        )
    return query


def _statement(text: str) -> str:
    """The SQL without the header, the comments of whole lines and the final semicolon."""
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return "\n".join(lines).strip().removesuffix(";").rstrip()


def _default(text: str) -> tuple[str, str]:
    name, _, sql = text.partition("=")
    return name.strip(), sql.strip()


def _problems(query: NamedQuery, values: Mapping[str, str]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in values if key not in (*_KEYS, *_REPEATED))
    yield from (f"{key} is missing" for key in _REQUIRED if not values.get(key))
    yield from ("it has no SQL",) if not query.sql else ()
    yield from (
        f"parameter :{name} is not described"
        for name in query.parameters
        if name not in query_parameters()
    )
    yield from _invalid_values(query, values)


def _invalid_values(query: NamedQuery, values: Mapping[str, str]) -> Iterator[str]:
    if query.group not in GROUPS:
        yield f"unknown group {query.group!r}"
    if bool(query.summary) != bool(query.summary_sql):
        yield f"summary and {_SUMMARY_SQL!r} must both be there"
    if len(query.columns) > MOST_FIRST_COLUMNS:
        yield f"more than {MOST_FIRST_COLUMNS} columns"
    if query.chart and not _is_chart(query.chart):
        yield f"invalid chart {values['chart']!r}"
    if "feed" in values and tuple(query.feed) != FEED_ROLES:
        yield f"invalid feed {values['feed']!r}"
    if not query.defaults.keys() <= set(query.parameters):
        yield "default of a parameter that the SQL does not have"
    if values.get("formula", "") not in _FORMULAS:
        yield f"unknown formula {values['formula']!r}"
    if query.requires not in _REQUIREMENTS:
        yield f"unknown requirement {query.requires!r}"


def _is_chart(chart: QueryChart) -> bool:
    roles = CHARTS.get(chart.kind, ())
    named = tuple(chart.columns)
    return bool(roles) and named in (roles, tuple(role for role in roles if role != "series"))


@cache
def all_queries() -> tuple[NamedQuery, ...]:
    """Return every named query, sorted by name.

    Raises ConfigurationError when a file is invalid.
    """
    folder = files("crawler.named_queries").joinpath("queries")
    entries = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return tuple(
        parse_query(entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
        for entry in sorted(entries, key=lambda entry: entry.name)
    )


def offered_queries(semantic_model: bool) -> tuple[NamedQuery, ...]:
    """Return the queries that an explorer offers, with or without a semantic model."""
    return tuple(query for query in all_queries() if semantic_model or not query.requires)


def renamed_path(path: str) -> str | None:
    """Return the present path of a query under an earlier name, None for all other paths.

    `path` starts with a slash and is relative to the explorer's root; a format such as `.json`
    is kept.
    """
    folder, _, page = path.rpartition("/")
    name, dot, extension = page.partition(".")
    present = _renamed().get(name) if folder == "/public" else None
    return f"{folder}/{present}{dot}{extension}" if present else None


@cache
def _renamed() -> dict[str, str]:
    return {former: query.name for query in all_queries() for former in query.formerly}
