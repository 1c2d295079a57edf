"""Fetch, extract and store the articles that are due.

The path of one page: `_fetch_round` gets it from the pipeline, `_store_page` records the fetch,
`_store_check` resolves its article, and `store_article_check` stores the result.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from sqlite_utils import Database

from crawler.crawl.check_schedule import longest_article_interval
from crawler.crawl.crawl_context import CrawlContext, open_ledger
from crawler.crawl.data_retention import erase_noarchive_records
from crawler.crawl.fetch_and_extract import FetchedPage, group_pages
from crawler.crawl.fetch_progress import FetchProgress
from crawler.crawl.forgotten_pages import forget_page, is_forgotten, without_forgotten
from crawler.crawl.join_copies import join_changed_copies
from crawler.crawl.store_article_check import CheckResult, store_article_check
from crawler.error_isolation import concerns_item, item_failure
from crawler.fetch.politeness import PolitenessPolicy
from crawler.links.article_key import normalize_url
from crawler.links.article_state import is_local_outage
from crawler.links.canonical_and_redirect_checks import is_plausible_target, trusted_canonical
from crawler.links.url_shorteners import is_shortener
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome, is_over_budget
from crawler.progress_display import Stage
from crawler.store import articles
from crawler.store.article_card_fields import fill_from_cards
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import savepoint, transaction
from crawler.store.erase_rows import delete_matching
from crawler.store.fetch_log import save_fetch
from crawler.store.reading_lists import attach_picks
from crawler.store.tombstones import load_tombstones
from crawler.url_parser import host_of

MAX_ARTICLES_PER_RUN = 20_000
MAX_NEW_PICKS_PER_RUN = 60
"""Works of reading lists that a run fetches for the first time, so that new posts have priority."""


@dataclass(slots=True)
class FetchReport:
    """Counts of articles: new ones, checks by their result, and failures by outcome.

    `read` counts checks whose page was extracted, `changed` those that changed the stored article.
    `backlog` is the number of articles that are still due after the step.
    """

    new: int = 0
    read: int = 0
    changed: int = 0
    unchanged: int = 0
    joined: int = 0
    erased: int = 0
    backlog: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def count(self, result: CheckResult, outcome: Outcome) -> None:
        """Count one check by its `result`, and the `outcome` of its fetch."""
        if result is CheckResult.FAILED:
            self.failures[outcome.value] += 1
        elif result is CheckResult.UNCHANGED and outcome is Outcome.NOT_MODIFIED:
            self.unchanged += 1
        else:
            self.read += 1
            self.changed += result is CheckResult.CHANGED


@dataclass(slots=True)
class _FetchStep:
    """The fetch step of one run.

    `pages` counts the finished requests. `outcomes` holds the outcome of every requested URL,
    `failed` the pages without a response.
    `has_forgotten`: a page led to a forgotten one. `progress` estimates the remaining time.
    """

    context: CrawlContext
    ledger: IdentityLedger
    progress: FetchProgress
    report: FetchReport = field(default_factory=FetchReport)
    pages: int = 0
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failed: list[FetchedPage] = field(default_factory=list)
    has_forgotten: bool = False


async def fetch_articles(context: CrawlContext) -> FetchReport:
    """Attach new links to articles, check the articles that are due, and merge duplicates.

    Every page is stored within a second after its extraction. Returns the counts of the step.
    """
    db = context.db
    ledger = open_ledger(db)
    ledger.rekey(context.now())
    attach_picks(ledger, context.now(), MAX_NEW_PICKS_PER_RUN)
    newest = _newest_article(db)
    context.record(ledger.attach_links(context.now()).failures)
    fill_from_cards(db)

    step = _FetchStep(context, ledger, _open_progress(context))
    await _fetch_due_articles(step)
    if step.has_forgotten:
        delete_matching(db)  # a killed run left these articles due: the next run gets here

    report = step.report
    report.joined = join_changed_copies(ledger, context.now())
    report.erased = erase_noarchive_records(db, context.workspace.archive)
    report.new = _count_articles_after(db, newest)
    report.backlog = articles.count_due_articles(db, context.now(), _longest_plan(context))
    return report


def _open_progress(context: CrawlContext) -> FetchProgress:
    def seconds_left() -> float:
        return (context.budget.until - context.now()).total_seconds()

    return FetchProgress(
        lambda: context.backend.fetcher.buckets,
        PolitenessPolicy.of(context.workspace.settings.fetch),
        seconds_left,
        time.monotonic,
    )


async def _fetch_due_articles(step: _FetchStep) -> None:
    """Fetch and extract every article that is due, short links first.

    Short links go first because the article they redirect to is then already fetched.
    """
    due = _admitted(step, _due_requests(step.context))
    with step.context.run_log.stage("read", len(due)) as stage:
        stage.estimate = step.progress.seconds
        step.progress.expect(due)
        short_links = [request for request in due if is_shortener(request.url)]
        await _fetch_round(step, stage, short_links)
        others = _admitted(step, _unchecked(step))
        step.progress.expect(others)
        stage.total = stage.done + len(others)
        await _fetch_round(step, stage, others)

    _store_failed_checks(step)


def _admitted(step: _FetchStep, due: list[FetchRequest]) -> list[FetchRequest]:
    """Return the first of the due requests, as many as the budget of requests allows.

    The others wait for the next run, so that a fast host never overtakes articles that wait longer.
    """
    return due[: step.context.budget.requests_left()]


def _store_failed_checks(step: _FetchStep) -> None:
    """Store the failures, after the other pages.

    Only the whole step shows whether the local network was down, and then no article is blamed. If
    no host responded in the whole run, to this machine or a worker, the articles stay due.
    """
    has_response = len(step.failed) < step.pages
    if step.context.backend.fetcher.is_offline and not has_response:
        step.report.failures.update(page.outcome.value for page in step.failed)
        step.context.run_log.event("no_network", articles=len(step.failed))
        return
    hosts = ((host_of(url), outcome) for url, outcome in step.outcomes.items())
    blame = not is_local_outage(hosts)
    for page in step.failed:
        _isolated(step, page, partial(_store_check, step, page, blame=blame))


async def _fetch_round(step: _FetchStep, stage: Stage, requests: list[FetchRequest]) -> None:
    """Fetch the requests and store each group of pages in one transaction."""
    pages = step.context.backend.fetch(requests)
    async with aclosing(group_pages(pages)) as groups:
        async for all_pages in groups:
            group = [page for page in all_pages if not is_over_budget(page.result)]
            with transaction(step.context.db):
                for page in group:
                    _isolated(step, page, partial(_store_page, step, page))
            for page in group:
                _count_page(step, stage, page)


def _count_page(step: _FetchStep, stage: Stage, page: FetchedPage) -> None:
    step.pages += 1
    step.outcomes[page.request.url] = page.outcome
    step.progress.finish(page)
    if page.response is None:
        step.failed.append(page)
    stage.advance(failed=page.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED))


def _isolated(step: _FetchStep, page: FetchedPage, store: Callable[[], None]) -> None:
    """Store one page; a page that cannot be stored is recorded, and its article does not change."""
    context = step.context
    try:
        with transaction(context.db), savepoint(context.db):
            store()
    except Exception as error:
        if not concerns_item(error):
            raise
        step.report.failures[Outcome.CRASHED.value] += 1
        context.record([item_failure("article", page.request.url, error)])


def _store_page(step: _FetchStep, page: FetchedPage) -> None:
    """Record the fetch of a page, and store the check of its article if the server answered."""
    forgotten = load_tombstones(step.context.db, normalize_url)
    if is_forgotten(page, forgotten):
        forget_page(step.context, step.ledger, page)
        step.has_forgotten = True
        return
    _record_fetch(step.context, page)
    if page.response:
        _store_check(step, without_forgotten(page, forgotten))


def _record_fetch(context: CrawlContext, page: FetchedPage) -> None:
    """Write the fetch to the database, and its failure to the log."""
    result = page.response or page.result
    assert not isinstance(result, Article)
    outcome = page.outcome if page.response else None
    save_fetch(context.db, context.run_id, "page", result, context.now(), outcome)
    if isinstance(page.result, Failure) and page.outcome is not Outcome.NOT_MODIFIED:
        _log_failure(context, page.request.url, page.result)


def _log_failure(context: CrawlContext, url: str, failure: Failure) -> None:
    if failure.outcome is Outcome.CRASHED:
        context.record([_crash_failure(failure)])
    if failure.outcome is Outcome.DEFERRED and failure.no_network:
        return  # one event states that the machine has no network
    context.run_log.event(
        "not_read", url=url, outcome=failure.outcome.value, message=failure.message
    )


def _crash_failure(failure: Failure) -> Failure:
    """The failure of a page that crashed its extraction, worded for the report."""
    if failure.stage == "article":
        return failure
    message = (
        f"Cannot process the article {failure.url}: {failure.message}. The article was skipped."
    )
    return replace(failure, stage="article", message=message)


def _store_check(step: _FetchStep, page: FetchedPage, *, blame: bool = True) -> None:
    """Store the check of the article that a page belongs to.

    With `blame` False the failure does not count against the article.
    """
    article_id = _resolve_article(step, page)
    if article_id is None:
        return
    context = step.context
    every_days = context.workspace.settings.crawl.recheck_days
    result = store_article_check(
        context.db, article_id, page, context.now(), every_days, blame=blame
    )
    step.report.count(result, page.outcome)


def _resolve_article(step: _FetchStep, page: FetchedPage) -> int | None:
    """The article of a page, after its redirects and its canonical URL.

    None if the article was erased meanwhile. Both may show that two articles are one.
    """
    url, response, now = page.request.url, page.response, step.context.now()
    article_id = step.ledger.find(url)
    if article_id is None or response is None:
        return article_id
    if response.hops and is_plausible_target(url, response.final_url):
        hops, final_url = response.hops, response.final_url
        article_id = step.ledger.record_redirect(article_id, hops, final_url, now)
    if isinstance(page.result, Article):
        article_id = _follow_canonical(step, article_id, response, page.result)
    return article_id


def _follow_canonical(
    step: _FetchStep, article_id: int, response: Response, article: Article
) -> int:
    """The article that a trusted canonical URL leads to, else the same article."""
    ledger, title = step.ledger, ""
    target = ledger.find(article.canonical) if article.canonical else None
    if target is not None and target != article_id:
        title = articles.article_title(step.context.db, target)
    canonical = trusted_canonical(article, response.final_url, title)
    if not canonical:
        return article_id
    reason, now = "rel=canonical of the page", step.context.now()
    return ledger.record_canonical(article_id, canonical, reason, now)


def _due_requests(context: CrawlContext) -> list[FetchRequest]:
    due = articles.due_articles(
        context.db, context.now(), MAX_ARTICLES_PER_RUN, _longest_plan(context)
    )
    return [article.task for article in due]


def _longest_plan(context: CrawlContext) -> timedelta:
    return longest_article_interval(context.workspace.settings.crawl.recheck_days)


def _unchecked(step: _FetchStep) -> list[FetchRequest]:
    """The due articles that this run has not requested."""
    return [request for request in _due_requests(step.context) if request.url not in step.outcomes]


def _newest_article(db: Database) -> int:
    """The id of the newest article; ids are never used again."""
    newest: int = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return newest


def _count_articles_after(db: Database, newest: int) -> int:
    """How many articles are newer. A difference of totals is negative when articles are merged."""
    rows = db.execute("SELECT count(*) FROM articles WHERE id > ?", [newest])
    counted: int = rows.fetchone()[0]
    return counted
