"""Recheck stored posts at their networks: delete posts that were deleted, update edited ones.

    due posts -> recheck requests of the source -> answers and follow-up requests
    -> deletion decision -> deletions, edits, next checks

Only sources that this run polled are rechecked: a source that backs off or is
disabled receives no request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial

from crawler.crawl.check_schedule import (
    MAX_INTERVAL,
    MAX_REFUSALS,
    NIGHTLY_INTERVAL,
    next_check_after_refusal,
    next_post_recheck,
)
from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.deletion_detection import (
    DeletionDecision,
    RecheckResult,
    decide_deletions,
    edited_posts,
)
from crawler.crawl.task_groups import as_completed
from crawler.error_isolation import concerns_item, item_failure
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, is_over_budget
from crawler.sources.configured_sources import Source, load_sources
from crawler.sources.protocol import RecheckBatch, RecheckRequest
from crawler.store.database import transaction
from crawler.store.fetch_log import save_fetch
from crawler.store.post_rechecks import (
    DuePost,
    RecheckRecord,
    due_posts,
    due_posts_by_source,
    save_rechecks,
)
from crawler.store.posts import mark_deleted, reduce_posts_to_links, save_posts
from crawler.url_parser import origin_of

_PARSE_SECONDS = 20.0
_MAX_POSTS_IN_REQUEST = 25
_REFUSED = f"refused by its server in {MAX_REFUSALS} checks in a row (HTTP 401 or 403)"
_NEVER = "9999"  # later than every time in ISO 8601
_MAX_FAILURES = 3  # of one server; a refused post is not a failure


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """Counts of posts: answered for, deleted, edited, missing, and still due after the step.

    A missing post is deleted only when a later check confirms that it is missing.
    """

    asked: int = 0
    deleted: int = 0
    edited: int = 0
    missing: int = 0
    backlog: int = 0


_COUNTS = [count.name for count in fields(RecheckReport)]


@dataclass(slots=True)
class _RecheckSession:
    """The rechecks of one source in this run.

    `answers` holds every answer by URL, so that nothing is requested twice. At most `max_requests`
    requests are made, and none after `_MAX_FAILURES` failures.
    """

    source: Source
    max_requests: int
    answers: dict[str, Response | Failure] = field(default_factory=dict)
    failures: int = 0

    def allows(self, recheck: RecheckRequest) -> bool:
        """Whether `recheck` may be requested: answers that are stored cost nothing."""
        is_free = recheck.request.url in self.answers
        within_limit = is_free or len(self.answers) < self.max_requests
        return self.failures < _MAX_FAILURES and within_limit


async def recheck_posts(context: CrawlContext, polled: Container[str]) -> RecheckReport:
    """Recheck the due posts of all `polled` sources (names) concurrently. Return the counts.

    Each source gets at most `[fetch] per_host_nightly` requests.
    """
    sources = _longest_waiting_first(context, _recheckable_sources(context, polled))
    reports = []
    with context.run_log.stage("recheck", len(sources)) as stage:
        async with aclosing(as_completed(_isolated(context, source) for source in sources)) as done:
            async for report in done:
                reports.append(report)
                stage.advance()
    return replace(_total(reports), backlog=_backlog(context, sources))


def _longest_waiting_first(context: CrawlContext, sources: Sequence[Source]) -> list[Source]:
    """Return the sources by the time since when their posts wait, those without due posts last."""
    due = _due_by_source(context, sources)
    return sorted(sources, key=lambda source: due.get(source.name, (0, _NEVER))[1])


def _backlog(context: CrawlContext, sources: Iterable[Source]) -> int:
    return sum(number for number, _ in _due_by_source(context, sources).values())


def _due_by_source(context: CrawlContext, sources: Iterable[Source]) -> dict[str, tuple[int, str]]:
    names = {source.name for source in sources}
    return due_posts_by_source(context.db, names, context.now(), NIGHTLY_INTERVAL)


def _recheckable_sources(context: CrawlContext, polled: Container[str]) -> list[Source]:
    defaults = {"consent": context.workspace.settings.crawl.consent}
    sources = load_sources(context.workspace.sources, defaults)
    return [source for source in sources if source.name in polled and source.can_recheck]


def _total(reports: Sequence[RecheckReport]) -> RecheckReport:
    return RecheckReport(*(sum(getattr(report, name) for report in reports) for name in _COUNTS))


async def _isolated(context: CrawlContext, source: Source) -> RecheckReport:
    """Recheck the posts of one source; an error is recorded and leaves other sources alone."""
    try:
        return await _recheck(context, source)
    except Exception as error:
        if not concerns_item(error):
            raise
        context.record([item_failure("source", source.name, error, "while rechecking its posts")])
        return RecheckReport()


async def _recheck(context: CrawlContext, source: Source) -> RecheckReport:
    session = _RecheckSession(source, context.workspace.settings.fetch.per_host_nightly)
    due = _due_posts_by_uri(context, session)
    posts = tuple(post.post for post in due.values())
    requests = source.recheck_requests(posts) if posts else ()
    results = []
    for recheck in requests:
        if context.is_late() or not session.allows(recheck):
            break
        results.append(await _recheck_with_follow_ups(context, session, recheck, due))

    return _store_results(context, source, results, _without_request(due, requests))


def _due_posts_by_uri(context: CrawlContext, session: _RecheckSession) -> dict[str, DuePost]:
    limit = session.max_requests * _MAX_POSTS_IN_REQUEST
    name = session.source.name
    due = due_posts(context.db, name, context.now(), NIGHTLY_INTERVAL, limit)
    return {post.post.uri: post for post in due}


def _without_request(
    due: Mapping[str, DuePost], requests: Iterable[RecheckRequest]
) -> list[DuePost]:
    """Return the due posts that no request of the source asks for."""
    covered = _uris(requests)
    return [post for uri, post in due.items() if uri not in covered]


async def _recheck_with_follow_ups(
    context: CrawlContext,
    session: _RecheckSession,
    recheck: RecheckRequest,
    due: dict[str, DuePost],
) -> RecheckResult:
    """Make one recheck and its follow-up requests, depth first.

    A small budget then decides about a few posts instead of starting with many.
    """
    queue = deque([recheck])
    answers: list[tuple[RecheckRequest, RecheckBatch]] = []
    while queue and session.allows(queue[0]):
        current = queue.popleft()
        batch = await _fetch_recheck(context, session, current)
        if batch is None:
            queue.appendleft(current)
            break
        answers.append((current, batch))
        queue.extendleft(reversed(batch.next_requests))
    requested = [due[post.uri] for post in recheck.posts if post.uri in due]
    return _combine(requested, answers, _uris(queue))


def _uris(requests: Iterable[RecheckRequest]) -> set[str]:
    return {post.uri for request in requests for post in request.posts}


def _combine(
    requested: Sequence[DuePost],
    answers: Sequence[tuple[RecheckRequest, RecheckBatch]],
    unanswered: set[str],
) -> RecheckResult:
    """Combine the answers to one recheck. `unanswered` posts count neither way."""
    batches = [batch for _, batch in answers]
    failed = _failed_uris(answers) - unanswered
    refused = {uri for batch in batches for uri in batch.refused_uris} - failed - unanswered
    gone = {uri for batch in batches for uri in batch.gone_uris}
    return RecheckResult(
        answered=_posts_outside(unanswered | failed | refused, requested),
        gone=frozenset(gone & {post.post.uri for post in requested}),
        refused=_posts_among(refused, requested),
        failed=_posts_among(failed, requested),
        posts=tuple(post for batch in batches for post in batch.posts),
    )


def _failed_uris(answers: Sequence[tuple[RecheckRequest, RecheckBatch]]) -> set[str]:
    return _uris(request for request, batch in answers if batch.failure)


def _posts_among(uris: set[str], posts: Iterable[DuePost]) -> tuple[DuePost, ...]:
    return tuple(post for post in posts if post.post.uri in uris)


def _posts_outside(uris: set[str], posts: Iterable[DuePost]) -> tuple[DuePost, ...]:
    return tuple(post for post in posts if post.post.uri not in uris)


async def _fetch_recheck(
    context: CrawlContext, session: _RecheckSession, recheck: RecheckRequest
) -> RecheckBatch | None:
    """Fetch a recheck, unless its answer is stored, and parse the answer.

    None if a budget of the run prevented the request: its posts stay due.
    """
    url = recheck.request.url
    if url not in session.answers:
        session.answers[url] = await _fetch_and_record(context, recheck.request)
    if is_over_budget(session.answers[url]):
        session.answers.pop(url)
        return None
    batch = await _parse(context, session.source, recheck, session.answers[url])
    if batch.failure:
        session.failures += 1
        context.run_log.event(
            "recheck_failed",
            source=session.source.name,
            outcome=batch.failure.outcome.value,
            message=batch.failure.message,
        )
    return batch


async def _fetch_and_record(context: CrawlContext, request: FetchRequest) -> Response | Failure:
    response = await context.backend.fetcher.fetch(request)
    if is_over_budget(response):
        return response
    public = _without_path(response)
    save_fetch(context.db, context.run_id, request.purpose, public, context.now())
    return response


async def _parse(
    context: CrawlContext, source: Source, recheck: RecheckRequest, response: Response | Failure
) -> RecheckBatch:
    """Parse an answer in a child process, because it is as untrusted as a page."""
    if isinstance(response, Failure):
        return source.parse_recheck(recheck, response)
    parse = partial(source.parse_recheck, recheck)
    result = await context.backend.pool.call(
        parse, response, _PARSE_SECONDS, url=response.url, stage="recheck"
    )
    return RecheckBatch(failure=result) if isinstance(result, Failure) else result


def _without_path(response: Response | Failure) -> Response | Failure:
    """The answer under the URL of its server.

    The record of fetches is public and must not list the posts that were rechecked.
    """
    server = f"{origin_of(response.url)}/"
    if isinstance(response, Response):
        return replace(response, url=server, final_url=server)
    return replace(response, url=server)


def _store_results(
    context: CrawlContext,
    source: Source,
    results: Sequence[RecheckResult],
    elsewhere: Sequence[DuePost],
) -> RecheckReport:
    """Store all results in one transaction.

    `elsewhere` are due posts that this source has no recheck request for.
    """
    decision, now, db = decide_deletions(results), context.now(), context.db
    answered = [post for result in results for post in result.answered]
    with transaction(db):
        save_rechecks(db, _checks(now, results, decision), now)
        save_rechecks(db, [_postponed_check(now, post) for post in elsewhere], now)
        edited = _store_edits(context, source, results, answered)
        deleted = mark_deleted(db, sorted(decision.deleted), now)
        reduce_posts_to_links(db, _refused_too_often(results), source.name, now, _REFUSED)
    return RecheckReport(len(answered), deleted, edited, len(decision.doubted))


def _store_edits(
    context: CrawlContext,
    source: Source,
    results: Sequence[RecheckResult],
    answered: Sequence[DuePost],
) -> int:
    """Store the posts whose text changed. Return their number."""
    shown = [post for result in results for post in result.posts]
    edited = edited_posts(answered, shown)
    saved = save_posts(context.db, source.name, edited, context.now(), normalize_url)
    context.record(saved.failures)
    return saved.changed


def _postponed_check(now: datetime, post: DuePost) -> RecheckRecord:
    return RecheckRecord(post.post.uri, None, now + MAX_INTERVAL, post.missing_since)


def _refused_too_often(results: Sequence[RecheckResult]) -> list[str]:
    refused = [post for result in results for post in result.refused]
    return [post.post.uri for post in refused if post.refusals + 1 >= MAX_REFUSALS]


def _checks(
    now: datetime, results: Sequence[RecheckResult], decision: DeletionDecision
) -> Iterator[RecheckRecord]:
    """Yield the next check of every post, and since when it is missing."""
    for result in results:
        for post in result.answered:
            yield _answered_check(now, post, post.post.uri in decision.doubted)
        for post in result.refused:
            yield _refused_check(now, post)
        for post in result.failed:
            yield _failed_check(now, post)


def _refused_check(now: datetime, post: DuePost) -> RecheckRecord:
    refusals = post.refusals + 1
    next_check = next_check_after_refusal(now, refusals)
    return RecheckRecord(post.post.uri, None, next_check, post.missing_since, refusals)


def _failed_check(now: datetime, post: DuePost) -> RecheckRecord:
    next_check = next_post_recheck(now, post.published, settled=False)
    return RecheckRecord(post.post.uri, None, next_check, post.missing_since, post.refusals)


def _answered_check(now: datetime, post: DuePost, doubted: bool) -> RecheckRecord:
    next_check = next_post_recheck(now, post.published, settled=not doubted)
    return RecheckRecord(post.post.uri, now, next_check, now if doubted else None)
