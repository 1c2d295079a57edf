"""The second step: every link to its article, every due article fetched, extracted and kept, with what its redirects and canonical links tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from crawler.crawl.batch import ReadPage
from crawler.crawl.night import Night, open_ledger
from crawler.crawl.schedule import next_look, next_try
from crawler.knowledge.excerpt import excerpt
from crawler.links.canonical import believed, leads_to
from crawler.links.cards import match_cards
from crawler.links.copies import find_copies
from crawler.links.fingerprint import fingerprint
from crawler.model import Article, Failure, Outcome, Response
from crawler.store import articles as shelf
from crawler.store.articles import Due
from crawler.store.fetches import keep_fetch
from crawler.store.identity import Ledger

MOST_A_NIGHT = 20_000


@dataclass(slots=True)
class ReadReport:
    """What became of the articles that were due: counts, and failures by outcome."""

    new: int = 0
    read: int = 0
    changed: int = 0
    unchanged: int = 0
    joined: int = 0
    failures: Counter[str] = field(default_factory=Counter)


async def read(night: Night) -> ReadReport:
    """Attach what was posted, read what is due, join what turns out to be one article. Each page is kept as soon as it has been read."""
    ledger = open_ledger(night.db)
    report = ReadReport(new=-_count(night))
    ledger.rekey(night.now())
    ledger.attach_links(night.now())
    report.new += _count(night)
    shelf.fill_from_cards(night.db)
    due = {each.task.url: each for each in shelf.due(night.db, night.now(), MOST_A_NIGHT)}
    with night.journal.stage("read", len(due)) as stage:
        async for page in night.reader.read([each.task for each in due.values()]):
            _keep(night, ledger, due[page.task.url], page, report)
            stage.advance(failed=isinstance(page.result, Failure) and page.result.outcome is not Outcome.NOT_MODIFIED)
    report.joined = ledger.join_copies(find_copies, night.now())
    ledger.attach_cards(match_cards)
    shelf.fill_from_cards(night.db)
    return report


def _keep(night: Night, ledger: Ledger, due: Due, page: ReadPage, report: ReadReport) -> None:
    """Write one page's outcome: the fetch, then the article it turned out to be."""
    outcome = page.result.outcome if isinstance(page.result, Failure) else None
    keep_fetch(night.db, night.run_id, "page", page.response or _failure(page), night.now(), outcome if page.response else None)
    article_id = ledger.find(due.task.url)  # another page of tonight may have shown that two articles are one
    if article_id is None:
        return
    if page.response and page.response.hops and leads_to(page.task.url, page.response.final_url):
        article_id = ledger.record_redirect(article_id, page.response.hops, page.response.final_url, night.now())
    if page.response and isinstance(page.result, Article):
        _keep_article(night, ledger, article_id, page.response, page.result, report)
    elif outcome is Outcome.NOT_MODIFIED:
        report.unchanged += 1
        shelf.keep_not_modified(night.db, article_id, night.now(), next_look(article_id, night.now(), night.workspace.settings.crawl.recheck_days))
    else:
        _keep_failure(night, article_id, _failure(page), report)


def _keep_article(night: Night, ledger: Ledger, article_id: int, response: Response, article: Article, report: ReadReport) -> None:
    article_id = _declared(night, ledger, article_id, response, article)
    told, _ = excerpt(article.title, article.description, "", article.directives)
    changed = shelf.keep_article(
        night.db,
        article_id,
        replace(article, description=told),
        status=response.status,
        etag=response.header("etag") or None,
        last_modified=response.header("last-modified") or None,
        now=night.now(),
        next_check=next_look(article_id, night.now(), night.workspace.settings.crawl.recheck_days),
        fingerprint=fingerprint(article.text),
    )
    report.read += 1
    report.changed += changed


def _declared(night: Night, ledger: Ledger, article_id: int, response: Response, article: Article) -> int:
    """Follow what the page says its own address is, when that can be believed. Returns the article that this turns out to be."""
    there = ledger.find(article.canonical) if article.canonical else None
    title_there = shelf.title(night.db, there) if there not in (None, article_id) else ""
    canonical = believed(article, response.final_url, title_there)
    return ledger.record_canonical(article_id, canonical, "rel=canonical of the page", night.now()) if canonical else article_id


def _keep_failure(night: Night, article_id: int, failure: Failure, report: ReadReport) -> None:
    report.failures[failure.outcome.value] += 1
    night.journal.event("not_read", url=failure.url, outcome=failure.outcome.value, message=failure.message)
    shelf.keep_failure(night.db, article_id, failure, night.now(), next_try(night.now(), failure, shelf.failures(night.db, article_id) + 1))


def _failure(page: ReadPage) -> Failure:
    assert isinstance(page.result, Failure)
    return page.result


def _count(night: Night) -> int:
    counted: int = night.db.execute("SELECT count(*) FROM articles").fetchone()[0]
    return counted
