"""A file with many records: all are imported up to one limit, and the rest is counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.importers import record_types
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult, LeftOut
from tests.importers.personal_archives import BLUESKY_RECORD, note, outbox, repository

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))
URL = "https://a.example/"
_LETTER = (
    "From - Wed Jun 04 08:00:00 2025\nFrom: Ann <ann@notes.test>\nSubject: Letter\n"
    "Date: Wed, 4 Jun 2025 08:00:00 +0200\nMessage-ID: <{0}@notes.test>\n\nSee {1}{0}\n\n"
)


def _mailbox(count: int) -> bytes:
    return "".join(_LETTER.format(at, URL) for at in range(count)).encode()


def _bookmarks(count: int) -> bytes:
    entries = (f"<DT><A HREF={URL}{at}>x</A>" for at in range(count))
    return f"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL>{''.join(entries)}</DL>".encode()


def _browser_backup(count: int) -> bytes:
    places = [{"title": "x", "uri": f"{URL}{at}"} for at in range(count)]
    root = {"type": "text/x-moz-place-container", "root": "placesRoot", "children": places}
    return json.dumps(root).encode()


def _collections(count: int) -> bytes:
    links = [{"url": f"{URL}{at}", "name": "x", "tags": [], "createdAt": ""} for at in range(count)]
    return json.dumps({"collections": [{"links": links}]}).encode()


def _table(count: int) -> bytes:
    rows = (f"{URL}{at},x,,Unread,1795334400,[]\n" for at in range(count))
    return f"URL,Title,Selection,Folder,Timestamp,Tags\n{''.join(rows)}".encode()


def _outbox(count: int) -> bytes:
    return outbox(*(note(at, "<p>A post.</p>") for at in range(count)))


def _repository(count: int) -> bytes:
    likes: dict[str, object] = {f"app.bsky.feed.like/{at}": {} for at in range(9)}
    posts = {f"app.bsky.feed.post/{at:05}": BLUESKY_RECORD for at in range(count)}
    return repository(likes | posts)


def _tweets(count: int) -> bytes:
    tweets = [{"tweet": {"id_str": str(at), "full_text": "A post."}} for at in range(count)]
    return f"window.YTD.tweets.part0 = {json.dumps(tweets)}".encode()


FORMATS = {
    "bluesky_repository": _repository,
    "bookmarks": _bookmarks,
    "browser_backup": _browser_backup,
    "instapaper": _table,
    "linkwarden": _collections,
    "mastodon_archive": _outbox,
    "mbox": _mailbox,
    "xarchive": _tweets,
}


def _import(format: str, count: int) -> ImportResult:
    return parse_file("file", FORMATS[format](count), format, OPTIONS)


@pytest.mark.parametrize("format", FORMATS)
def test_records_after_the_limit_are_counted_as_left_out(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_types, "MAX_POSTS", 3)
    result = _import(format, 5)
    assert len(result.posts) == 3
    assert LeftOut("records after the first 3 posts", 2) in result.left_out


@pytest.mark.parametrize("format", FORMATS)
def test_file_with_the_limit_of_posts_is_imported_in_full(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_types, "MAX_POSTS", 3)
    result = _import(format, 3)
    assert len(result.posts) == 3
    assert not any("after the first" in left_out.reason for left_out in result.left_out)


def test_mailbox_with_more_than_5000_letters_is_imported_in_full() -> None:
    result = _import("mbox", 5_100)
    assert (len(result.posts), result.left_out) == (5_100, ())


@pytest.mark.parametrize("format", ["browser_backup", "linkwarden"])
def test_export_with_more_than_50000_bookmarks_is_imported_in_full(format: str) -> None:
    assert len(_import(format, 50_100).posts) == 50_100
