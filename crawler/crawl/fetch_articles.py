"""The second step: every link to its article, every due article looked at and kept, with what its
redirects and canonical links tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from crawler.crawl.crawl_context import Night, open_ledger
from crawler.crawl.data_retention import erase_withdrawn
from crawler.crawl.fetch_pipeline import ReadPage, together
from crawler.crawl.forgotten_pages import erase_page, is_forgotten, without_forgotten
from crawler.crawl.recheck_schedule import longest_article_plan
from crawler.crawl.store_article_check import Look, keep_look, outcome_of
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

MOST_A_NIGHT = 20_000


@dataclass(slots=True)
class ReadReport:
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
    failed: list[ReadPage] = field(default_factory=list)


async def read(night: Night) -> ReadReport:
    """Attach what was posted, look at what is due, join what turns out to be one article.

    Pages are kept within a second of having been read.
    """
    ledger = open_ledger(night.db)
    report, newest = ReadReport(), _newest(night)
    ledger.rekey(night.now())
    night.record(ledger.attach_links(night.now()).failures)
    shelf.fill_from_cards(night.db)
    await _look(night, ledger, report)
    report.joined = ledger.join_copies(find_duplicate_texts, night.now())
    report.erased = erase_withdrawn(night.db, night.workspace.archive)
    ledger.attach_cards(match_cards)
    shelf.fill_from_cards(night.db)
    report.new = _count_after(night, newest)
    return report


async def _look(night: Night, ledger: Ledger, report: ReadReport) -> None:
    """Look at every due article: short links first, since what they lead to is then no longer due
    under its own address.

    Failures are judged last, when it is known whether the outage was our own.
    """
    looks = _Looks()
    due = _due(night)
    with night.journal.stage("read", len(due)) as stage:
        await _round(
            night, ledger, [task for task in due if is_shortener(task.url)], looks, report, stage
        )
        await _round(
            night,
            ledger,
            [task for task in _due(night) if task.url not in looks.outcomes],
            looks,
            report,
            stage,
        )
    _report_late(night, looks)
    ours = is_local_outage((host_of(url), outcome) for url, outcome in looks.outcomes.items())
    for page in looks.failed:
        keep = partial(_keep, night, ledger, page, report, blame=not ours)
        _isolated(night, page, report, keep)


def _report_late(night: Night, looks: _Looks) -> None:
    """Say how many due articles the time budget left unread; they are due in the next run."""
    if not night.is_late():
        return
    left = sum(task.url not in looks.outcomes for task in _due(night))
    if not left:
        return
    hours = night.workspace.settings.crawl.budget_hours
    message = f"The time budget of {hours:g} h is used up: {left:,} due articles were not read. They are due in the next run."
    night.record([Failure("read", "step", Outcome.DEFERRED, message)])


async def _round(
    night: Night,
    ledger: Ledger,
    tasks: list[FetchRequest],
    looks: _Looks,
    report: ReadReport,
    stage: Stage,
) -> None:
    """Look at these addresses, and keep what answers as it comes."""
    async with aclosing(together(night.reader.read(tasks))) as groups:
        async for group in groups:
            _keep_group(night, ledger, group, report)
            for page in group:
                looks.outcomes[page.task.url] = outcome_of(page)
                looks.failed += [page] if page.response is None else []
                stage.advance(failed=outcome_of(page) not in (Outcome.OK, Outcome.NOT_MODIFIED))


def _due(night: Night) -> list[FetchRequest]:
    longest_plan = longest_article_plan(night.workspace.settings.crawl.recheck_days)
    due = shelf.due(night.db, night.now(), MOST_A_NIGHT, longest_plan)
    return [each.task for each in due]


def _keep_group(
    night: Night, ledger: Ledger, group: Iterable[ReadPage], report: ReadReport
) -> None:
    """Write every fetch down, and keep the looks at what answered."""
    with transaction(night.db):
        for page in group:
            _isolated(night, page, report, partial(_keep_fetched, night, ledger, page, report))


def _keep_fetched(night: Night, ledger: Ledger, page: ReadPage, report: ReadReport) -> None:
    forgotten = read_forgotten(night.db, normalize_url)
    if is_forgotten(page, forgotten):
        erase_page(night, ledger, page)
        return
    _record(night, page)
    if page.response:
        _keep(night, ledger, without_forgotten(page, forgotten), report)


def _record(night: Night, page: ReadPage) -> None:
    """Write the fetch down: what was asked, how it ended, where its bytes are."""
    outcome = outcome_of(page)
    answer = page.response or page.result
    assert not isinstance(answer, Article)
    keep_fetch(
        night.db, night.run_id, "page", answer, night.now(), outcome if page.response else None
    )
    if isinstance(page.result, Failure) and outcome is Outcome.CRASHED:
        night.record([_crash(page.result)])
    if isinstance(page.result, Failure) and outcome is not Outcome.NOT_MODIFIED:
        night.journal.event(
            "not_read", url=page.task.url, outcome=outcome.value, message=page.result.message
        )


def _isolated(night: Night, page: ReadPage, report: ReadReport, keep: Callable[[], None]) -> None:
    """Store what one page brought; an article that cannot be stored is recorded and left as it was."""
    try:
        with transaction(night.db), savepoint(night.db):
            keep()
    except Exception as error:
        if not concerns_item(error):
            raise
        report.failures[Outcome.CRASHED.value] += 1
        night.record([item_failure("article", page.task.url, error)])


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
    night: Night, ledger: Ledger, page: ReadPage, report: ReadReport, *, blame: bool = True
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
            article_id, response.hops, response.final_url, night.now()
        )
    if response and isinstance(page.result, Article):
        article_id = _declared(night, ledger, article_id, response, page.result)
    look = keep_look(
        night.db,
        article_id,
        page,
        night.now(),
        night.workspace.settings.crawl.recheck_days,
        blame=blame,
    )
    _count_look(report, look, outcome_of(page))


def _declared(
    night: Night, ledger: Ledger, article_id: int, response: Response, article: Article
) -> int:
    """Follow what the page says its own address is, when that can be believed.

    Returns the article that this turns out to be.
    """
    there = ledger.find(article.canonical) if article.canonical else None
    title_there = shelf.title(night.db, there) if there is not None and there != article_id else ""
    canonical = trusted_canonical(article, response.final_url, title_there)
    return (
        ledger.record_canonical(article_id, canonical, "rel=canonical of the page", night.now())
        if canonical
        else article_id
    )


def _count_look(report: ReadReport, look: Look, outcome: Outcome) -> None:
    if look is Look.FAILED:
        report.failures[outcome.value] += 1
    elif look is Look.UNCHANGED and outcome is Outcome.NOT_MODIFIED:
        report.unchanged += 1
    else:
        report.read += 1
        report.changed += look is Look.CHANGED


def _newest(night: Night) -> int:
    """The id of the newest article; ids are never used again."""
    newest: int = night.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return newest


def _count_after(night: Night, newest: int) -> int:
    """How many articles are newer. A difference of totals is negative when articles are joined."""
    rows = night.db.execute("SELECT count(*) FROM articles WHERE id > ?", [newest])
    counted: int = rows.fetchone()[0]
    return counted
