"""Cookies, credentials and tokens of an answer are in no byte of the archive and no row of the
database.
"""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.error_isolation import item_failure
from crawler.fetch.warc_archive import WarcArchive, read_archived_response
from crawler.links.article_key import normalize_url
from crawler.links.rules import VERSION
from crawler.models.http_exchange import Hop, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Card, Link, Post, Provenance
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.fetch_log import save_fetch
from crawler.store.item_failures import record_failures
from crawler.store.posts import save_posts
from crawler.store.runs import start_run
from crawler.store.schema import migrations

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = "s3cr3tV4lue0123456789"
URL = f"https://user:{SECRET}@x.example/a?id=7&token={SECRET}&session_id={SECRET}"
HEADERS = [
    "authorization",
    "cf-access-jwt-assertion",
    "cookie",
    "nel",
    "proxy-authorization",
    "set-cookie",
    "www-authenticate",
    "x-amz-security-token",
    "x-api-key",
    "x-auth",
    "x-csrf-token",
    "x-forwarded-user",
    "x-session",
    "x-user-email",
]


def _bytes(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in folder.iterdir())


@pytest.mark.parametrize("name", HEADERS)
def test_secret_response_header_is_not_archived(tmp_path: Path, name: str) -> None:
    headers = ((name, f"Bearer {SECRET}"), ("content-type", "text/html"), ("etag", '"1"'))
    with WarcArchive(tmp_path, NOW) as archive:
        archived = archive.store(
            Response("https://x.example/", "https://x.example/", 200, headers, b"<p>", NOW)
        )
    assert SECRET.encode() not in _bytes(tmp_path)
    back = read_archived_response(
        tmp_path, archived.archive_file or "", archived.archive_offset or 0
    )
    assert back.headers == (("content-type", "text/html"), ("etag", '"1"'))


def test_secret_in_url_or_link_header_is_not_archived(tmp_path: Path) -> None:
    headers = (("link", f"<{URL}>; rel=canonical"), ("location", URL))
    with WarcArchive(tmp_path, NOW) as archive:
        archived = archive.store(Response(URL, URL, 200, headers, b"<p>", NOW))
    assert SECRET.encode() not in _bytes(tmp_path)
    back = read_archived_response(
        tmp_path, archived.archive_file or "", archived.archive_offset or 0
    )
    assert back.final_url == "https://x.example/a?id=7"


def test_secret_in_url_is_in_no_row_of_the_database() -> None:
    db = open_memory()
    post = Post(
        "feed",
        URL,
        f"Read {URL}.",
        url=URL,
        links=(Link(URL, URL),),
        cards=(Card("A title", f"More at {URL}", link=URL),),
        provenance=Provenance(request=URL),
    )
    save_posts(db, "a feed", [post], NOW)
    ledger = IdentityLedger(db, normalize_url, VERSION)
    ledger.attach_links(NOW)
    article_id = ledger.find(URL)
    assert article_id is not None
    ledger.record_redirect(article_id, [Hop(URL, 301)], URL.replace("/a?", "/b?"), NOW)
    ledger.record_canonical(article_id, URL.replace("/a?", "/c?"), f"rel=canonical of {URL}", NOW)
    response = Response(URL, URL, 200, (), b"", NOW, hops=(Hop(URL, 301),))
    save_fetch(db, None, "page", response, NOW)
    save_fetch(db, None, "page", Failure(URL, "fetch", Outcome.DNS, f"no {URL}"), NOW)
    run_id = start_run(db, "crawl", NOW)
    failure = item_failure("post", URL, ValueError(f"unreadable: {URL}"), f"in {URL}")
    record_failures(db, run_id, [failure], NOW)
    assert db.table("item_failures").count == 1
    assert SECRET not in "\n".join(db.conn.iterdump())
    assert db.execute("SELECT count(*) FROM articles").fetchone()[0] == 1


def test_upgrade_removes_secrets_from_stored_urls() -> None:
    db = Database(memory=True)
    migrations.apply(db, stop_before="urls_without_secrets")
    db.table("articles").insert(
        {"id": 1, "url": URL, "key": "k", "host": "h", "first_seen": "2026"}
    )
    alias = {"url": URL, "key": "k", "article_id": 1, "added_at": "2026", "joined_to": URL}
    for reason in ("as-posted", "redirect"):
        db.table("aliases").insert(alias | {"reason": reason, "evidence": f"HTTP 301 from {URL}"})
    post = {"id": 1, "source": "s", "network": "feed", "uri": "u", "seen_at": "2026", "url": URL}
    db.table("posts").insert(post | {"text": f"Read {URL}."})
    db.table("links").insert({"post_id": 1, "url": URL, "origin": "body", "position": 0})
    fetch = {"url": URL, "final_url": URL, "at": "2026", "purpose": "page", "outcome": "ok"}
    db.table("fetches").insert(fetch | {"hops": f'[{{"url":"{URL}","status":301}}]'})
    db.table("fetches").insert({"url": URL, "at": "2026", "purpose": "page", "outcome": "dns"})
    migrations.apply(db)
    tables = ("aliases", "articles", "fetches", "links", "posts", "posts_fts")
    for table in tables:
        assert SECRET not in str(db.execute(f"SELECT * FROM {table}").fetchall()), table
    assert db.execute("SELECT DISTINCT url FROM aliases").fetchall() == [
        ("https://x.example/a?id=7",)
    ]
