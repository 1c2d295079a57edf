"""The explorer without a server: a page that runs SQL over the snapshot in the visitor's browser.

The page requests parts of the snapshot as ranges of bytes. The names of the snapshot and of the
folder of scripts contain a digest, so that no page mixes two builds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.named_queries.query_files import GROUPS, NamedQuery, offered_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.template_renderer import Renderer
from crawler.workspace import SiteSettings

PAGE = "explore/index.html"
_FILES = "explore/files"
_TEMPLATE = "site/explore.html"
_DIGEST_BYTES = 8
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
    snapshot: PublishedSnapshot, folder: Path, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield the page, its scripts from `folder`, and the named queries as JSON.

    The page reads `snapshot`.
    """
    files = {path: (folder / path).read_bytes() for path in _script_names(folder)}
    queries = offered_queries(semantic_model=False)
    files["queries.json"] = json.dumps(_definitions(queries), indent=1).encode()
    digest = _new_digest(b"".join(files[name] for name in sorted(files))).hexdigest()
    scripts = f"{_FILES}/{digest}"

    for name, data in files.items():
        yield OutputFile(f"{scripts}/{name}", data)
    groups = [(group, [query for query in queries if query.group == group]) for group in GROUPS]
    yield renderer.page(_TEMPLATE, PAGE, snapshot=snapshot, scripts=scripts, groups=groups)


def _new_digest(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES)


def _script_names(folder: Path) -> list[str]:
    """Return the paths of the scripts below `folder`, sorted, with `/` as separator."""
    paths = (path for path in folder.rglob("*") if path.suffix in _SCRIPTS)
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _definitions(queries: Sequence[NamedQuery]) -> dict[str, object]:
    """Return the named `queries` and their parameters in order, as the page reads them."""
    return {
        "queries": [asdict(query) | {"parameters": query.parameters} for query in queries],
        "parameters": [asdict(parameter) for parameter in query_parameters().values()],
    }
