"""Named queries of the explorer: every file in `queries/` is one, with its SQL and its copy.

A file starts with comment lines `-- key: value`, then the SQL follows. Its name is the query's
path in the explorer. `:parameters` in the SQL become fields of a form; PARAMETERS describes them.

| key | meaning |
|---|---|
| title, description | shown with the query (required) |
| page | the page of the site that shows the same rows |
| formerly | an earlier name, which redirects to the query; may be repeated |
| formula | `ranking` prints the formula of the rank |
| requires | `semantic model`: offered only where the operator configured one |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.errors import ConfigurationError
from crawler.knowledge import ranking

# parameter of a query -> label of its field, example
PARAMETERS = {
    "article_id": ("Article ID", "1"),
    "author_id": ("Author ID", "1"),
    "entity": ("Entity", "kafka"),
    "host": ("Host", "dev.to"),
    "kind": ("Kind", "case-study"),
    "topic": ("Topic", "consensus"),
    "week": ("ISO week", "2026-W30"),
    "words": ("Search terms", "cache stampede"),
}
_FORMULAS = {"": (), "ranking": ranking.formula_text()}
_REQUIREMENTS = ("", "semantic model")
_KEYS = ("title", "description", "page", "formerly", "formula", "requires")
_HEADER = re.compile(r"-- (\w+): (.+)")
_PARAMETER = re.compile(r"(?<!:):(\w+)")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name and its own page in the explorer.

    `formula` has one sentence per entry. `page` is a path pattern of the site, empty if no page
    shows the same rows.
    """

    name: str
    title: str
    description: str
    sql: str
    page: str = ""
    formerly: tuple[str, ...] = ()
    formula: tuple[str, ...] = ()
    requires: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in the order of the SQL, without repeats."""
        return tuple(dict.fromkeys(_PARAMETER.findall(self.sql)))


def parse_query(name: str, text: str) -> NamedQuery:
    """Return the query in the text of a file; `name` is the file's name without its suffix.

    Raises ConfigurationError that names the file when a key is unknown or missing, when there is
    no SQL, or when a parameter is not described in PARAMETERS.
    """
    lines = text.splitlines()
    header = [match for match in map(_HEADER.fullmatch, lines) if match]
    sql = "\n".join(line for line in lines if not line.startswith("--")).strip()
    values = {match[1]: match[2].strip() for match in header}
    query = NamedQuery(
        name,
        values.get("title", ""),
        values.get("description", ""),
        sql,
        values.get("page", ""),
        tuple(match[2].strip() for match in header if match[1] == "formerly"),
        _FORMULAS.get(values.get("formula", ""), ()),
        values.get("requires", ""),
    )
    problem = next(_problems(query, values), "")
    if problem:
        raise ConfigurationError(
            f"crawler/named_queries/queries/{name}.sql: {problem}.",
            f"Known keys: {', '.join(_KEYS)}. Known parameters: {', '.join(PARAMETERS)}.",
        )
    return query


def _problems(query: NamedQuery, values: dict[str, str]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in values if key not in _KEYS)
    yield from (f"{key} is missing" for key in ("title", "description") if not values.get(key))
    yield from ("it has no SQL",) if not query.sql else ()
    yield from (
        f"parameter :{name} is not described" for name in query.parameters if name not in PARAMETERS
    )
    if values.get("formula", "") not in _FORMULAS:
        yield f"unknown formula {values['formula']!r}"
    if query.requires not in _REQUIREMENTS:
        yield f"unknown requirement {query.requires!r}"


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
