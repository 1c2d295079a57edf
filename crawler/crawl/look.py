"""One look at one article: compare what stands there with what was kept, and keep what may be kept. What was read is never lost to a worse page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum

from sqlite_utils import Database

from crawler.crawl.batch import ReadPage
from crawler.crawl.schedule import NIGHT, next_try
from crawler.knowledge.excerpt import excerpt
from crawler.links.drift import Kept, Seen, Sign, judge
from crawler.links.fingerprint import fingerprint
from crawler.links.health import Health, next_look, next_state
from crawler.model import Article, ArticleState, Failure, Outcome, Response
from crawler.store import articles as shelf
from crawler.store.looks import Known, keep_suspicion, known

_THE_ARTICLE = (ArticleState.OK, ArticleState.MOVED)


class Look(Enum):
    """What one look came to."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


def outcome_of(page: ReadPage) -> Outcome:
    """How fetching and reading a page ended."""
    return page.result.outcome if isinstance(page.result, Failure) else Outcome.OK


def keep_look(db: Database, article_id: int, page: ReadPage, now: datetime, every_days: int, *, blame: bool = True) -> Look:
    """Keep one look; `every_days` is the round in which every article is seen. `blame` False: our own line was down, the state stays as it was."""
    before = known(db, article_id)
    mark = fingerprint(page.result.text) if isinstance(page.result, Article) else ""
    sign = _sign(before, page, mark) if blame else None
    health = next_state(Health(before.state, before.suspected, before.agreeing, before.counted_at), sign, now)
    evidence = sign.evidence if sign and sign.state is health.state else ""
    keep_suspicion(db, article_id, health.suspected, health.agreeing, health.counted_at)
    again = min(next_look(article_id, now, every_days), now + NIGHT) if health.suspected else next_look(article_id, now, every_days)
    if page.response and isinstance(page.result, Article) and (sign is None or sign.state in _THE_ARTICLE):
        changed = _keep_article(db, article_id, page.response, page.result, mark, now, again, health.state, evidence)
        return Look.CHANGED if changed else Look.UNCHANGED
    if outcome_of(page) is Outcome.NOT_MODIFIED:
        shelf.keep_not_modified(db, article_id, now, again, health.state)
        return Look.UNCHANGED
    failure = page.result if isinstance(page.result, Failure) else Failure(page.task.url, "read", Outcome.BAD_CONTENT, sign.evidence if sign else "")
    shelf.keep_failure(db, article_id, failure, now, next_try(now, failure, before.failures + 1), health.state, evidence)
    return Look.FAILED


def _sign(before: Known, page: ReadPage, mark: str) -> Sign | None:
    """What the look points to. The first reading of an article has nothing to differ from."""
    if not before.is_read and isinstance(page.result, Article):
        return Sign(ArticleState.OK, "")
    kept = Kept(before.url, before.title, before.text, before.fingerprint, before.site_name, before.language)
    return judge(kept, _seen(page, mark))


def _seen(page: ReadPage, mark: str) -> Seen:
    final_url = page.response.final_url if page.response else ""
    if isinstance(page.result, Failure):
        return Seen(page.result.outcome, final_url)
    article = page.result
    return Seen(Outcome.OK, final_url, article.title, article.text, mark, article.site_name, article.language)


def _keep_article(
    db: Database, article_id: int, response: Response, article: Article, mark: str, now: datetime, again: datetime, state: ArticleState, evidence: str
) -> bool:
    told, _ = excerpt(article.title, article.description, "", article.directives)
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
    )
