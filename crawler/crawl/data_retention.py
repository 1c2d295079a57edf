"""Data retention: delete old archive segments, backups, records of runs and withdrawn copies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.archive_storage import ArchiveFolder, list_segments
from crawler.errors import InputError, store_error_from_os
from crawler.fetch.erase_warc_records import erase_records, erase_unreferenced_records
from crawler.fetch.warc_archive import WORKER_MARK, expired_segments
from crawler.store import archive_records
from crawler.store.backup import create_backup
from crawler.store.clock_skew import clock_doubt_reason
from crawler.store.fetch_log import delete_old_fetches
from crawler.store.runs import broken_crawl_before, delete_old_results
from crawler.workspace import Workspace

FETCH_DAYS = 90
RESULT_DAYS = 90  # the results of the sources in each run
MEASURE_DAYS = 400  # a year can be compared with the year before


def erase_noarchive_records(db: Database, archive: ArchiveFolder) -> int:
    """Erase the archive records of pages that say noarchive. Return how many were erased.

    The `archive` folder goes first: if a run is killed in between, the next erases the same records
    again. A record that cannot be found or reached is skipped and stays listed.
    """
    return _erase_places(db, archive, archive_records.withdrawn_records(db))


def _erase_places(
    db: Database, archive: ArchiveFolder, places: Iterable[archive_records.Place]
) -> int:
    """Erase records at `places` in the archive, then in the database. Return their number."""
    erased = []
    for place in places:
        try:
            erase_records(archive, [place])
        except (InputError, OSError):
            continue
        erased.append(place)
    archive_records.delete_record_references(db, erased)
    return len(erased)


def erase_unlisted_records(db: Database, archive: ArchiveFolder, run_id: int) -> int:
    """Erase archive records that a killed crawl did not list in the database. Return their number.

    Neither `forget` nor a later noarchive could find them. Only segments in the `archive` folder
    since the last good crawl before `run_id` are read.
    """
    started = broken_crawl_before(db, run_id)
    if started is None:
        return 0
    return erase_unlisted_since(db, archive, started)


def erase_unlisted_since(db: Database, archive: ArchiveFolder, started: datetime) -> int:
    """Erase records that the database does not list, from segments in `archive` since `started`.

    Returns their number. No segment may be open for writing. Raises StoreError if the archive
    does not answer.
    """
    oldest = started.strftime("%Y%m%dT%H%M%S")
    try:
        segments = [path for path in list_segments(archive) if path.name >= oldest]
        places = archive_records.places_by_segment(db, [path.name for path in segments])
        return sum(
            erase_unreferenced_records(path, places.get(path.name, frozenset()))
            for path in segments
        )
    except OSError as error:
        raise store_error_from_os(error, archive) from None


def delete_unlisted_segments(db: Database, archive: ArchiveFolder) -> int:
    """Delete the segments of cluster workers that the database does not list. Return their number.

    A worker reports a whole batch or nothing, so these segments are those of lost attempts. No
    batch may be running. Raises StoreError if the archive does not answer.
    """
    try:
        segments = [path for path in list_segments(archive) if WORKER_MARK in path.name]
        listed = archive_records.listed_segments(db, [path.name for path in segments])
        lost = [segment for segment in segments if segment.name not in listed]
        for segment in lost:
            segment.unlink()
    except OSError as error:
        raise store_error_from_os(error, archive) from None
    return len(lost)


def apply_retention(db: Database, workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Back up the database, then delete what is older than the settings allow.

    Returns sentences for the report. While the clock may be wrong, only the backup is made. The
    settings are those of the `workspace`.
    """
    doubt = clock_doubt_reason(db, now)
    create_backup(db, workspace.backups, now)
    if doubt:
        return (f"No archive segment, backup or fetch record was deleted: {doubt}.",)
    notes = _prune_or_explain(db, workspace, now)
    delete_old_fetches(db, now - timedelta(days=FETCH_DAYS))
    results, measures = (now - timedelta(days=days) for days in (RESULT_DAYS, MEASURE_DAYS))
    delete_old_results(db, results, measures)
    return notes


def _prune_or_explain(db: Database, workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Delete old segments, or return why none was deleted: remote storage may not answer."""
    try:
        _prune(db, workspace.archive, workspace.settings.archive.keep_days, now)
    except OSError as error:
        return (f"No archive segment was deleted: {workspace.archive} does not answer: {error}",)
    return ()


def _prune(db: Database, archive: ArchiveFolder, keep_days: int, now: datetime) -> None:
    """Delete old segments, except those with bodies that revisit records of newer ones refer to.

    Old revisit records in these segments expire too: their originals need not stay, or each segment
    would need the one before it, without an end.
    """
    expired = {path.name for path in expired_segments(archive, keep_days, now)}
    if not expired:
        return
    needed = expired & archive_records.segments_of_originals(db, besides=expired)
    deleted = expired - needed
    _erase_places(db, archive, archive_records.revisits(db, needed, originals=deleted))
    archive_records.delete_segment_references(db, deleted)
    for name in deleted:
        (archive / name).unlink()
