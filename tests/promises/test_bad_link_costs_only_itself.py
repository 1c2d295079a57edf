"""A bad link, post, inbox file, source or article is recorded and skipped; the night goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from crawler.cli.skipped_item_lines import failure_lines
from crawler.crawl import annotate_item, collect_posts, crawl_context, fetch_articles, import_inbox
from crawler.error_isolation import item_failure, process_isolated
from crawler.models.posts import Post
from crawler.sources import feed
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from tests.promises.workspace import Nights, feed_source, nights_with, rss

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BAD_LINKS = [
    "https://a[b@e.example/x",
    "https://user：x@e.example/",
    "https://[::1",
    "https://e.example:99999/",
    "http://a b/",
    "https://%/",
]
SENTENCES = {
    "bad.example": "caches expire, clients retry, and queues grow until the operators notice it.",
    "good.example": "replicas vote, a leader is chosen, and the log is kept in one order by all.",
}
GOOD = "https://good.example/raft"


async def page(request: web.Request) -> web.Response:
    sentence = SENTENCES[request.host.partition(":")[0]]
    text = "".join(f"<p>Paragraph {n}: {sentence}</p>" for n in range(9))
    head = f"<html><head><title>Raft at {request.path}</title></head>"
    body = f"{head}<body><article>{text}</article></body></html>"
    return web.Response(text=body, content_type="text/html")


async def atom(request: web.Request) -> web.Response:
    return web.Response(text=rss(("Consensus", f"https://good.example{request.path}-item")))


@contextmanager
def a_night(tmp_path: Path, sources: str = "") -> Iterator[Nights]:
    hosts = {"good.example": page, "bad.example": page, "feeds.example": atom}
    with nights_with(tmp_path / "kb", sources, hosts) as nights:
        (nights.folder / "data/inbox").mkdir()
        yield nights


def put(nights: Nights, *urls: str) -> None:
    """One post for each URL in the inbox."""
    lines = [
        {
            "type": "post", "uri": f"u:{url}", "network": "x", "links": [url],
            "text": f"On consensus #DistributedSystems {url}", "hashtags": ["DistributedSystems"],
        }
        for url in urls
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines))
    (nights.folder / "data/inbox/posts.jsonl").write_text(text, encoding="utf-8")


def fails_on(real: Callable[..., Any], word: str, error: Exception) -> Callable[..., Any]:
    """The function, with a defect that shows for arguments that contain a word."""

    @wraps(real)
    def defective(*arguments: Any, **named: Any) -> Any:
        if word in repr((arguments, named)):
            raise error
        return real(*arguments, **named)

    return defective


def kinds(nights: Nights) -> set[str]:
    return {failure.kind for failure in nights.reports[-1].failures}


def assert_good_article_was_read(nights: Nights) -> None:
    assert nights.query("SELECT count(*) FROM articles WHERE url = ? AND text <> ''", GOOD) == [
        (1,)
    ]
    assert nights.reports[-1].page


def test_invalid_links_stop_neither_the_night_nor_the_good_link(
    tmp_path: Path,
) -> None:
    with a_night(tmp_path) as nights:
        put(nights, *BAD_LINKS, GOOD)
        assert nights.run().counts["posts_new"] == len(BAD_LINKS) + 1
        assert_good_article_was_read(nights)
        nights.run()
        assert nights.reports[-1].outcome == "ok"


def test_invalid_stored_link_is_reported_once_with_post_and_reason(tmp_path: Path) -> None:
    with a_night(tmp_path) as nights:
        put(nights, GOOD)
        nights.run(command="crawl")
        store(
            nights,
            "INSERT INTO links (post_id, url, origin, position) "
            "VALUES (1, 'https://[x', 'body', 9)",
        )
        [failure] = nights.run().failures
        link = f"Cannot process the link https://[x in post u:{GOOD}: invalid host or URL."
        assert failure.message == f"{link} The link was skipped."
        assert failure_lines([failure])[0] == "  skipped   1 link"
        assert nights.run().failures == ()


def store(nights: Nights, statement: str) -> None:
    with sqlite3.connect(nights.folder / "data/state/hashtrail.db") as db:
        db.execute(statement)


def test_error_in_the_key_of_one_link_skips_that_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = crawl_context.normalize_url
    monkeypatch.setattr(
        crawl_context, "normalize_url", fails_on(real, "bad.example", RecursionError("deep"))
    )
    with a_night(tmp_path) as nights:
        put(nights, "https://bad.example/x", GOOD)
        nights.run()
        assert kinds(nights) == {"link"}
        assert_good_article_was_read(nights)


def test_error_in_one_inbox_file_skips_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = import_inbox.save_part
    monkeypatch.setattr(
        import_inbox, "save_part", fails_on(real, "bad.txt", RecursionError("deep"))
    )
    with a_night(tmp_path) as nights:
        put(nights, GOOD)
        (nights.folder / "data/inbox/bad.txt").write_text("A note #DistributedSystems")
        report = nights.run()
        assert [name for name, *_ in report.failing_sources] == ["inbox/bad.txt"]
        assert kinds(nights) == {"file"}
        assert_good_article_was_read(nights)


def test_hostile_mail_files_do_not_stop_the_night(tmp_path: Path) -> None:
    with a_night(tmp_path) as nights:
        put(nights, GOOD)
        inbox = nights.folder / "data/inbox"
        (inbox / "deep.eml").write_text(f"From: {'(' * 1000}\nSubject: s\n\nhttps://e.example/a\n")
        nested = "".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000)
        )
        (inbox / "nested.eml").write_text(f"From: a@b.example\nSubject: s\n{nested}")
        nights.run()
        assert_good_article_was_read(nights)


def test_error_in_one_source_fails_only_that_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        feed, "first_request", fails_on(feed.first_request, "/bad", ValueError("no"))
    )
    sources = feed_source("bad", "feeds.example", "/bad") + feed_source("fine", "feeds.example")
    with a_night(tmp_path, sources) as nights:
        put(nights, GOOD)
        report = nights.run()
        assert [name for name, *_ in report.failing_sources] == ["bad"]
        assert nights.query("SELECT last_outcome FROM sources ORDER BY name") == [
            ("crashed",),
            ("ok",),
        ]
        assert_good_article_was_read(nights)


def test_posts_that_a_source_gave_before_its_error_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(collect_posts, "remember_entries", fail)
    with a_night(tmp_path, feed_source("bad", "feeds.example")) as nights:
        nights.run()
        assert nights.query("SELECT outcome, posts_seen, posts_new FROM run_sources") == [
            ("crashed", 1, 1)
        ]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (annotate_item, "classify_kind"),
        (fetch_articles, "store_article_check"),
        (fetch_articles, "save_fetch"),
    ],
)
def test_error_in_one_article_skips_that_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    real = getattr(module, name)
    monkeypatch.setattr(module, name, fails_on(real, "bad.example", OverflowError("too large")))
    with a_night(tmp_path) as nights:
        put(nights, "https://bad.example/x", GOOD)
        nights.run()
        assert kinds(nights) == {"article"}
        assert (
            "OverflowError: too large. The article was skipped."
            in nights.reports[-1].failures[0].message
        )
        assert_good_article_was_read(nights)


def test_post_that_cannot_be_stored_is_skipped_among_a_thousand() -> None:
    db = open_memory()
    posts = [Post(network="x", uri=f"u:{n}", text="Consensus") for n in range(1000)]
    posts[617] = replace(posts[617], text="\ud800")
    report = save_posts(db, "test", posts, NOW)
    assert report.new == db.table("posts").count == 999
    [failure] = report.failures
    assert failure.message.startswith("Cannot process the post u:617: UnicodeEncodeError")


@pytest.mark.parametrize("bad", [{0}, {99}, {3, 4, 50}, set(range(100)), set()])
def test_isolation_returns_exactly_the_bad_items(bad: set[int]) -> None:
    def process(items: Any) -> list[int]:
        if bad & set(items):
            raise ValueError("bad")
        return list(items)

    done, failures = process_isolated(
        range(100), process, lambda item, error: item_failure("post", str(item), error)
    )
    assert [item for part in done for item in part] == sorted(set(range(100)) - bad)
    assert {int(failure.url) for failure in failures} == bad


def test_command_prints_number_and_reasons_in_text_and_json(tmp_path: Path) -> None:
    with a_night(tmp_path) as nights:
        put(nights, GOOD)
        nights.run(command="crawl")
        store(
            nights,
            "INSERT INTO links (post_id, url, origin, position) "
            "VALUES (1, 'https://[x', 'body', 9)",
        )
        shown = nights.command("crawl", "--json")
        assert shown.exit_code in (0, 2), shown.output
        [failure] = json.loads(shown.stdout)["failures"]
        assert failure["kind"] == "link"
        store(
            nights,
            "INSERT INTO links (post_id, url, origin, position) "
            "VALUES (1, 'https://[y', 'body', 10)",
        )
        assert "skipped   1 link" in nights.command("crawl").stdout


def test_public_database_contains_no_failures(tmp_path: Path) -> None:
    with a_night(tmp_path) as nights:
        put(nights, GOOD)
        nights.run()
        with sqlite3.connect(next(nights.folder.rglob("public.db"))) as db:
            assert not db.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'item_failures'"
            ).fetchall()
