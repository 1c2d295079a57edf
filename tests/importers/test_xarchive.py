"""X archive: long posts, edits, communities, old posts and damaged records."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import InputError
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult
from crawler.models.posts import Post

LONG = "A lock service grants a lease, and the holder must renew it before the clock runs out. " * 5
ESCAPED = "Fsync &amp; fences: " + LONG


def _js(kind: str, *records: dict[str, Any]) -> bytes:
    return f"window.YTD.{kind}.part0 = {json.dumps(records)}".encode()


def _tweet(identity: str, text: str, **fields: Any) -> dict[str, Any]:
    created = "Tue Mar 04 09:10:11 +0000 2025"
    return {"tweet": {"id_str": identity, "full_text": text, "created_at": created, **fields}}


def _note(identity: str, text: str, *urls: tuple[str, str]) -> dict[str, Any]:
    entities = [{"shortUrl": short, "expandedUrl": url, "displayUrl": ""} for short, url in urls]
    core = {"text": text, "urls": entities}
    return {
        "noteTweet": {
            "noteTweetId": identity,
            "core": core,
            "createdAt": "2025-03-04T09:10:11.000Z",
        }
    }


def _zip(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"data/{name.replace('_', '-')}.js", content)
    return stream.getvalue()


def _read(data: bytes, name: str = "archive.zip") -> ImportResult:
    return parse_file(name, data, None, ImportOptions(datetime(2026, 1, 2, tzinfo=UTC)))


def _posts(data: bytes, name: str = "archive.zip") -> tuple[Post, ...]:
    return _read(data, name).posts


def test_long_post_has_its_whole_text_and_the_links_of_that_text() -> None:
    text = f"@bob {ESCAPED[:250]}… https://t.co/self000001"
    note = _note(
        "1900",
        f"{ESCAPED} {LONG} See https://t.co/paper #Leases",
        ("https://t.co/paper", "https://blog.test/p"),
    )
    (post,) = _posts(
        _zip(tweets=_js("tweets", _tweet("1905", text)), note_tweet=_js("note_tweet", note))
    )
    assert post.text.startswith("Fsync & fences: A lock service")
    assert post.text.endswith("See https://blog.test/p #Leases")
    assert [link.url for link in post.links] == ["https://blog.test/p"]
    assert post.hashtags == ("Leases",)
    assert post.uri == "x:1905"


def test_long_texts_with_the_same_start_go_to_the_tweets_with_the_nearest_ids() -> None:
    cut = f"{LONG[:200]}…"
    tweets = _js("tweets", _tweet("2000", cut), _tweet("5000", cut))
    notes = _js("note_tweet", _note("1990", f"{LONG} First."), _note("4990", f"{LONG} Second."))
    posts = _posts(_zip(tweets=tweets, note_tweet_part1=notes))
    assert [post.text.rsplit(maxsplit=1)[-1] for post in posts] == ["First.", "Second."]


def test_post_that_was_cut_without_its_long_text_loses_the_link_to_itself() -> None:
    (post,) = _posts(
        _js("tweets", _tweet("7", f"{LONG[:200]}… https://t.co/self000002")), "tweets.js"
    )
    assert post.text.endswith("…")
    assert not post.links


def test_file_of_long_posts_alone_gives_posts_without_a_page() -> None:
    (post,) = _posts(_js("note_tweet", _note("1900", f"{LONG} #Raft")), "note-tweet.js")
    assert post.hashtags == ("Raft",)
    assert post.url == ""
    assert post.published == datetime(2025, 3, 4, 9, 10, 11, tzinfo=UTC)


def test_only_the_last_version_of_an_edited_post_is_imported() -> None:
    versions = ["998", "1002", "1010"]
    info = {"initial": {"editTweetIds": versions}}
    later = {"edit": {"initialTweetId": "998", "editControlInitial": {"editTweetIds": versions}}}
    posts = _posts(
        _js(
            "tweets",
            _tweet("1010", "Quorum, third try", edit_info=later),
            _tweet("998", "Qourum", edit_info=info),
            _tweet("1002", "Quorom", edit_info=later),
            _tweet("1011", "An answer", in_reply_to_status_id_str="998"),
        ),
        "tweets.js",
    )
    assert [post.text for post in posts] == ["Quorum, third try", "An answer"]
    assert [post.thread_key for post in posts] == ["x:1010", "x:1010"]


def test_edited_post_whose_last_version_is_missing_keeps_the_newest_present_one() -> None:
    info = {"initial": {"editTweetIds": ["1", "2", "3"]}}
    posts = _posts(
        _js("tweets", _tweet("1", "a", edit_info=info), _tweet("2", "b", edit_info=info)), "t.js"
    )
    assert [post.text for post in posts] == ["b"]


def test_community_posts_and_all_parts_are_imported() -> None:
    posts = _posts(
        _zip(
            tweets=_js("tweets", _tweet("1", "One")),
            tweets_part1=_js("tweets", _tweet("2", "Two")),
            community_tweet=_js("community_tweet", _tweet("3", "Three")),
            deleted_tweets=_js("deleted_tweets", _tweet("4", "Deleted")),
            twitter_circle_tweet=_js("twitter_circle_tweet", _tweet("5", "For friends")),
        )
    )
    assert sorted(post.text for post in posts) == ["One", "Three", "Two"]


@pytest.mark.parametrize("kind", ["deleted_tweets", "twitter_circle_tweet", "direct_messages"])
def test_file_with_private_or_deleted_posts_is_refused(kind: str) -> None:
    with pytest.raises(InputError, match=kind):
        _read(_js(kind, _tweet("4", "Private")), "x.js")


def test_old_post_without_entities_has_the_links_of_its_text() -> None:
    old = {"tweet": {"id": 12, "text": "On clocks: http://short.test/Ab1, see https://t.co/xyz12"}}
    (post,) = _posts(_js("tweet", old), "tweet.js")
    assert [link.url for link in post.links] == ["http://short.test/Ab1", "https://t.co/xyz12"]
    assert post.uri == "x:12"


def test_retweet_and_older_version_are_left_out_with_a_reason() -> None:
    info = {"initial": {"editTweetIds": ["2", "3"]}}
    edited = [_tweet("2", "Own wrods", edit_info=info), _tweet("3", "Own words", edit_info=info)]
    result = _read(_js("tweets", _tweet("1", "RT @ann: words"), *edited), "tweets.js")
    assert [post.text for post in result.posts] == ["Own words"]
    assert [(left.reason, left.count) for left in result.left_out] == [
        ("retweets of other people's posts", 1),
        ("older versions of edited posts", 1),
    ]


@pytest.mark.parametrize(
    "text", [b'"\\ud83d alone"', b'"\xed\xa0\xbd alone"', b'"a \t raw tab alone"']
)
def test_odd_characters_in_one_post_refuse_nothing(text: bytes) -> None:
    records = b'[{"tweet":{"id_str":"1","full_text":%s}},{"tweet":{"id_str":"2","full_text":"ok"}}]'
    result = _read(b"window.YTD.tweets.part0 = " + records % text, "tweets.js")
    assert [post.text[-5:] for post in result.posts] == ["alone", "ok"]
    assert not result.failures


def test_invalid_bytes_in_one_post_are_its_failure() -> None:
    records = (
        b'[{"tweet":{"id_str":"1","full_text":"\xff"}},{"tweet":{"id_str":"2","full_text":"ok"}}]'
    )
    result = _read(b"window.YTD.tweets.part0 = " + records, "tweets.js")
    assert [post.text for post in result.posts] == ["ok"]
    assert "tweet 1" in result.failures[0].message


@pytest.mark.parametrize(
    "fields",
    [
        {"edit_info": []},
        {"edit_info": {"initial": {"editTweetIds": [None, 3, {}]}}},
        {"entities": {"urls": [None, {"url": 3}]}, "lang": {}},
        {"in_reply_to_status_id_str": "1"},
    ],
)
def test_tweet_with_fields_of_other_types_is_imported(fields: dict[str, Any]) -> None:
    (post,) = _posts(_js("tweets", _tweet("1", "Leases", **fields)), "tweets.js")
    assert post.text == "Leases"


def test_long_text_with_fields_of_other_types_is_imported() -> None:
    note = {"noteTweet": {"noteTweetId": "8", "core": {"text": "Fences", "urls": [1, {}]}}}
    broken = {"noteTweet": {"noteTweetId": "9", "core": []}}
    posts = _posts(_js("note_tweet", note, broken, {"noteTweet": []}), "note-tweet.js")
    assert [post.text for post in posts] == ["Fences"]


@pytest.mark.parametrize(
    "data", [b"window.YTD.tweets.part0 = [", b"window.YTD.tweets.part0 = [ \n"]
)
def test_file_that_ends_before_its_first_tweet_is_reported(data: bytes) -> None:
    with pytest.raises(InputError, match=r"tweets.js, tweet 1"):
        _read(data, "tweets.js")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("[]", "not a JSON object"),
        ("[" * 5_000 + "]" * 5_000, ""),  # too deep for some versions of Python, a list for others
        ("null", "not a JSON object"),
        ('{"tweet": 3}', "not a JSON object"),
        ('{"tweet": {"full_text": "A lease"}}', "no id in `id_str`"),
    ],
)
def test_record_without_a_tweet_is_reported_and_the_others_are_imported(
    record: str, reason: str
) -> None:
    good = json.dumps(_tweet("1", "A lease expires"))
    data = f"window.YTD.tweets.part0 = [{good}, {record}]".encode()
    imported = _read(data, "tweets.js")
    assert [post.text for post in imported.posts] == ["A lease expires"]
    (failure,) = imported.failures
    assert failure.message.startswith(f"tweets.js, tweet 2: {reason}")


def test_file_that_ends_after_a_comma_reports_the_next_tweet() -> None:
    data = _js("tweets", _tweet("1", "Leases")).rstrip().removesuffix(b"]") + b",\n"
    result = _read(data, "tweets.js")
    assert [post.text for post in result.posts] == ["Leases"]
    assert "tweet 2" in result.failures[0].message


def test_empty_array_fails_nothing() -> None:
    assert _read(b"window.YTD.tweets.part0 = [ ]", "tweets.js").failures == ()


def test_empty_zip_is_named_as_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(InputError, match=r"empty\.zip is a zip archive without posts"):
        _read((tmp_path / "empty.zip").read_bytes(), "empty.zip")


def test_damaged_repository_is_named_as_one() -> None:
    with pytest.raises(InputError, match=r"repo\.car is damaged") as raised:
        _read(b"\x3a\xa2eroots\x11\x0f\x34\xef\x59\x6e\xa4\x96\xb8\x4e\xb2\xe5", "repo.car")
    assert "Export the repository again" in raised.value.hint
