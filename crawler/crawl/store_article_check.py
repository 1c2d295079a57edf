"""One look at one article: compare what stands there with what was kept, and keep what may be kept.

What was read is never lost to a worse page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum

from sqlite_utils import Database

from crawler.crawl.fetch_pipeline import FetchedPage
from crawler.crawl.recheck_schedule import NIGHTLY_INTERVAL, next_article_retry
from crawler.extract.robots_directives import parse_directives
from crawler.knowledge.excerpts import make_excerpt
from crawler.links.article_state import StateRecord, next_check_time, next_state
from crawler.links.content_drift import CheckedPage, DriftSignal, StoredArticle, classify_drift
from crawler.links.text_fingerprint import fingerprint
from crawler.models.articles import Article, ArticleState, Directives
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store import articles as shelf
from crawler.store.article_checks import Known, keep_suspicion, known

_THE_ARTICLE = (ArticleState.OK, ArticleState.MOVED)
_TAKEN_OVER = (ArticleState.HIJACKED, ArticleState.PARKED)
_THE_PAGE_WITHOUT_TEXT = (Outcome.NOT_MODIFIED, Outcome.EMPTY, Outcome.BAD_CONTENT)


class CheckResult(Enum):
    """What one look came to."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


def outcome_of(page: FetchedPage) -> Outcome:
    """How fetching and reading a page ended."""
    return page.result.outcome if isinstance(page.result, Failure) else Outcome.OK


def store_article_check(
    db: Database,
    article_id: int,
    page: FetchedPage,
    now: datetime,
    every_days: int,
    *,
    blame: bool = True,
) -> CheckResult:
    """Keep one look; `every_days` is the round in which every article is seen.

    `blame` False: our own line was down, the state stays as it was.
    """
    before = known(db, article_id)
    mark = fingerprint(page.result.text) if isinstance(page.result, Article) else ""
    sign = _sign(before, page, mark) if blame else None
    health = next_state(
        StateRecord(before.state, before.suspected, before.agreeing, before.counted_at), sign, now
    )
    evidence = sign.evidence if sign and sign.state is health.state else ""
    keep_suspicion(db, article_id, health.suspected, health.agreeing, health.counted_at)
    again = (
        min(next_check_time(article_id, now, every_days), now + NIGHTLY_INTERVAL)
        if health.suspected
        else next_check_time(article_id, now, every_days)
    )
    if withdrawn := _withdrawn(page, sign):
        shelf.narrow_directives(db, article_id, withdrawn)
    if (
        page.response
        and isinstance(page.result, Article)
        and (sign is None or sign.state in _THE_ARTICLE)
    ):
        widens = _is_the_page_itself(before, sign)
        changed = _keep_article(
            db,
            article_id,
            page.response,
            page.result,
            mark,
            now,
            again,
            health.state,
            evidence,
            widens,
        )
        return CheckResult.CHANGED if changed else CheckResult.UNCHANGED
    if outcome_of(page) is Outcome.NOT_MODIFIED:
        shelf.keep_not_modified(db, article_id, now, again, health.state)
        return CheckResult.UNCHANGED
    failure = (
        page.result
        if isinstance(page.result, Failure)
        else Failure(page.task.url, "read", Outcome.BAD_CONTENT, sign.evidence if sign else "")
    )
    shelf.keep_failure(
        db,
        article_id,
        failure,
        now,
        next_article_retry(now, failure, before.failures + 1),
        health.state,
        evidence,
    )
    return CheckResult.FAILED


def _withdrawn(page: FetchedPage, sign: DriftSignal | None) -> Directives | None:
    """What an answer withdraws although it is not stored: a 304, a page without text, a new text of
    the owner.

    A page that somebody else put in its place withdraws nothing: parked domains ask not to be
    indexed.
    """
    if page.response is None:
        return None
    if isinstance(page.result, Article):
        return page.result.directives if sign and sign.state is ArticleState.CHANGED else None
    if page.result.outcome in _THE_PAGE_WITHOUT_TEXT:
        return parse_directives({}, page.response.headers)
    return None


def _is_the_page_itself(before: Known, sign: DriftSignal | None) -> bool:
    """Whether an answer may give back what the page withdrew: not from another host, nor right
    after a hijack.
    """
    if before.state in _TAKEN_OVER or before.suspected in _TAKEN_OVER:
        return False
    return sign is None or sign.state is ArticleState.OK


def _sign(before: Known, page: FetchedPage, mark: str) -> DriftSignal | None:
    """What the look points to. The first reading of an article has nothing to differ from."""
    if not before.is_read and isinstance(page.result, Article):
        return DriftSignal(ArticleState.OK, "")
    kept = StoredArticle(
        before.url, before.title, before.text, before.fingerprint, before.site_name, before.language
    )
    return classify_drift(kept, _seen(page, mark))


def _seen(page: FetchedPage, mark: str) -> CheckedPage:
    final_url = page.response.final_url if page.response else ""
    if isinstance(page.result, Failure):
        return CheckedPage(page.result.outcome, final_url)
    article = page.result
    return CheckedPage(
        Outcome.OK,
        final_url,
        article.title,
        article.text,
        mark,
        article.site_name,
        article.language,
    )


def _keep_article(
    db: Database,
    article_id: int,
    response: Response,
    article: Article,
    mark: str,
    now: datetime,
    again: datetime,
    state: ArticleState,
    evidence: str,
    widens: bool,
) -> bool:
    told, _ = make_excerpt(article.title, article.description, "", article.directives)
    return shelf.keep_article(
        db,
        article_id,
        replace(article, description=told),
        status=response.status,
        etag=response.header("etag") or None,
        last_modified=response.header("last-modified") or None,
        now=now,
        next_check=again,
        state=state,
        state_evidence=evidence,
        fingerprint=mark,
        record=_record(response),
        widens=widens,
    )


def _record(response: Response) -> shelf.Record | None:
    if response.archive_file is None or response.archive_offset is None:
        return None
    return shelf.Record(response.archive_file, response.archive_offset, response.fetched_at)
