"""Archives of Mastodon and Bluesky, saved feeds and saved pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.errors import InputError
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult, LeftOut
from tests.importers.personal_archives import (
    ACTOR,
    ATOM,
    BLUESKY_JSON,
    BLUESKY_RECORD,
    BLUESKY_URI,
    JSON_FEED,
    MASTODON_BOOKMARKS,
    MHTML,
    OUTBOX,
    PAGE,
    RSS,
    note,
    outbox,
    repository,
    tarred,
)
from tests.importers.service_exports import zipped

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))
URL = "https://blog.example/leases"


def _import(name: str, data: bytes, options: ImportOptions = OPTIONS) -> ImportResult:
    return parse_file(name, data, None, options)


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: files["outbox.json"]])
def test_mastodon_archive_gives_the_own_posts_with_links_and_hashtags(pack) -> None:  # type: ignore[no-untyped-def]
    actor = b'{"id": "https://social.example/users/ann", "name": "Ann"}'
    files = {"likes.json": b"{", "outbox.json": OUTBOX, "actor.json": actor}
    result = _import("archive.file", pack(files))
    (post,) = result.posts
    assert (post.uri, post.url) == (f"{ACTOR}/statuses/1", "https://social.example/@ann/1")
    assert (post.text, post.hashtags) == ("Leases #raft by @bob blog.example/leases", ("raft",))
    assert [link.url for link in post.links] == [URL]
    assert post.author
    assert post.author.handle == "ann@social.example"
    assert post.language == "en"
    assert result.left_out == (LeftOut("boosts of other people's posts", 1),)


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        (["https://www.w3.org/ns/activitystreams#Public"], [], ["public"]),
        ([f"{ACTOR}/followers"], ["as:Public"], ["unlisted"]),
        ([f"{ACTOR}/followers"], [], []),
        (["https://other.example/users/bob"], [], []),
    ],
)
def test_post_for_some_people_only_is_left_out(
    to: list[str], cc: list[str], visibility: list[str]
) -> None:
    result = _import("outbox.json", outbox(note(1, "<p>Hi</p>", to=to, cc=cc)))
    assert [post.visibility for post in result.posts] == visibility


def test_answers_to_own_posts_form_a_thread_in_any_order() -> None:
    uri = f"{ACTOR}/statuses/"
    notes = [
        note(3, "c", inReplyTo=f"{uri}2"),
        note(1, "a"),
        note(2, "b", inReplyTo=f"{uri}1"),
        note(9, "x", inReplyTo="https://other.example/1"),
    ]
    posts = {post.text: post for post in _import("outbox.json", outbox(*notes)).posts}
    places = {text: (post.thread_key, post.thread_position) for text, post in posts.items()}
    first = f"{uri}1"
    expected = {"a": (first, 1), "b": (first, 2), "c": (first, 3), "x": (None, None)}
    assert places == expected


def test_content_warning_is_part_of_the_text() -> None:
    (post,) = _import(
        "o.json", outbox(note(1, "<p>Hi</p>", summary="Clocks", sensitive=True))
    ).posts
    assert (post.text, post.sensitive) == ("Clocks\n\nHi", True)


def test_mastodon_posts_are_selected_by_hashtag_unless_all_are_wanted() -> None:
    data = outbox(note(1, "<p>About #Raft</p>"), note(2, "<p>Lunch</p>"))
    result = _import("o.json", data, ImportOptions(OPTIONS.seen_at, ("raft",)))
    assert [post.text for post in result.posts] == ["About #Raft"]
    assert result.left_out == (LeftOut("posts without #raft; --all imports them", 1),)


def test_bluesky_records_as_json_give_the_posts() -> None:
    (post,) = _import("records.json", BLUESKY_JSON).posts
    assert (post.uri, post.network, post.hashtags) == (BLUESKY_URI, "bluesky", ("Raft",))
    assert post.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert post.cards[0].link == URL


def test_bluesky_repository_gives_the_posts_of_its_tree() -> None:
    pytest.importorskip("libipld")
    records: dict[str, object] = {
        "app.bsky.feed.like/3kaaa": {"$type": "app.bsky.feed.like"},
        "app.bsky.feed.post/3kabc": BLUESKY_RECORD,
        "app.bsky.feed.post/3kabd": BLUESKY_RECORD | {"text": "Second"},
    }
    result = _import("repo.car", repository(records))
    assert [post.uri[-5:] for post in result.posts] == ["3kabc", "3kabd"]
    assert [post.text.split()[0] for post in result.posts] == ["Leases", "Second"]
    assert [left_out.count for left_out in result.left_out] == [1]


def test_damaged_bluesky_repository_is_an_error() -> None:
    pytest.importorskip("libipld")
    data = repository({"app.bsky.feed.post/3kabc": BLUESKY_RECORD})
    with pytest.raises(InputError, match=r"repo\.car is damaged"):
        _import("repo.car", data[:-9])


@pytest.mark.parametrize("data", [RSS, ATOM, JSON_FEED, RSS.decode().encode("utf-16")])
def test_saved_feed_gives_its_entries(data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.replace('"utf-8"'.encode("utf-16-le"), '"utf-16"'.encode("utf-16-le"))
    result = _import("saved.xml", data)
    (post,) = result.posts
    assert (result.format, post.text, post.links[0].url) == ("feed_file", "Leases", URL)
    assert post.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (post.provenance.file, post.provenance.request) == ("saved.xml", None)


def test_entry_of_a_saved_feed_has_the_uri_that_polling_gives() -> None:
    (post,) = _import("saved.xml", RSS).posts
    assert post.uri == "feed:blog.example/feed.xml#blog.example/leases"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://a.example/1">', "https://a.example/1"),
        ('<meta property="og:url" content="https://a.example/2">', "https://a.example/2"),
        ("<!-- saved from url=(0019)https://a.example/3 -->", "https://a.example/3"),
        (
            '<!-- saved from url=(0019)https://a.example/3 --><link rel="canonical" href="/4">',
            "https://a.example/4",
        ),
        (
            "<!--\n Page saved with SingleFile \n url: https://a.example/5?a=1&amp;b=2 \n-->",
            "https://a.example/5?a=1&b=2",
        ),
    ],
)
def test_saved_page_becomes_a_link_to_its_own_url(head: str, url: str) -> None:
    page = f"<!DOCTYPE html>\n<html><head>{head}<title>T</title></head><body>x</body></html>"
    (post,) = _import("page.html", page.encode()).posts
    assert ([link.url for link in post.links], post.text) == ([url], "T")


def test_saved_page_gives_title_and_description_and_no_text() -> None:
    (post,) = _import("page.html", PAGE).posts
    assert post.text == "Leases | Blog\n\nWhy a lease needs a bound."


def test_page_saved_as_mhtml_becomes_a_link_and_no_mail() -> None:
    result = _import("page.mhtml", MHTML)
    assert result.format == "saved_page"
    assert [(post.text, post.links[0].url) for post in result.posts] == [("Leases", URL)]


def test_page_that_does_not_state_its_url_is_refused() -> None:
    with pytest.raises(InputError, match="does not state its URL"):
        _import("page.html", b"<!DOCTYPE html><html><head><title>T</title></head></html>")


def test_bookmarks_of_mastodon_give_a_link_per_post() -> None:
    result = _import("bookmarks.csv", MASTODON_BOOKMARKS)
    assert result.format == "mastodon_bookmarks"
    assert [post.links[0].url.rpartition("/")[2] for post in result.posts] == [
        "113599785306172885",
        "113599785306172886",
        "9abc",
    ]
