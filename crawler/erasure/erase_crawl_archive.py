"""Erasing the archive records of a crawl that hold something forgotten, a feed entry for example."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from crawler.erasure.erase_archive_records import erase_from_segments
from crawler.erasure.match_traces import Traces
from crawler.store.archive_records import delete_record_references
from crawler.store.runs import broken_crawl_before
from crawler.store.tombstones import NETWORKS, load_tombstones
from crawler.workspace import Workspace


def forgotten_traces(db: Database, words: Collection[str] = ()) -> Traces:
    """The traces of everything that was forgotten, by digest, and of `words`."""
    networks = {row[0] for row in db.execute("SELECT DISTINCT network FROM posts")}
    digests = load_tombstones(db).digests
    return Traces(frozenset(words), digests, tuple(sorted(networks.union(NETWORKS))))


def erase_crawled_records(db: Database, here: Workspace, run_id: int, started: datetime) -> int:
    """Erase the records of the crawl that began at `started`, and of killed ones before it.

    Servers still send what was forgotten here. Returns how many records were erased.
    """
    traces = forgotten_traces(db)
    if not traces.digests:
        return 0
    since = broken_crawl_before(db, run_id) or started
    erased = erase_from_segments(here.archive, traces, (), since.strftime("%Y%m%dT%H%M%S"))
    delete_record_references(db, erased.places)
    return len(erased.places)
