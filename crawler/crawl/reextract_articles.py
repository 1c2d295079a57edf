"""Extract every article again from its archive record, without network, and retag changed ones.

Only the record of the stored text is used: a newer record of the same URL may be a page of somebody
else. Robots directives never get wider. The articles are marked in the database until their record
was read. So an interrupted run continues, and a record that cannot be reached is read later.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.archive_storage import ArchiveFolder, list_segments
from crawler.crawl.annotate_and_rank import annotate_pending
from crawler.crawl.fetch_and_extract import ExtractionPool, to_page
from crawler.crawl.local_backend import max_page_bytes, open_worker_pool, worker_settings
from crawler.crawl.shared_archive import check_mark, mark_archive
from crawler.errors import InputError, StoreError, store_error_from_os
from crawler.extract import extraction_version as text
from crawler.extract.extract_page import extract_page
from crawler.fetch import warc_archive
from crawler.knowledge.excerpts import make_excerpt
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.parallel.engine import Job, open_engine, submit_in_order
from crawler.parallel.reused_pool import run_in_reused_pool
from crawler.run_lock import run_lock
from crawler.run_telemetry import RunLog
from crawler.settings.all_settings import Settings
from crawler.store import item_annotations, runs
from crawler.store.archive_records import (
    ArchivedArticle,
    articles_to_extract,
    count_unarchived,
    mark_for_extraction,
)
from crawler.store.articles import save_reextraction
from crawler.store.changed_items import forget_changes
from crawler.store.database import open_existing, transaction
from crawler.store.item_failures import record_failures
from crawler.workspace import Workspace

BATCH_PAGES = 100
_PART = "text"
_archive: ArchiveFolder | None = None  # of the batches of this process
_mark = ""
_settings: Settings | None = None


@dataclass(slots=True)
class ReextractReport:
    """Counts of a reextraction. The stored text of every article that was not read stays.

    `missing`: archive records that cannot be read. `unarchived`: articles without an archive
    record. `failures`: records whose page cannot be extracted, by outcome.
    """

    read: int = 0
    changed: int = 0
    missing: int = 0
    unarchived: int = 0
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One archived page, the folder of the archive, and the largest body that is read."""

    folder: ArchiveFolder
    page: ArchivedArticle
    max_bytes: int


@dataclass(frozen=True, slots=True)
class _Result:
    """The result of one page. It is encoded once, so that workers only pass bytes on."""

    article: Article | None = None
    failure: Failure | None = None


def reextract(
    workspace: Workspace, run_log: RunLog, now: Callable[[], datetime]
) -> ReextractReport:
    """Extract every archived article again, under the lock of a run. Return the counts.

    `run_log` shows the progress. Raises LockHeldError if another run is active, and StoreError
    without a database or if the archive does not answer.
    """
    with run_lock(workspace.lock, "reextract", now()):
        db = open_existing(workspace.database)
        try:
            return _recorded(db, workspace, run_log, now)
        finally:
            db.close()


def _recorded(
    db: Database, workspace: Workspace, run_log: RunLog, now: Callable[[], datetime]
) -> ReextractReport:
    run_id = runs.start_run(db, "reextract", now())
    reread = ReextractReport()
    outcome = "failed"
    try:
        _mark_all(db)
        asyncio.run(_reread(db, workspace, run_log, reread))
        understood = annotate_pending(db, workspace, run_log, now())
        record_failures(db, run_id, understood.failures, now())
        outcome = "ok"
    finally:
        counts = {
            "articles_read": reread.read,
            "articles_changed": reread.changed,
            "articles_failed": reread.failures.total() + reread.missing,
        }
        runs.finish_run(db, run_id, outcome, counts, now())
    return reread


async def reextract_outdated(
    db: Database, workspace: Workspace, run_log: RunLog
) -> ReextractReport:
    """Extract all archived articles again if the extraction has changed. Return the counts.

    Records that an earlier run could not reach are read too. `run_log` shows the progress. Pages
    that are fetched later need no second extraction.
    """
    reread = ReextractReport()
    if item_annotations.load_annotation_versions(db).get(_PART) != text.version():
        _mark_all(db)
    if articles_to_extract(db):
        try:
            await _reread(db, workspace, run_log, reread)
        except StoreError as error:  # the articles stay marked
            run_log.event("archive_unreachable", message=error.message)
            reread.missing = len(articles_to_extract(db))
    return reread


def _mark_all(db: Database) -> None:
    """Mark all articles for the current extraction. Pages that are fetched later need no mark."""
    with transaction(db):
        mark_for_extraction(db)
        item_annotations.save_annotation_versions(db, {_PART: text.version()})


async def _reread(
    db: Database, workspace: Workspace, run_log: RunLog, reread: ReextractReport
) -> None:
    """Read the marked articles whose segment exists. Raises StoreError if the archive is down."""
    marked, stored = articles_to_extract(db), _segment_names(workspace.archive)
    pages = [page for page in marked if page.file in stored]
    reread.missing = len(marked) - len(pages)
    for file, count in Counter(page.file for page in marked if page.file not in stored).items():
        run_log.event("segment_missing", file=file, articles=count)
    reread.unarchived = count_unarchived(db)
    job: Job[tuple[ArchivedArticle, ...], list[bytes | Failure]]
    mark = mark_archive(workspace.archive, workspace.settings)
    prepared_with = (workspace.archive, worker_settings(workspace.settings), mark)
    job = Job(read_batch, keep_batch_settings, prepared_with, True)
    with (
        run_log.stage("reextract", len(pages)) as stage,
        open_engine(workspace.settings.engine, job) as engine,
    ):
        for batch, future in submit_in_order(engine, batches_of(pages)):
            results = [decode_page(result) for result in await asyncio.wrap_future(future)]
            if any(map(_may_be_outage, results)):
                _segment_names(workspace.archive)
            for page, result in zip(batch, results, strict=True):
                with transaction(db):
                    _keep(db, page, result, run_log, reread)
                stage.advance(failed=isinstance(result, Failure))


def _segment_names(archive: ArchiveFolder) -> frozenset[str]:
    """Return the names of the segments. Raises StoreError if the archive does not answer."""
    try:
        return frozenset(segment.name for segment in list_segments(archive))
    except OSError as error:
        raise store_error_from_os(error, archive) from None


def _may_be_outage(result: Article | Failure) -> bool:
    return isinstance(result, Failure) and result.outcome in (Outcome.DEFERRED, Outcome.TIMEOUT)


def batches_of(pages: Sequence[ArchivedArticle]) -> Iterator[tuple[ArchivedArticle, ...]]:
    """Yield the `pages` in batches for one worker each."""
    for start in range(0, len(pages), BATCH_PAGES):
        yield tuple(pages[start : start + BATCH_PAGES])


def keep_batch_settings(archive: ArchiveFolder, settings: Settings, mark: str = "") -> None:
    """Keep `archive`, its `mark` and `settings` in this process for all batches of a job."""
    global _archive, _mark, _settings
    _archive, _mark, _settings = archive, mark, settings


def read_batch(batch: tuple[ArchivedArticle, ...]) -> list[bytes | Failure]:
    """Return the result of each page of a `batch` for `decode_page`. It runs on a worker.

    Child processes read the archive themselves, so that no body passes through the worker. Raises
    StoreError if this machine does not reach the archive: its pages are not missing.
    """
    assert _archive
    assert _settings
    check_mark(_archive, _mark)
    engine = _settings.engine
    if engine.name == "dask":
        engine = replace(engine, processes=engine.processes or 1)
    limit = max_page_bytes(_settings.fetch)
    places = [ArchivedPage(_archive, page, limit) for page in batch]
    return run_in_reused_pool(
        open_worker_pool, engine, lambda pool: _read_all(places, pool, engine.task_seconds)
    )


async def _read_all(
    places: Sequence[ArchivedPage], pool: ExtractionPool, seconds: float
) -> list[bytes | Failure]:
    calls = (pool.call(read_archived_page, place, seconds, url=place.page.url) for place in places)
    return await asyncio.gather(*calls)


def read_archived_page(place: ArchivedPage) -> bytes:
    """Return the encoded result of the page at `place`; this function runs in a child process."""
    result = _read(place)
    if isinstance(result, Failure):
        return msgspec.msgpack.encode(_Result(failure=result))
    return msgspec.msgpack.encode(_Result(result))


def decode_page(result: bytes | Failure) -> Article | Failure:
    """Return the article of a `result` of `read_batch`, or its failure."""
    if isinstance(result, Failure):
        return result
    decoded = msgspec.msgpack.decode(result, type=_Result)
    value = decoded.article or decoded.failure
    assert value
    return value


def _read(place: ArchivedPage) -> Article | Failure:
    try:
        response = warc_archive.read_archived_response(
            place.folder, place.page.file, place.page.offset
        )
    except InputError as error:
        return Failure(place.page.url, "archive", Outcome.BAD_CONTENT, error.message)
    except StoreError as error:
        return Failure(place.page.url, "archive", Outcome.DEFERRED, error.message)
    return extract_page(to_page(response, place.max_bytes))


def _keep(
    db: Database,
    page: ArchivedArticle,
    result: Article | Failure,
    run_log: RunLog,
    reread: ReextractReport,
) -> None:
    """Store the result of a page. The article stays marked if its record was not reached."""
    if not (isinstance(result, Failure) and result.outcome is Outcome.DEFERRED):
        forget_changes(db, "extraction", [page.article_id])
    if isinstance(result, Failure):
        if result.stage == "archive":
            reread.missing += 1
        else:
            reread.failures[result.outcome.value] += 1
        run_log.event(
            "not_reread", url=page.url, outcome=result.outcome.value, message=result.message
        )
        return
    excerpt, _ = make_excerpt(result.title, result.description, "", result.directives)
    reread.read += 1
    reread.changed += save_reextraction(db, page.article_id, replace(result, description=excerpt))
