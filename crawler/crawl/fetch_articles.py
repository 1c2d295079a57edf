"""The second step: every link to its article, every due article looked at and kept, with what its
redirects and canonical links tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from crawler.crawl.crawl_context import CrawlContext, open_ledger
from crawler.crawl.data_retention import erase_noarchive_records
from crawler.crawl.fetch_pipeline import FetchedPage, group_pages
from crawler.crawl.forgotten_pages import erase_page, is_forgotten, without_forgotten
from crawler.crawl.recheck_schedule import longest_article_interval
from crawler.crawl.store_article_check import CheckResult, outcome_of, store_article_check
from crawler.error_isolation import concerns_item, item_failure
from crawler.links.article_key import normalize_url
from crawler.links.article_state import is_local_outage
from crawler.links.canonical_check import is_plausible_target, trusted_canonical
from crawler.links.duplicate_texts import find_duplicate_texts
from crawler.links.match_cards import match_cards
from crawler.links.url_shorteners import is_shortener
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.run_log import Stage
from crawler.store import articles as shelf
from crawler.store.database import savepoint, transaction
from crawler.store.fetch_log import keep_fetch
from crawler.store.identity_ledger import Ledger
from crawler.store.tombstones import read_forgotten
from crawler.url_parser import host_of

MAX_ARTICLES_PER_RUN = 20_000


@dataclass(slots=True)
class FetchReport:
    """What became of the articles that were due: counts, and failures by outcome."""

    new: int = 0
    read: int = 0
    changed: int = 0
    unchanged: int = 0
    joined: int = 0
    erased: int = 0
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Looks:
    """Tonight's looks so far: how each address answered, and the pages that did not."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failed: list[FetchedPage] = field(default_factory=list)


async def fetch_articles(context: CrawlContext) -> FetchReport:
    """Attach what was posted, look at what is due, join what turns out to be one article.

    Pages are kept within a second of having been read.
    """
    ledger = open_ledger(context.db)
    report, newest = FetchReport(), _newest(context)
    ledger.rekey(context.now())
    context.record(ledger.attach_links(context.now()).failures)
    shelf.fill_from_cards(context.db)
    await _look(context, ledger, report)
    report.joined = ledger.join_copies(find_duplicate_texts, context.now())
    report.erased = erase_noarchive_records(context.db, context.workspace.archive)
    ledger.attach_cards(match_cards)
    shelf.fill_from_cards(context.db)
    report.new = _count_after(context, newest)
    return report


async def _look(context: CrawlContext, ledger: Ledger, report: FetchReport) -> None:
    """Look at every due article: short links first, since what they lead to is then no longer due
    under its own address.

    Failures are judged last, when it is known whether the outage was our own.
    """
    looks = _Looks()
    due = _due(context)
    with context.run_log.stage("read", len(due)) as stage:
        await _round(
            context, ledger, [task for task in due if is_shortener(task.url)], looks, report, stage
        )
        await _round(
            context,
            ledger,
            [task for task in _due(context) if task.url not in looks.outcomes],
            looks,
            report,
            stage,
        )
    _report_late(context, looks)
    ours = is_local_outage((host_of(url), outcome) for url, outcome in looks.outcomes.items())
    for page in looks.failed:
        keep = partial(_keep, context, ledger, page, report, blame=not ours)
        _isolated(context, page, report, keep)


def _report_late(context: CrawlContext, looks: _Looks) -> None:
    """Say how many due articles the time budget left unread; they are due in the next run."""
    if not context.is_late():
        return
    left = sum(task.url not in looks.outcomes for task in _due(context))
    if not left:
        return
    hours = context.workspace.settings.crawl.budget_hours
    message = f"The time budget of {hours:g} h is used up: {left:,} due articles were not read. They are due in the next run."
    context.record([Failure("read", "step", Outcome.DEFERRED, message)])


async def _round(
    context: CrawlContext,
    ledger: Ledger,
    tasks: list[FetchRequest],
    looks: _Looks,
    report: FetchReport,
    stage: Stage,
) -> None:
    """Look at these addresses, and keep what answers as it comes."""
    async with aclosing(group_pages(context.backend.read(tasks))) as groups:
        async for group in groups:
            _keep_group(context, ledger, group, report)
            for page in group:
                looks.outcomes[page.task.url] = outcome_of(page)
                looks.failed += [page] if page.response is None else []
                stage.advance(failed=outcome_of(page) not in (Outcome.OK, Outcome.NOT_MODIFIED))


def _due(context: CrawlContext) -> list[FetchRequest]:
    longest_plan = longest_article_interval(context.workspace.settings.crawl.recheck_days)
    due = shelf.due(context.db, context.now(), MAX_ARTICLES_PER_RUN, longest_plan)
    return [each.task for each in due]


def _keep_group(
    context: CrawlContext, ledger: Ledger, group: Iterable[FetchedPage], report: FetchReport
) -> None:
    """Write every fetch down, and keep the looks at what answered."""
    with transaction(context.db):
        for page in group:
            _isolated(context, page, report, partial(_keep_fetched, context, ledger, page, report))


def _keep_fetched(
    context: CrawlContext, ledger: Ledger, page: FetchedPage, report: FetchReport
) -> None:
    forgotten = read_forgotten(context.db, normalize_url)
    if is_forgotten(page, forgotten):
        erase_page(context, ledger, page)
        return
    _record(context, page)
    if page.response:
        _keep(context, ledger, without_forgotten(page, forgotten), report)


def _record(context: CrawlContext, page: FetchedPage) -> None:
    """Write the fetch down: what was asked, how it ended, where its bytes are."""
    outcome = outcome_of(page)
    answer = page.response or page.result
    assert not isinstance(answer, Article)
    keep_fetch(
        context.db,
        context.run_id,
        "page",
        answer,
        context.now(),
        outcome if page.response else None,
    )
    if isinstance(page.result, Failure) and outcome is Outcome.CRASHED:
        context.record([_crash(page.result)])
    if isinstance(page.result, Failure) and outcome is not Outcome.NOT_MODIFIED:
        context.run_log.event(
            "not_read", url=page.task.url, outcome=outcome.value, message=page.result.message
        )


def _isolated(
    context: CrawlContext, page: FetchedPage, report: FetchReport, keep: Callable[[], None]
) -> None:
    """Store what one page brought; an article that cannot be stored is recorded and left as it was."""
    try:
        with transaction(context.db), savepoint(context.db):
            keep()
    except Exception as error:
        if not concerns_item(error):
            raise
        report.failures[Outcome.CRASHED.value] += 1
        context.record([item_failure("article", page.task.url, error)])


def _crash(failure: Failure) -> Failure:
    """The Failure of an article whose page made a reader crash, worded for the report."""
    message = (
        f"Cannot process the article {failure.url}: {failure.message}. The article was skipped."
    )
    return (
        failure
        if failure.stage == "article"
        else replace(failure, stage="article", message=message)
    )


def _keep(
    context: CrawlContext,
    ledger: Ledger,
    page: FetchedPage,
    report: FetchReport,
    *,
    blame: bool = True,
) -> None:
    """Find the article that the page turned out to be, and keep the look at it.

    `blame` False: a failure says nothing about the address.
    """
    article_id = ledger.find(
        page.task.url
    )  # another page of tonight may have shown that two articles are one
    if article_id is None:
        return
    response = page.response
    if response and response.hops and is_plausible_target(page.task.url, response.final_url):
        article_id = ledger.record_redirect(
            article_id, response.hops, response.final_url, context.now()
        )
    if response and isinstance(page.result, Article):
        article_id = _declared(context, ledger, article_id, response, page.result)
    look = store_article_check(
        context.db,
        article_id,
        page,
        context.now(),
        context.workspace.settings.crawl.recheck_days,
        blame=blame,
    )
    _count_look(report, look, outcome_of(page))


def _declared(
    context: CrawlContext, ledger: Ledger, article_id: int, response: Response, article: Article
) -> int:
    """Follow what the page says its own address is, when that can be believed.

    Returns the article that this turns out to be.
    """
    there = ledger.find(article.canonical) if article.canonical else None
    title_there = (
        shelf.title(context.db, there) if there is not None and there != article_id else ""
    )
    canonical = trusted_canonical(article, response.final_url, title_there)
    return (
        ledger.record_canonical(article_id, canonical, "rel=canonical of the page", context.now())
        if canonical
        else article_id
    )


def _count_look(report: FetchReport, look: CheckResult, outcome: Outcome) -> None:
    if look is CheckResult.FAILED:
        report.failures[outcome.value] += 1
    elif look is CheckResult.UNCHANGED and outcome is Outcome.NOT_MODIFIED:
        report.unchanged += 1
    else:
        report.read += 1
        report.changed += look is CheckResult.CHANGED


def _newest(context: CrawlContext) -> int:
    """The id of the newest article; ids are never used again."""
    newest: int = context.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return newest


def _count_after(context: CrawlContext, newest: int) -> int:
    """How many articles are newer. A difference of totals is negative when articles are joined."""
    rows = context.db.execute("SELECT count(*) FROM articles WHERE id > ?", [newest])
    counted: int = rows.fetchone()[0]
    return counted
