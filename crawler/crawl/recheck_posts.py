"""Kept posts asked for again where they came from: those that are gone lose their words, those that
were edited are taken over.

    due posts -> questions of the source -> answers, and what they lead to -> what to believe ->
    deletions, edits, when to ask again

Only a source that was asked tonight is asked about its posts too: one that wants to be left alone,
or is switched off, is left alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.deletion_policy import (
    DeletionDecision,
    RecheckResult,
    decide_deletions,
    edited_posts,
)
from crawler.crawl.recheck_schedule import (
    MAX_INTERVAL,
    MAX_REFUSALS,
    NIGHTLY_INTERVAL,
    next_check_after_refusal,
    next_post_recheck,
)
from crawler.crawl.task_groups import as_completed
from crawler.error_isolation import concerns_item, item_failure
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.sources.protocol import RecheckBatch, RecheckRequest
from crawler.sources.registry import Source, load_sources
from crawler.store.database import transaction
from crawler.store.fetch_log import save_fetch
from crawler.store.post_rechecks import DuePost, RecheckRecord, due_posts, save_rechecks
from crawler.store.posts import mark_deleted, reduce_posts_to_links, save_posts
from crawler.url_parser import origin_of

_READ_SECONDS = 20.0
_MOST_IN_A_QUESTION = 25
_REFUSED = f"refused by its server in {MAX_REFUSALS} checks in a row (HTTP 401 or 403)"
_PATIENCE = 3  # failures of one server; a refusal of a single post is not one


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """How many posts were answered for, are deleted, were edited, or are missing but not given up
    before another night says the same.
    """

    asked: int = 0
    deleted: int = 0
    edited: int = 0
    missing: int = 0


_COUNTS = [each.name for each in fields(RecheckReport)]


@dataclass(slots=True)
class _RecheckSession:
    """One source's conversation of tonight: every answer by its address, so that nothing is asked
    twice, and how many were no use.
    """

    source: Source
    most: int
    answers: dict[str, Response | Failure] = field(default_factory=dict)
    failures: int = 0

    def allows(self, question: RecheckRequest) -> bool:
        """Whether this may be asked tonight: what was answered already costs nothing."""
        return self.failures < _PATIENCE and (
            len(self.answers) < self.most or question.request.url in self.answers
        )


async def recheck_posts(context: CrawlContext, asked_tonight: Container[str]) -> RecheckReport:
    """Ask all these sources whether their posts still stand, side by side, each with at most
    `[fetch] per_host_nightly` requests.
    """
    listed = load_sources(
        context.workspace.sources, {"consent": context.workspace.settings.crawl.consent}
    )
    sources = [source for source in listed if source.name in asked_tonight and source.can_recheck]
    reports = []
    with context.run_log.stage("recheck", len(sources)) as stage:
        async with aclosing(as_completed(_isolated(context, source) for source in sources)) as done:
            async for report in done:
                reports.append(report)
                stage.advance()
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
    talk = _RecheckSession(source, context.workspace.settings.fetch.per_host_nightly)
    due = {
        each.post.uri: each
        for each in due_posts(
            context.db,
            source.name,
            context.now(),
            NIGHTLY_INTERVAL,
            talk.most * _MOST_IN_A_QUESTION,
        )
    }
    questions = source.recheck_requests(tuple(each.post for each in due.values())) if due else ()
    heard = []
    for question in questions:
        if context.is_late() or not talk.allows(question):
            break
        heard.append(await _hear(context, talk, question, due))
    asked_about = {post.uri for question in questions for post in question.posts}
    return _keep(
        context, source, heard, [each for uri, each in due.items() if uri not in asked_about]
    )


async def _hear(
    context: CrawlContext, talk: _RecheckSession, question: RecheckRequest, due: dict[str, DuePost]
) -> RecheckResult:
    """One question, and all that its answer leads to: each post is followed to its end, so that a
    small budget settles a few rather than none.
    """
    queue, told = deque([question]), list[tuple[RecheckRequest, RecheckBatch]]()
    while queue and talk.allows(queue[0]):
        told.append((queue[0], await _ask(context, talk, queue.popleft())))
        queue.extendleft(reversed(told[-1][1].next_requests))
    waiting = {post.uri for each in queue for post in each.posts}
    failed = {
        post.uri for each, standing in told if standing.failure for post in each.posts
    } - waiting
    refused = {uri for _, standing in told for uri in standing.refused_uris} - failed - waiting
    uris = [post.uri for post in question.posts if post.uri in due]
    return RecheckResult(
        answered=tuple(due[uri] for uri in uris if uri not in waiting | failed | refused),
        gone=frozenset(uri for _, standing in told for uri in standing.gone_uris if uri in uris),
        refused=tuple(due[uri] for uri in uris if uri in refused),
        failed=tuple(due[uri] for uri in uris if uri in failed),
        posts=tuple(post for _, standing in told for post in standing.posts),
    )


async def _ask(
    context: CrawlContext, talk: _RecheckSession, question: RecheckRequest
) -> RecheckBatch:
    url = question.request.url
    if url not in talk.answers:
        request = question.request
        talk.answers[url] = await context.backend.fetcher.fetch(request)
        save_fetch(
            context.db, context.run_id, request.purpose, _nameless(talk.answers[url]), context.now()
        )
    standing = await _read(context, talk.source, question, talk.answers[url])
    if standing.failure:
        talk.failures += 1
        context.run_log.event(
            "recheck_failed",
            source=talk.source.name,
            outcome=standing.failure.outcome.value,
            message=standing.failure.message,
        )
    return standing


async def _read(
    context: CrawlContext, source: Source, question: RecheckRequest, answer: Response | Failure
) -> RecheckBatch:
    """What an answer says, read in a child process: it is as hostile as a page."""
    if isinstance(answer, Failure):
        return source.parse_recheck(question, answer)
    told = await context.backend.pool.call(
        partial(source.parse_recheck, question),
        answer,
        _READ_SECONDS,
        url=answer.url,
        stage="recheck",
    )
    return RecheckBatch(failure=told) if isinstance(told, Failure) else told


def _nameless(answer: Response | Failure) -> Response | Failure:
    """The answer under the address of its server alone: the record of fetches is public, and must
    not list the posts that were asked for.
    """
    server = f"{origin_of(answer.url)}/"
    return (
        replace(answer, url=server, final_url=server)
        if isinstance(answer, Response)
        else replace(answer, url=server)
    )


def _keep(
    context: CrawlContext,
    source: Source,
    heard: Sequence[RecheckResult],
    elsewhere: Sequence[DuePost],
) -> RecheckReport:
    """Keep what was heard, all of it or nothing.

    `elsewhere`: due posts that this source has no question about.
    """
    verdict, now = decide_deletions(heard), context.now()
    answered = [due for each in heard for due in each.answered]
    with transaction(context.db):
        save_rechecks(context.db, _checks(now, heard, verdict), now)
        unasked = [
            RecheckRecord(due.post.uri, None, now + MAX_INTERVAL, due.missing_since)
            for due in elsewhere
        ]
        save_rechecks(context.db, unasked, now)
        posts = edited_posts(answered, (post for each in heard for post in each.posts))
        kept = save_posts(context.db, source.name, posts, now, normalize_url)
        context.record(kept.failures)
        deleted = mark_deleted(context.db, sorted(verdict.deleted), now)
        reduce_posts_to_links(context.db, _refused_too_often(heard), source.name, now, _REFUSED)
    return RecheckReport(len(answered), deleted, kept.changed, len(verdict.doubted))


def _refused_too_often(heard: Sequence[RecheckResult]) -> list[str]:
    refused = [due for each in heard for due in each.refused]
    return [due.post.uri for due in refused if due.refusals + 1 >= MAX_REFUSALS]


def _checks(
    now: datetime, heard: Sequence[RecheckResult], verdict: DeletionDecision
) -> Iterator[RecheckRecord]:
    """When to ask again for each: soon for those that nothing is known of yet, and since when they
    are missing.
    """
    for each in heard:
        for due in each.answered:
            doubted = due.post.uri in verdict.doubted
            yield RecheckRecord(
                due.post.uri,
                now,
                next_post_recheck(now, due.published, settled=not doubted),
                now if doubted else None,
            )
        for due in each.refused:
            times = due.refusals + 1
            again = next_check_after_refusal(now, times)
            yield RecheckRecord(due.post.uri, None, again, due.missing_since, times)
        for due in each.failed:
            yield RecheckRecord(
                due.post.uri,
                None,
                next_post_recheck(now, due.published, settled=False),
                due.missing_since,
                due.refusals,
            )
