"""Request the pages that the explorer and stock Datasette both have, over the same file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from statistics import median

from bench.claims import Side, versions_of
from bench.explore import Server, explorer, stock_datasette
from bench.explore_pages import Page, numbered, pages
from bench.explorer_library import create_library
from bench.results import OURS
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot

# group of pages -> case
_GROUPS = {
    "facet": "tables with an added facet",
    "table": "tables",
    "search": "search",
    "row": "rows",
    "query": "named queries",
}
_SMALL = 100  # articles: fewer are a test
_PAGES, _REQUESTS = 5, 3  # of each group; requests of each page besides the first


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield the explorer and stock Datasette over a library of `size` articles."""
    workspace = create_library(folder / "library", size)
    snapshot = workspace.public_database
    write_snapshot(open_store(workspace.database), snapshot)
    with closing(sqlite3.connect(f"file:{snapshot}?mode=ro", uri=True)) as conn:
        chosen = _chosen(pages(conn), _PAGES if size >= _SMALL else 1)
    yield [
        Side(OURS, lambda: _figures(lambda: explorer(workspace), chosen, _ours), {}),
        Side(
            "Datasette",
            lambda: _figures(lambda: stock_datasette(snapshot), chosen, _stock),
            versions_of("datasette"),
        ),
    ]


def _chosen(kinds: Sequence[Page], count: int) -> list[Page]:
    """Return `count` pages of each group that both have, evenly chosen."""
    chosen: list[Page] = []
    for group in _GROUPS:
        both = [page for page in kinds if page.group == group and page.stock]
        chosen += both[:: max(len(both) // count, 1)][:count]
    return chosen


def _ours(page: Page) -> Sequence[str]:
    return page.paths


def _stock(page: Page) -> Sequence[str]:
    return page.stock


def _figures(
    start: Callable[[], AbstractContextManager[Server]],
    chosen: list[Page],
    paths_of: Callable[[Page], Sequence[str]],
) -> Mapping[str, float]:
    """Return the median milliseconds of each group, without the first request of a page."""
    times: dict[str, list[float]] = {}
    with start() as server:
        for page in chosen:
            paths = paths_of(page)
            _, *later = (
                server.request(numbered(paths[number % len(paths)], number))
                for number in range(_REQUESTS + 1)
            )
            times.setdefault(_GROUPS[page.group], []).extend(elapsed for elapsed, _, _ in later)
    return {case: median(elapsed) for case, elapsed in times.items()}
