"""The explorer without a server: a page that runs SQL over the snapshot in the visitor's browser.

The page requests parts of the snapshot as ranges of bytes. The names of the snapshot and of the
folder of scripts contain a digest, so that no page mixes two builds.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from crawler.named_queries.parameter_choices import first_choices
from crawler.named_queries.query_files import GROUPS, NamedQuery, offered_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult, run_query
from crawler.settings.site import SiteSettings
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer

PAGE = "explore/index.html"
_FILES = "explore/files"
_TEMPLATE = "site/explore.html"
_DIGEST_BYTES = 8
_SHOWN_ROWS = 50
_CHOICES = 500
_SCRIPTS = (".css", ".js", ".wasm")


@dataclass(frozen=True, slots=True)
class PublishedSnapshot:
    """The snapshot as a file of the site: its source, its path and its size in bytes."""

    source: Path
    path: str
    size: int


def published_snapshot(database: Path, settings: SiteSettings) -> PublishedSnapshot | None:
    """Return where the site publishes the snapshot `database`; None without the explorer page."""
    if settings.explorer != "browser":
        return None
    with database.open("rb") as file:
        digest = hashlib.file_digest(file, _new_digest).hexdigest()
    return PublishedSnapshot(database, f"{_FILES}/public.{digest}.db", database.stat().st_size)


def render_browser_explorer(
    snapshot: PublishedSnapshot, folder: Path, model: SiteModel, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield the page, its scripts from `folder`, and the named queries with their default results.

    The page reads `snapshot`, which is also that of the `model`.
    """
    queries = offered_queries(semantic_model=False)
    scripts = {path: (folder / path).read_bytes() for path in _script_names(folder)}
    answers = dict(_answers(model.db, queries))
    groups = [(group, [query for query in queries if query.group == group]) for group in GROUPS]
    folders = {"scripts": _folder_of(scripts), "answers": _folder_of(answers)}

    for name, data in scripts.items():
        yield OutputFile(f"{folders['scripts']}/{name}", data)
    for name, data in answers.items():
        yield OutputFile(f"{folders['answers']}/{name}", data)
    yield renderer.page(_TEMPLATE, PAGE, snapshot=snapshot, groups=groups, **folders)


def _folder_of(files: Mapping[str, bytes]) -> str:
    """Return the folder of `files`, named after their content."""
    digest = _new_digest()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name])
    return f"{_FILES}/{digest.hexdigest()}"


def _new_digest(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES)


def _script_names(folder: Path) -> list[str]:
    """Return the paths of the scripts below `folder`, sorted, with `/` as separator."""
    paths = (path for path in folder.rglob("*") if path.suffix in _SCRIPTS)
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _answers(db: sqlite3.Connection, queries: Sequence[NamedQuery]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the JSON files: `queries.json`, and a result of each query.

    They make the first view of a query one small request. A query that fails here has no result;
    the page runs it and shows the error.
    """
    yield "queries.json", _encoded(_definitions(db, queries))
    for query in queries:
        with suppress(sqlite3.Error):
            yield f"{query.name}.json", _encoded(_default_result(run_query(db, query, {})))


def _definitions(db: sqlite3.Connection, queries: Sequence[NamedQuery]) -> dict[str, object]:
    """Return the named `queries` and their parameters in order, with the choices of the lists."""
    parameters = query_parameters().values()
    return {
        "queries": [asdict(query) | {"parameters": query.parameters} for query in queries],
        "parameters": [asdict(parameter) for parameter in parameters],
        "choices": {
            parameter.name: [astuple(choice) for choice in first_choices(db, parameter, _CHOICES)]
            for parameter in parameters
            if parameter.input == "choice"
        },
    }


def _default_result(result: QueryResult) -> dict[str, object]:
    return {
        "values": dict(result.values),
        "labels": dict(result.labels),
        "columns": result.columns,
        "rows": result.rows[:_SHOWN_ROWS],
        "summary": result.summary,
        "counted": result.counted,
        "isTruncated": result.is_truncated or len(result.rows) > _SHOWN_ROWS,
    }


def _encoded(document: object) -> bytes:
    """Return the JSON of a `document`; bytes become hexadecimal digits."""
    return json.dumps(document, ensure_ascii=False, default=bytes.hex).encode()
