"""Store articles: which are due, their extracted fields, and failed checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.models.articles import Article, ArticleState, Directives
from crawler.models.http_exchange import FetchRequest
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Link
from crawler.store.archive_records import last_record
from crawler.store.article_row_access import EMPTY, article_row, update_article
from crawler.store.database import transaction
from crawler.store.due_queries import COUNT_DUE_ARTICLES, DUE_ARTICLES, LONGEST_PLAN, due_values
from crawler.store.redact_secrets import redacted_article
from crawler.store.sql_values import to_json
from crawler.strictest_directives import strictest_directives
from crawler.url_secrets import text_without_secrets
from crawler.utc_times import iso

_KEPT_WHEN_THE_PAGE_HAS_NONE = ("title", "site_name", "authors", "published", "language")


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """The archive record that an article was read from, and when it was fetched."""

    file: str
    offset: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """One completed check of an article: when it was, the answer, and the state concluded.

    `next_check` is when the article is due again. `status` is the HTTP status of the answer, `etag`
    and `last_modified` are its validators. With `state` None the stored state stays; readers see
    `state_evidence` next to a new state. `fingerprint` identifies the extracted text. `record` is
    the archive record of this answer, None if it was not archived. With `may_widen` False the
    answer may withdraw permissions but not restore them. Times are aware UTC.
    """

    article_id: int
    at: datetime
    next_check: datetime | None
    state: ArticleState | None
    state_evidence: str = ""
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    fingerprint: str = ""
    record: ArchiveRecord | None = None
    may_widen: bool = True


@dataclass(frozen=True, slots=True)
class DueArticle:
    """A due article and the request that fetches it."""

    article_id: int
    task: FetchRequest


def due_articles(
    db: Database,
    now: datetime,
    limit: int,
    longest_plan: timedelta = LONGEST_PLAN,
) -> list[DueArticle]:
    """Return at most `limit` articles that are due at `now`, first those that most runs missed.

    Then come new ones, those of posts before the picks of reading lists, and then the articles that
    waited longest. Hosts take turns, so that none of them fills the list.
    `longest_plan` is the longest interval after which an article may be planned.
    """
    rows = db.execute(DUE_ARTICLES, due_values(now, longest_plan) | {"limit": limit}).fetchall()
    return [
        DueArticle(
            article_id,
            FetchRequest(
                url, "page", etag=etag, last_modified=modified, archived=last_record(db, url)
            ),
        )
        for article_id, url, etag, modified in rows
    ]


def count_due_articles(db: Database, now: datetime, longest_plan: timedelta = LONGEST_PLAN) -> int:
    """Return how many articles are due at `now`; `longest_plan` is that of `due_articles`."""
    values = due_values(now, longest_plan)
    counted: int = db.execute(COUNT_DUE_ARTICLES, values).fetchone()[0]
    return counted


def save_article(db: Database, check: ArticleCheck, article: Article) -> bool:
    """Store `article` as this `check` read it. Return whether anything a reader sees has changed.

    A field that the page does not state keeps the value from a card or feed.
    """
    article = redacted_article(article)
    with transaction(db):
        old = article_row(db, check.article_id)
        allowed = article if check.may_widen else _narrowed(article, old)
        read = _filled(_fields(allowed), old)
        read |= _not_ahead(read, old, iso(check.at) or "")
        if check.fingerprint:
            read["fingerprint"] = check.fingerprint

        changed = {name: value for name, value in read.items() if old[name] != value}
        links_changed = _keep_links(db, check.article_id, article.links)
        stated = _state(old, check.state, check.state_evidence, check.at)
        checked = _checked(check, Outcome.OK, check.status)
        validators = {"etag": check.etag, "last_modified": check.last_modified}
        values = changed | stated | checked | validators | _record_columns(check.record)
        update_article(db, check.article_id, values)
    return bool(changed or stated or links_changed)


def new_article_columns(article: Article, at: datetime) -> dict[str, Any]:
    """Return the columns of an `article` that is stored for the first time, as checked at `at`.

    It is due at once. The columns of its URL are missing. The caller has removed secrets.
    """
    read = _fields(article)
    stored_at = iso(at) or ""
    check = ArticleCheck(0, at, at, ArticleState.OK)
    return {
        "first_seen": stored_at,
        **read,
        **_not_ahead(read, {"first_seen": stored_at}, stored_at),
        "state": ArticleState.OK.value,
        "state_since": stored_at,
        **_checked(check, Outcome.OK, None),
    }


def save_reextraction(db: Database, article_id: int, article: Article) -> bool:
    """Store `article`, extracted again from its archived page; return whether anything changed.

    The time and outcome of the last check stay. Content that the page withdrew since stays
    withdrawn.
    """
    article = redacted_article(article)
    with transaction(db):
        old = article_row(db, article_id)
        read = _filled(_fields(_narrowed(article, old)), old)
        read |= _not_ahead(read, old, old["last_checked"] or "")
        changed = {name: value for name, value in read.items() if old[name] != value}
        links_changed = _keep_links(db, article_id, article.links)
        if changed:
            update_article(db, article_id, changed)
    return bool(changed or links_changed)


def narrow_directives(db: Database, article_id: int, stated: Directives) -> bool:
    """Add the `stated` directives of a response; returns whether that narrowed anything."""
    with transaction(db):
        old = article_row(db, article_id)["directives"]
        narrowed = to_json(strictest_directives(msgspec.json.decode(old, type=Directives), stated))
        changed: bool = narrowed != old
        if changed:
            update_article(db, article_id, {"directives": narrowed})
    return changed


def save_not_modified(db: Database, check: ArticleCheck) -> None:
    """Store a `check` whose answer was 304: the page has not changed (RFC 9110, 15.4.5)."""
    with transaction(db):
        stated = _state(article_row(db, check.article_id), check.state, "", check.at)
        checked = _checked(check, Outcome.NOT_MODIFIED, 304)
        update_article(db, check.article_id, checked | stated)


def save_failure(db: Database, check: ArticleCheck, failure: Failure) -> None:
    """Store a `check` that ended with `failure`. The stored text of the article stays."""
    with transaction(db):
        old = article_row(db, check.article_id)
        stated = _state(old, check.state, check.state_evidence, check.at)
        checked = _checked(check, failure.outcome, failure.status, old["failures"] + 1)
        update_article(db, check.article_id, checked | stated)


def article_title(db: Database, article_id: int) -> str:
    """Return the title of an article; empty before it has one."""
    title: str = db.execute("SELECT title FROM articles WHERE id = ?", [article_id]).fetchone()[0]
    return title


def _fields(article: Article) -> dict[str, Any]:
    """The columns that the page of an article without secrets decides.

    The summary is the author's own description, when there is one.
    """
    return {
        "title": article.title,
        "site_name": article.site_name,
        "authors": to_json(article.authors),
        "published": iso(article.published),
        "language": article.language,
        "summary": article.description,
        "summary_source": "description" if article.description else "",
        "text": article.text,
        "headings": to_json(article.headings),
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "directives": to_json(article.directives),
        "field_sources": to_json(dict(sorted(article.field_sources))),
        "extractor": article.extractor,
        "media_type": article.media_type,
    }


def _narrowed(article: Article, old: Mapping[str, Any]) -> Article:
    """The article with directives at most as wide as the stored ones."""
    stored = msgspec.json.decode(old["directives"], type=Directives)
    return replace(article, directives=strictest_directives(article.directives, stored))


def _record_columns(record: ArchiveRecord | None) -> dict[str, Any]:
    return {
        "archive_file": record.file if record else None,
        "archive_offset": record.offset if record else None,
        "archive_at": iso(record.at) if record else None,
    }


def _not_ahead(read: Mapping[str, Any], old: Mapping[str, Any], now: str) -> dict[str, str]:
    """Return the time of first sight as publication date if the page states a date after `now`."""
    return {"published": old["first_seen"]} if now and (read["published"] or "") > now else {}


def _filled(read: dict[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the extracted values, with missing values taken from the stored ones.

    Only the author's own summary, or a new text, replaces a stored summary.
    """
    gaps = [
        name
        for name in _KEPT_WHEN_THE_PAGE_HAS_NONE
        if read[name] in EMPTY and old[name] not in EMPTY
    ]
    if not read["summary"] and (
        read["content_hash"] == old["content_hash"] or old["summary_source"] in ("card", "feed")
    ):
        gaps += ["summary", "summary_source"]
    old_sources = msgspec.json.decode(old["field_sources"])
    sources = msgspec.json.decode(read["field_sources"]) | {
        name: old_sources[name] for name in gaps if name in old_sources
    }
    return (
        read
        | {name: old[name] for name in gaps}
        | {"field_sources": to_json(dict(sorted(sources.items())))}
    )


def _checked(
    check: ArticleCheck, outcome: Outcome, status: int | None, failures: int = 0
) -> dict[str, Any]:
    """Return the columns that every check writes."""
    return {
        "last_checked": iso(check.at),
        "next_check": iso(check.next_check),
        "failures": failures,
        "last_outcome": outcome.value,
        "last_status": status,
    }


def _state(
    old: Mapping[str, Any], state: ArticleState | None, evidence: str, now: datetime
) -> dict[str, Any]:
    if state is None or old["state"] == state.value:
        return {}
    return {
        "state": state.value,
        "state_since": iso(now),
        "state_evidence": text_without_secrets(evidence),
    }


def _keep_links(db: Database, article_id: int, links: Iterable[Link]) -> bool:
    """Store each outgoing link of an article once; return whether the stored links changed."""
    wanted: dict[str, str] = {}
    for link in links:
        wanted.setdefault(link.url, link.shown)
    stored_links = dict(
        db.execute(
            "SELECT url, shown FROM article_links WHERE article_id = ?", [article_id]
        ).fetchall()
    )
    db.conn.executemany(
        "DELETE FROM article_links WHERE article_id = ? AND url = ?",
        [(article_id, url) for url in stored_links.keys() - wanted.keys()],
    )
    db.conn.executemany(
        "INSERT INTO article_links (article_id, url, shown) VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
        "SET shown = excluded.shown",
        [
            (article_id, url, shown)
            for url, shown in wanted.items()
            if stored_links.get(url) != shown
        ],
    )
    return stored_links != wanted
