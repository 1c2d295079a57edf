"""Store the check of one article: compare the fetched page with the stored article.

A failed or doubtful check never overwrites a stored text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from sqlite_utils import Database

from crawler.crawl.check_schedule import NIGHTLY_INTERVAL, next_article_retry
from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.extract.robots_directives import parse_directives
from crawler.knowledge.excerpts import make_excerpt
from crawler.links.article_state import StateRecord, next_check_time, next_state
from crawler.links.content_drift import CheckedPage, DriftSignal, StoredArticle, classify_drift
from crawler.links.text_fingerprint import fingerprint
from crawler.models.articles import Article, ArticleState, Directives
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store import articles
from crawler.store.articles import ArticleCheck
from crawler.store.previous_check import PreviousCheck, load_previous_check, save_suspected_state

_SAME_ARTICLE = (ArticleState.OK, ArticleState.MOVED)
_TAKEN_OVER = (ArticleState.HIJACKED, ArticleState.PARKED)
_ANSWERS_WITHOUT_TEXT = (Outcome.NOT_MODIFIED, Outcome.EMPTY, Outcome.BAD_CONTENT)


class CheckResult(Enum):
    """Whether a check changed the stored article, confirmed it, or failed."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A fetched page next to the stored article, and the drift between the two.

    `signal` is None if the page does not indicate another state of the article.
    """

    stored: PreviousCheck
    page: FetchedPage
    fingerprint: str
    signal: DriftSignal | None


def store_article_check(
    db: Database,
    article_id: int,
    page: FetchedPage,
    now: datetime,
    every_days: int,
    *,
    blame: bool = True,
) -> CheckResult:
    """Store one check of an article and plan the next. Return how the check ended.

    `page` is the fetched page. Every article is checked once in `every_days` days, and sooner while
    a change of its state is suspected. With `blame` False the local network was down, so the stored
    state does not change.
    """
    comparison = _compare(load_previous_check(db, article_id), page, blame)
    state = _next_state(comparison, now)
    save_suspected_state(db, article_id, state.suspected, state.agreeing, state.counted_at)
    withdrawn = _withdrawn_permissions(comparison)
    if withdrawn:
        articles.narrow_directives(db, article_id, withdrawn)

    next_check = next_check_time(article_id, now, every_days)
    if state.suspected:
        next_check = min(next_check, now + NIGHTLY_INTERVAL)
    check = ArticleCheck(article_id, now, next_check, state.state, _evidence(comparison, state))
    return _store(db, check, comparison)


def _store(db: Database, check: ArticleCheck, comparison: _Comparison) -> CheckResult:
    page, signal = comparison.page, comparison.signal
    is_same_article = signal is None or signal.state in _SAME_ARTICLE
    if page.response and isinstance(page.result, Article) and is_same_article:
        check = _with_response(check, page.response, comparison)
        changed = articles.save_article(db, check, _with_excerpt(page.result))
        return CheckResult.CHANGED if changed else CheckResult.UNCHANGED

    if page.outcome is Outcome.NOT_MODIFIED:
        articles.save_not_modified(db, check)
        return CheckResult.UNCHANGED
    _store_failure(db, check, comparison)
    return CheckResult.FAILED


def _store_failure(db: Database, check: ArticleCheck, comparison: _Comparison) -> None:
    failure = _failure(comparison.page, comparison.signal)
    retry = next_article_retry(check.at, failure, comparison.stored.failures + 1)
    articles.save_failure(db, replace(check, next_check=retry), failure)


def _compare(stored: PreviousCheck, page: FetchedPage, blame: bool) -> _Comparison:
    mark = fingerprint(page.result.text) if isinstance(page.result, Article) else ""
    signal = _drift_signal(stored, page, mark) if blame else None
    return _Comparison(stored, page, mark, signal)


def _drift_signal(stored: PreviousCheck, page: FetchedPage, mark: str) -> DriftSignal | None:
    """The drift of a page from its article. A first text has nothing to differ from."""
    if not stored.is_read and isinstance(page.result, Article):
        return DriftSignal(ArticleState.OK, "")
    article = StoredArticle(
        url=stored.url,
        title=stored.title,
        text=stored.text,
        fingerprint=stored.fingerprint,
        site_name=stored.site_name,
        language=stored.language,
    )
    return classify_drift(article, _checked_page(page, mark))


def _checked_page(page: FetchedPage, mark: str) -> CheckedPage:
    final_url = page.response.final_url if page.response else ""
    if isinstance(page.result, Failure):
        return CheckedPage(page.result.outcome, final_url)
    return CheckedPage(
        outcome=Outcome.OK,
        final_url=final_url,
        title=page.result.title,
        text=page.result.text,
        fingerprint=mark,
        site_name=page.result.site_name,
        language=page.result.language,
    )


def _next_state(comparison: _Comparison, now: datetime) -> StateRecord:
    stored = comparison.stored
    record = StateRecord(stored.state, stored.suspected, stored.agreeing, stored.counted_at)
    return next_state(record, comparison.signal, now)


def _evidence(comparison: _Comparison, state: StateRecord) -> str:
    signal = comparison.signal
    return signal.evidence if signal and signal.state is state.state else ""


def _withdrawn_permissions(comparison: _Comparison) -> Directives | None:
    """The permissions that an answer withdraws although its page is not stored.

    Such answers are a 304, a page without text, and a new text of the same owner. A page of
    somebody else withdraws nothing: parked domains ask not to be indexed.
    """
    page, signal = comparison.page, comparison.signal
    if page.response is None:
        return None
    if isinstance(page.result, Article):
        is_new_text = signal and signal.state is ArticleState.CHANGED
        return page.result.directives if is_new_text else None
    if page.outcome in _ANSWERS_WITHOUT_TEXT:
        return parse_directives({}, page.response.headers)
    return None


def _may_restore_permissions(comparison: _Comparison) -> bool:
    """Whether an answer may restore permissions that the page withdrew earlier.

    An answer of another host may not, nor may the first answer after a takeover.
    """
    stored, signal = comparison.stored, comparison.signal
    if stored.state in _TAKEN_OVER or stored.suspected in _TAKEN_OVER:
        return False
    return signal is None or signal.state is ArticleState.OK


def _with_response(
    check: ArticleCheck, response: Response, comparison: _Comparison
) -> ArticleCheck:
    return replace(
        check,
        status=response.status,
        etag=response.header("etag") or None,
        last_modified=response.header("last-modified") or None,
        fingerprint=comparison.fingerprint,
        record=_archive_record(response),
        may_widen=_may_restore_permissions(comparison),
    )


def _archive_record(response: Response) -> articles.ArchiveRecord | None:
    if response.archive_file is None or response.archive_offset is None:
        return None
    return articles.ArchiveRecord(
        response.archive_file, response.archive_offset, response.fetched_at
    )


def _with_excerpt(article: Article) -> Article:
    """The article with its description cut to a quotable excerpt."""
    excerpt, _ = make_excerpt(article.title, article.description, "", article.directives)
    return replace(article, description=excerpt)


def _failure(page: FetchedPage, signal: DriftSignal | None) -> Failure:
    """The failure of a check; a page that is not the article any more is bad content."""
    if isinstance(page.result, Failure):
        return page.result
    evidence = signal.evidence if signal else ""
    return Failure(page.request.url, "read", Outcome.BAD_CONTENT, evidence)
