"""Erasing archive records of a crawl that contain erased URLs or handles, for example in a feed."""

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
    """Return the traces of all tombstones, by digest, and of `words` (URLs or handles)."""
    networks = {row[0] for row in db.execute("SELECT DISTINCT network FROM posts")}
    digests = load_tombstones(db).digests
    return Traces(frozenset(words), digests, tuple(sorted(networks.union(NETWORKS))))


def erase_crawled_records(db: Database, here: Workspace, run_id: int, started: datetime) -> int:
    """Erase records with traces from the crawl that began at `started` and killed crawls before it.

    Servers still send erased entries. Returns the number of erased records.
    """
    if not load_tombstones(db).digests:
        return 0
    traces = forgotten_traces(db)
    since = broken_crawl_before(db, run_id) or started
    erasure = erase_from_segments(here.archive, traces, (), since.strftime("%Y%m%dT%H%M%S"))
    delete_record_references(db, erasure.places)
    return len(erasure.places)
