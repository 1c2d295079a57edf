"""The first step: posts from the files of the inbox and from every source whose time has come."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.import_files import read_file_in_child, save_imported
from crawler.crawl.recheck_schedule import (
    MIN_INTERVAL,
    next_check_after_failure,
    next_check_after_success,
)
from crawler.crawl.source_requests import fetch_and_archive
from crawler.crawl.task_groups import as_completed
from crawler.error_isolation import concerns_item, item_failure
from crawler.importers.import_file import display_name, open_file
from crawler.importers.import_records import ImportOptions
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.sources.protocol import Batch, PollingHints, is_missing
from crawler.sources.registry import Source, load_sources
from crawler.store import source_state as memory
from crawler.store.fetch_log import save_fetch
from crawler.store.posts import SavedPosts, save_posts
from crawler.store.run_monitoring import is_offline
from crawler.store.runs import SourceRun, save_source_run
from crawler.store.source_state import ListedSource, SourceState
from crawler.text_cleaning import clean_line

_READ_SECONDS = 20.0
_FEWEST_ABSENT = 3  # answers of 404: fewer may be posts that were deleted meanwhile
_INBOX = "inbox"
_BUDGET = "budget"  # the stage of a source that the time budget left out


@dataclass(frozen=True, slots=True)
class CollectReport:
    """How every source asked did; files of the inbox count as sources named `inbox/<file>`."""

    sources: tuple[SourceRun, ...]

    @property
    def posts_new(self) -> int:
        return sum(source.posts_new for source in self.sources)

    @property
    def sources_polled(self) -> tuple[SourceRun, ...]:
        """The sources without the files of the inbox."""
        return tuple(each for each in self.sources if not each.source.startswith(f"{_INBOX}/"))

    @property
    def sources_failed(self) -> tuple[SourceRun, ...]:
        """The polled sources that failed."""
        return tuple(each for each in self.sources_polled if each in self.failed)

    @property
    def failed(self) -> tuple[SourceRun, ...]:
        return tuple(
            source
            for source in self.sources
            if source.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED)
        )


@dataclass(frozen=True, slots=True)
class _CollectResult:
    """What one source answered in the end: the last cursor, validators and hints, or the failure
    that ended it.
    """

    seen: int = 0
    new: int = 0
    cursor: str | None = None
    response: Response | None = None
    hints: PollingHints = PollingHints()
    failure: Failure | None = None


async def collect_posts(context: CrawlContext) -> CollectReport:
    """Keep the posts of the inbox and of all due sources.

    One source that fails never holds up another.
    """
    listed = load_sources(
        context.workspace.sources, {"consent": context.workspace.settings.crawl.consent}
    )
    memory.sync_sources(
        context.db,
        [
            ListedSource(each.name, each.kind, str(getattr(each.options, "url", "")), each.enabled)
            for each in listed
        ],
    )
    known = {each.name: each for each in memory.due_sources(context.db, context.now())}
    due = [source for source in listed if source.name in known]
    files = sorted(
        path
        for path in context.workspace.inbox.glob("*")
        if path.is_file() and not path.name.startswith(".")
    )
    with context.run_log.stage("collect", len(due) + len(files)) as stage:
        results = [await _import(context, path) for path in files]
        for result in results:
            stage.advance(failed=result.outcome is not Outcome.OK)
        polls = (_ask_isolated(context, source, known[source.name]) for source in due)
        async with aclosing(as_completed(polls)) as polled:
            async for result in polled:
                results.append(result)
                stage.advance(failed=result.outcome is not Outcome.OK)
    for result in results:
        save_source_run(context.db, context.run_id, result)
    report = CollectReport(tuple(sorted(results, key=lambda each: each.source)))
    if is_offline([each.outcome for each in report.sources_polled]):
        names = [each.source for each in report.sources_polled]
        memory.poll_soon(context.db, names, context.now() + MIN_INTERVAL)
    return report


async def _import(context: CrawlContext, path: Path) -> SourceRun:
    """Import one file of the inbox. A record that fails never holds up the others."""
    shown = display_name(path)
    name = f"{_INBOX}/{shown}"
    options = ImportOptions(context.now(), context.workspace.settings.crawl.hashtags)
    try:
        imported = await read_file_in_child(context.backend.pool, open_file(path, None, options))
        kept = save_imported(context.db, shown, imported, context.now())
    except Exception as error:
        if not concerns_item(error):
            raise
        failure = item_failure("file", name, error)
        context.record([failure])
        return SourceRun(name, Outcome.BAD_CONTENT, message=failure.message)
    failures = (*imported.failures, *kept.failures)
    context.record(failures)
    message = clean_line(" ".join(failure.message for failure in failures))
    return SourceRun(name, Outcome.OK, len(imported.posts), kept.new, message)


def _keep_posts(context: CrawlContext, source: str, posts: Sequence[Post]) -> SavedPosts:
    """Store posts; one that cannot be stored is recorded and left out."""
    kept = save_posts(context.db, source, posts, context.now(), normalize_url)
    context.record(kept.failures)
    return kept


async def _ask_isolated(context: CrawlContext, source: Source, known: SourceState) -> SourceRun:
    """Poll one source; whatever its answers make the readers raise fails this source alone."""
    try:
        return await _ask(context, source, known)
    except Exception as error:
        if not concerns_item(error):
            raise
        failure = item_failure("source", source.name, error)
        context.record([failure])
        _store_failure(context, source, failure, known)
        return SourceRun(source.name, failure.outcome, message=failure.message)


async def _ask(context: CrawlContext, source: Source, known: SourceState) -> SourceRun:
    told = await _converse(context, source, known)
    now = context.now()
    if told.failure:
        if told.failure.stage != _BUDGET:  # the source is not at fault, and stays due
            _store_failure(context, source, told.failure, known)
        context.run_log.event(
            "source_failed",
            source=source.name,
            outcome=told.failure.outcome.value,
            message=told.failure.message,
        )
        return SourceRun(
            source.name, told.failure.outcome, told.seen, told.new, told.failure.message
        )
    etag, last_modified = (
        (told.response.header("etag"), told.response.header("last-modified"))
        if told.response
        else ("", "")
    )
    again = next_check_after_success(
        now, told.hints.min_interval, told.hints.skip_hours, told.hints.skip_days
    )
    memory.save_poll_success(
        context.db,
        source.name,
        now,
        again,
        told.cursor,
        etag or known.etag,
        last_modified or known.last_modified,
    )
    return SourceRun(source.name, Outcome.OK, told.seen, told.new)


def _store_failure(
    context: CrawlContext, source: Source, failure: Failure, known: SourceState
) -> None:
    """Count the failure of a source and back off."""
    now = context.now()
    next_check = next_check_after_failure(now, failure, known.failures + 1)
    memory.save_poll_failure(context.db, source.name, failure, now, next_check)


async def _converse(context: CrawlContext, source: Source, known: SourceState) -> _CollectResult:
    """Ask, keep what comes, ask what that leads to.

    Posts are kept as they come; the cursor only moves when no answer failed.
    """
    first = source.first_request(known.cursor)
    queue, asked, told, complete = deque([first]), set[str](), _CollectResult(), True
    absent: list[Failure] = []
    while queue and len(asked) < source.max_requests:
        if context.is_late():
            return replace(told, failure=_late(source), cursor=None, response=None)
        request = queue.popleft()
        if (key := request.url + (request.body or "")) in asked:
            continue
        asked.add(key)
        conditional = request
        if request is first:
            conditional = replace(request, etag=known.etag, last_modified=known.last_modified)
        answer = await fetch_and_archive(context, conditional)
        save_fetch(context.db, context.run_id, request.purpose, answer, context.now())
        if isinstance(answer, Response) and answer.status == 304:
            break
        absent += [answer] if isinstance(answer, Failure) and is_missing(answer) else []
        batch = await _read(context, source, answer, known.cursor)
        queue.extend(batch.next_requests)
        complete = complete and not batch.failure
        told = _with(told, batch, _keep_posts(context, source.name, batch.posts).new)
        if request is first and isinstance(answer, Response):
            told = replace(told, response=answer, hints=batch.hints)
    if not told.seen and len(absent) >= _FEWEST_ABSENT:
        told, complete = replace(told, failure=told.failure or _all_absent(source, absent)), False
    failure = None if told.seen else told.failure
    return (
        replace(told, failure=failure)
        if complete
        else replace(told, failure=failure, cursor=None, response=None)
    )


def _all_absent(source: Source, absent: Sequence[Failure]) -> Failure:
    """The failure of a source that brought nothing and answered 404 or 410 to several requests."""
    message = f"{len(absent)} requests were answered with 404 or 410, and no post came."
    return replace(absent[-1], url=source.name, message=message)


def _late(source: Source) -> Failure:
    message = "the time budget of the run is used up; the source is due in the next run"
    return Failure(source.name, _BUDGET, Outcome.DEFERRED, message)


def _with(told: _CollectResult, batch: Batch, new: int) -> _CollectResult:
    """What is known after one more batch. Posts or a cursor make up for an earlier failure."""
    made_up = batch.posts or batch.cursor
    failure = batch.failure or (None if made_up else told.failure)
    return replace(
        told,
        seen=told.seen + len(batch.posts),
        new=told.new + new,
        cursor=batch.cursor or told.cursor,
        failure=failure,
    )


async def _read(
    context: CrawlContext, source: Source, answer: Response | Failure, cursor: str | None
) -> Batch:
    """The batch of an answer, read in a child process: a feed is as hostile as a page."""
    if isinstance(answer, Failure):
        return source.parse_response(answer, cursor)
    batch = await context.backend.pool.call(
        partial(source.parse_response, cursor=cursor),
        answer,
        _READ_SECONDS,
        url=answer.url,
        stage="collect",
    )
    return Batch(failure=batch) if isinstance(batch, Failure) else batch
