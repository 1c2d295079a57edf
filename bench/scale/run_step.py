"""The steps that are not commands of Hashtrail, each in a separate process.

    python -m bench.scale.run_step STEP FOLDER ARTICLES

The last line of output is a JSON object with the figures of the step.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from bench.explore import explorer
from bench.explore_pages import numbered, pages
from bench.retag import EDITED, write_strong
from bench.scale.export_lines import write_export
from bench.scale.library import Library
from bench.scale.steps import Folders, new_articles
from bench.search.index_build import build_index
from crawler.cli.init import init
from crawler.errors import StoreError
from crawler.explorer.plain_metadata import publish_snapshot
from crawler.store.database import open_existing
from crawler.topics.taxonomy import read_taxonomy
from crawler.workspace import open_workspace

_ASKED = ("query", "search")
_REQUESTS = 5  # of each kind of page
_SLOWEST = 8


def main() -> None:
    """Run the step that the arguments name, and print its figures."""
    name, root, articles = sys.argv[1:]
    print(json.dumps(_STEPS[name](Folders(Path(root)), int(articles))))


def _generate(folders: Folders, articles: int) -> Mapping[str, object]:
    CliRunner().invoke(init, [str(folders.workspace)], catch_exceptions=False)
    topics = read_taxonomy(open_workspace(folders.workspace, {}).topics).topics
    library = Library.create(articles, list(topics.values()))
    written = write_export(library, folders.export)
    write_export(library, folders.new_export, articles, articles + new_articles(articles))
    return {"bytes": written}


def _edit_topic(folders: Folders, articles: int) -> Mapping[str, object]:
    topics = open_workspace(folders.workspace, {}).topics
    write_strong(topics, read_taxonomy(topics).topics[EDITED].strong[1:])
    return {}


def _snapshot(folders: Folders, articles: int) -> Mapping[str, object]:
    here = open_workspace(folders.workspace, {})
    with closing(open_existing(here.database)) as db:
        publish_snapshot(db, here, _stop)
    database, snapshot = here.database.stat().st_size, here.public_database.stat().st_size
    return {"database_bytes": database, "bytes": snapshot}


def _stop(error: StoreError) -> None:
    """A benchmark of updates may not measure full writes."""
    raise error


def _search_index(folders: Folders, articles: int) -> Mapping[str, object]:
    here = open_workspace(folders.workspace, {})
    with TemporaryDirectory(dir=folders.root) as folder:
        return build_index(here.public_database, Path(folder, "site"))


def _questions(folders: Folders, articles: int) -> Mapping[str, object]:
    here = open_workspace(folders.workspace, {})
    snapshot = f"file:{here.public_database}?mode=ro"
    with closing(sqlite3.connect(snapshot, uri=True)) as conn:
        chosen = [page for page in pages(conn) if page.group in _ASKED]
    times: dict[str, list[float]] = {}
    with explorer(here) as server:
        for page in chosen:
            for number in range(_REQUESTS):
                path = numbered(page.paths[number % len(page.paths)], number)
                elapsed, _, status = server.request(path)
                assert status == 200, f"{path}: status {status}"
                times.setdefault(f"{page.group} {page.name}", []).append(elapsed)
    every = [elapsed for measured in times.values() for elapsed in measured]
    slowest = sorted(times, key=lambda name: -max(times[name]))[:_SLOWEST]
    return {
        "requests": len(every),
        "p50_ms": round(median(every)),
        "p95_ms": round(quantiles(every, n=20, method="inclusive")[-1]),
        "slowest_ms": {name: round(max(times[name])) for name in slowest},
    }


_STEPS = {
    "edit-topic": _edit_topic,
    "generate": _generate,
    "questions": _questions,
    "search-index": _search_index,
    "snapshot": _snapshot,
}

if __name__ == "__main__":
    main()
