"""Collect posts: import the files of the inbox and poll the sources that are due."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from crawler.crawl.check_schedule import (
    next_check_after_failure,
    next_check_after_success,
    quiet_interval,
)
from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.feed_entry_identity import identify_entries, remember_entries
from crawler.crawl.import_inbox import INBOX, import_inbox_file, inbox_files
from crawler.crawl.list_sources import list_sources
from crawler.crawl.source_lifecycle import PollResult, after_poll, lifecycle_events
from crawler.crawl.source_poll import RequestQueue, SourcePoll
from crawler.crawl.source_requests import fetch_and_archive
from crawler.crawl.task_groups import as_completed_limited
from crawler.error_isolation import concerns_item, item_failure
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import BUDGET_STAGE, Failure, Outcome, is_over_budget
from crawler.models.posts import Post
from crawler.sources.configured_sources import Source
from crawler.sources.protocol import Batch, is_missing
from crawler.store import source_state
from crawler.store.fetch_log import save_fetch
from crawler.store.posts import SavedPosts, save_posts
from crawler.store.runs import SourceRun, save_source_run
from crawler.store.source_state import SourceState
from crawler.utc_times import iso

_READ_SECONDS = 20.0


class _FailedPoll(NamedTuple):
    """The failed poll of a source, before it is stored."""

    source: Source
    poll: SourcePoll
    failure: Failure


@dataclass(frozen=True, slots=True)
class CollectReport:
    """The result of every polled source and of every inbox file, which is named `inbox/<file>`.

    `notes` are sentences about sources that moved or answered 410. `backlog` counts the due
    sources that a budget left out.
    """

    sources: tuple[SourceRun, ...]
    notes: tuple[str, ...] = ()
    backlog: int = 0

    @property
    def posts_new(self) -> int:
        """Return how many posts were stored for the first time."""
        return sum(source.posts_new for source in self.sources)

    @property
    def sources_polled(self) -> tuple[SourceRun, ...]:
        """Return the sources without the files of the inbox."""
        return tuple(source for source in self.sources if not source.source.startswith(f"{INBOX}/"))

    @property
    def sources_failed(self) -> tuple[SourceRun, ...]:
        """Return the polled sources that failed."""
        return tuple(source for source in self.sources_polled if source in self.failed)

    @property
    def failed(self) -> tuple[SourceRun, ...]:
        """Return the sources and files that failed."""
        return tuple(
            source
            for source in self.sources
            if source.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED)
        )


async def collect_posts(context: CrawlContext) -> CollectReport:
    """Store the posts of the inbox and of all due sources. Return how each source did.

    A source that fails does not delay the others.
    """
    due = _due_sources(context)
    files = inbox_files(context)

    results: list[SourceRun] = []
    failed: list[_FailedPoll] = []
    admitted = due[: context.budget.requests_left()]
    backlog = len(due) - len(admitted)
    with context.run_log.stage("collect", len(admitted) + len(files)) as stage:
        async with aclosing(_collect_all(context, files, admitted, failed)) as finished:
            async for result in finished:
                stage.advance(failed=bool(result and result.outcome is not Outcome.OK))
                if result:
                    results.append(result)
                else:
                    backlog += 1

    for result in results:
        save_source_run(context.db, context.run_id, result)
    _store_failed_polls(context, failed)
    by_name = tuple(sorted(results, key=lambda result: result.source))
    return CollectReport(by_name, tuple(sorted(context.notes)), backlog)


def _due_sources(context: CrawlContext) -> list[tuple[Source, SourceState]]:
    """Return the due sources, longest waiting first; new ones in the order of the file."""
    sources = list_sources(context.db, context.workspace)
    due = source_state.due_sources(context.db, context.now())
    states = {state.name: state for state in due}
    polled = [(source, states[source.name]) for source in sources if source.name in states]
    return sorted(polled, key=lambda pair: iso(pair[1].next_check) or "")


async def _collect_all(
    context: CrawlContext,
    files: Iterable[Path],
    due: Sequence[tuple[Source, SourceState]],
    failed: list[_FailedPoll],
) -> AsyncGenerator[SourceRun | None, None]:
    """Import the files one after another, then poll the sources together.

    Yields None for a source that a budget left out. `failed` receives the failed polls. With
    `[fetch] concurrency = 1` the sources are polled in order, so that two runs store the same ids.
    """
    for path in files:
        yield await import_inbox_file(context, path)

    polls = (_poll_isolated(context, source, state, failed) for source, state in due)
    at_a_time = 1 if context.workspace.settings.fetch.concurrency == 1 else len(due)
    async with aclosing(as_completed_limited(polls, at_a_time)) as finished:
        async for result in finished:
            yield result


def _store_failed_polls(context: CrawlContext, failed: Iterable[_FailedPoll]) -> None:
    """Store what the failed polls mean for their sources, after all other polls.

    Only the whole step shows whether this machine had no network. Then no source is at fault: it
    stays due, and neither its failures nor its moves are counted.
    """
    is_offline = context.backend.fetcher.is_offline
    for source, poll, failure in failed:
        if is_offline:
            source_state.save_local_outage(context.db, source.name, failure, context.now())
        else:
            _store_lifecycle(context, source, poll)
            _store_failure(context, source, failure, poll.stored)


def _keep_posts(context: CrawlContext, source: str, posts: Sequence[Post]) -> SavedPosts:
    """Store posts; one that cannot be stored is recorded and left out."""
    saved = save_posts(context.db, source, posts, context.now(), normalize_url)
    context.record(saved.failures)
    return saved


async def _poll_isolated(
    context: CrawlContext, source: Source, stored: SourceState, failed: list[_FailedPoll]
) -> SourceRun | None:
    """Poll one source; an error in its answers fails this source alone."""
    poll = SourcePoll(stored)
    try:
        return await _poll_source(context, source, poll, failed)
    except Exception as error:
        if not concerns_item(error):
            raise
        failure = item_failure("source", source.name, error)
        context.record([failure])
        _store_failure(context, source, failure, stored)
        return SourceRun(source.name, failure.outcome, poll.posts, poll.new, failure.message)


async def _poll_source(
    context: CrawlContext, source: Source, poll: SourcePoll, failed: list[_FailedPoll]
) -> SourceRun | None:
    """Poll a source. Store how that ended and when it is due again, or add it to `failed`.

    None if a budget left it out before its first post: it stays due.
    """
    await _poll(context, source, poll)
    failure = poll.failure
    if not failure:
        _store_lifecycle(context, source, poll)
        _store_success(context, source, poll)
        if poll.warning:
            context.run_log.event("source_warning", source=source.name, message=poll.warning)
        return SourceRun(source.name, Outcome.OK, poll.posts, poll.new, poll.warning)

    if is_over_budget(failure):
        return _started_poll(source, poll, failure)
    failed.append(_FailedPoll(source, poll, failure))
    outcome, message = failure.outcome, failure.message
    context.run_log.event(
        "source_failed", source=source.name, outcome=outcome.value, message=message
    )
    return SourceRun(source.name, outcome, poll.posts, poll.new, message)


def _started_poll(source: Source, poll: SourcePoll, failure: Failure) -> SourceRun | None:
    """The result of a poll that a budget ended after its first posts; None without posts."""
    if not poll.posts:
        return None
    return SourceRun(source.name, Outcome.OK, poll.posts, poll.new, failure.message)


def _store_lifecycle(context: CrawlContext, source: Source, poll: SourcePoll) -> None:
    """Store what the poll means for the lifecycle of its source."""
    before = poll.stored.lifecycle
    result = PollResult(poll.first, poll.failure, poll.new, poll.stored.failures + 1)
    after = after_poll(before, result, context.now())
    source_state.save_lifecycle(context.db, source.name, after)
    for event in lifecycle_events(source.name, before, after):
        context.run_log.event("source_changed", source=source.name, message=event)
        context.notes.append(event)


def _store_success(context: CrawlContext, source: Source, poll: SourcePoll) -> None:
    now, hints, stored = context.now(), poll.hints, poll.stored
    unchanged = 0 if poll.new else stored.lifecycle.unchanged + 1
    quiet = quiet_interval(unchanged, source.name, now)
    wanted = max(hints.min_interval or quiet, quiet)
    next_check = next_check_after_success(now, wanted, hints.skip_hours, hints.skip_days)
    etag = modified = cursor = None
    if poll.complete:
        cursor = poll.cursor
        if poll.response:
            etag, modified = poll.response.header("etag"), poll.response.header("last-modified")
    source_state.save_poll_success(
        context.db,
        source.name,
        now,
        next_check,
        cursor,
        etag or stored.etag,
        modified or stored.last_modified,
    )


def _store_failure(
    context: CrawlContext, source: Source, failure: Failure, stored: SourceState
) -> None:
    """Count the failure of a source and back off."""
    now = context.now()
    next_check = next_check_after_failure(now, failure, stored.failures + 1)
    source_state.save_poll_failure(context.db, source.name, failure, now, next_check)


async def _poll(context: CrawlContext, source: Source, poll: SourcePoll) -> None:
    """Make the first request of `poll` and those that the answers lead to.

    The posts of each answer are stored before the next request.
    """
    stored = poll.stored
    first = _first_request(source, stored)
    requests = RequestQueue(first, source.max_requests)
    while request := requests.next():
        if context.is_late():
            poll.stop(_budget_failure(source))
            return

        response = await _fetch(context, request, stored if request is first else None)
        if is_over_budget(response):
            poll.stop(_budget_failure(source))
            return
        poll.first = poll.first or response
        if isinstance(response, Response) and response.status == 304:
            break
        batch = await _store_batch(context, source, poll, response)
        requests.add(batch.next_requests)
        if request is first and isinstance(response, Response):
            poll.response, poll.hints = response, batch.hints
    poll.end(source.name)


def _first_request(source: Source, stored: SourceState) -> FetchRequest:
    """Return the first request of a night: of the new URL if the source has moved."""
    request = source.first_request(stored.cursor)
    moved = stored.lifecycle.polled_url
    return replace(request, url=moved) if moved and request.purpose == "feed" else request


async def _fetch(
    context: CrawlContext, request: FetchRequest, stored: SourceState | None
) -> Response | Failure:
    """Fetch a request, conditionally if validators are stored, and record the fetch."""
    if stored:
        request = replace(request, etag=stored.etag, last_modified=stored.last_modified)
    response = await fetch_and_archive(context, request)
    if not is_over_budget(response):
        save_fetch(context.db, context.run_id, request.purpose, response, context.now())
    return response


async def _store_batch(
    context: CrawlContext, source: Source, poll: SourcePoll, response: Response | Failure
) -> Batch:
    """Parse an answer and store its posts."""
    if isinstance(response, Failure) and is_missing(response):
        poll.missing.append(response)
    batch = await _read(context, source, response, poll.stored.cursor)
    identified = identify_entries(context.db, source.name, batch.posts)
    batch = replace(batch, posts=identified.posts)
    if source.only_topics:
        topics = context.workspace.topics
        batch = replace(batch, posts=context.topic_filter.with_topic(topics, batch.posts))
    poll.add(batch, _keep_posts(context, source.name, batch.posts).new)
    remember_entries(context.db, source.name, identified)
    return batch


def _budget_failure(source: Source) -> Failure:
    message = "a budget of the run is used up; the source comes first in the next run"
    return Failure(source.name, BUDGET_STAGE, Outcome.DEFERRED, message)


async def _read(
    context: CrawlContext, source: Source, response: Response | Failure, cursor: str | None
) -> Batch:
    """The batch of an answer, read in a child process: a feed is as hostile as a page."""
    if isinstance(response, Failure):
        return source.parse_response(response, cursor)
    batch = await context.backend.pool.call(
        partial(source.parse_response, cursor=cursor),
        response,
        _READ_SECONDS,
        url=response.url,
        stage="collect",
    )
    return Batch(failure=batch) if isinstance(batch, Failure) else batch
