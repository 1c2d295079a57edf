"""Kinds that are feeds with a known URL, and the facts about hosts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.errors import ConfigurationError
from crawler.sources.configured_sources import make_source, option_names
from crawler.sources.feed_kinds import FEED_KINDS, FeedKind
from crawler.sources.host_facts import common_entry_url, known_fallback, with_host_interval
from crawler.sources.protocol import PollingHints
from tests.sources.recorded import answer, answers, play, refusal, source

DAY, HOUR = timedelta(hours=22), timedelta(hours=1)


def made(kind: str, **options: object) -> str:
    """The URL of the feed of a source with these options."""
    return make_source({"name": "x", "kind": kind, **options}, "test").first_request(None).url


def test_rows_are_sorted_by_kind() -> None:
    assert list(FEED_KINDS) == sorted(FEED_KINDS)


@pytest.mark.parametrize("row", FEED_KINDS.values(), ids=lambda row: row.kind)
def test_example_of_each_row_gives_a_feed_and_a_hostile_value_an_error(row: FeedKind) -> None:
    url = made(row.kind, **{row.option: row.example})
    assert url.startswith("https://")
    assert option_names(row.kind)[0] == row.option
    for value in ("", "a b\n", "../..", "..", "x?y=1&z", "x#y", 5, None):
        if row.kind != "arxiv" or value in ("", "a b\n", 5, None):
            with pytest.raises(ConfigurationError, match=row.option):
                made(row.kind, **{row.option: value})


@pytest.mark.parametrize(
    ("kind", "option", "value", "url"),
    [
        ("lobsters", "tags", "distributed", "https://lobste.rs/t/distributed.rss"),
        ("medium", "publication", "@ada", "https://medium.com/feed/@ada"),
        ("arxiv_listing", "categories", "cs.DC", "https://rss.arxiv.org/rss/cs.DC"),
        (
            "github_releases",
            "repository",
            "etcd-io/etcd",
            "https://github.com/etcd-io/etcd/releases.atom",
        ),
    ],
)
def test_option_expands_to_the_url_of_the_feed(
    kind: str, option: str, value: str, url: str
) -> None:
    assert made(kind, **{option: value}) == url


def test_options_of_a_feed_are_options_of_each_kind_and_its_url_is_not() -> None:
    table = {"name": "x", "kind": "youtube", "channel": "UC" + "a" * 22, "only_tags": ["raft"]}
    assert make_source(table, "test").options.only_tags == ("raft",)
    with pytest.raises(ConfigurationError, match="'url' is not an option of kind 'youtube'"):
        make_source(table | {"url": "https://x.example/"}, "test")
    with pytest.raises(ConfigurationError, match="'channel' is missing"):
        make_source({"name": "x", "kind": "youtube"}, "test")


def test_discussion_on_lobsters_is_the_page_of_the_post_and_the_article_its_link() -> None:
    story, _ = play(source("lobsters"), answers("lobsters")).posts
    assert (story.url, story.links[0].url) == (
        "https://lobste.rs/s/abc123/x",
        "https://blog.example/leases",
    )


def test_versions_of_a_paper_are_one_post() -> None:
    (url,) = answers("arxiv")
    response = answers("arxiv")[url]
    newer = answer(url, response.body.replace(b"2611.01234v1", b"2611.01234v2"))  # type: ignore[union-attr]
    first, second = (source("arxiv").parse_response(each, None).posts for each in (response, newer))
    assert [post.uri for post in first] == [post.uri for post in second]


@pytest.mark.parametrize(
    ("url", "common"),
    [
        ("arxiv.org/abs/2611.01234v12", "arxiv.org/abs/2611.01234"),
        ("arxiv.org/abs/cs/0112017v1", "arxiv.org/abs/cs/0112017"),
        ("arxiv.org/abs/2611.01234", "arxiv.org/abs/2611.01234"),
        ("www.youtube.com/shorts/aaaaaaaaaaa", "www.youtube.com/watch?v=aaaaaaaaaaa"),
        ("blog.example/shorts/aaaaaaaaaaa", "blog.example/shorts/aaaaaaaaaaa"),
    ],
)
def test_urls_of_one_entry_have_a_common_form(url: str, common: str) -> None:
    assert common_entry_url(url) == common


@pytest.mark.parametrize(
    ("url", "hint", "interval"),
    [
        ("https://rss.arxiv.org/rss/cs.DC", None, DAY),
        ("https://rss.arxiv.org/rss/cs.DC", 48 * HOUR, 48 * HOUR),
        ("https://lobste.rs/t/raft.rss", HOUR, 2 * HOUR),
        ("https://notarxiv.org/feed", None, None),
        ("https://blog.example/feed", HOUR, HOUR),
    ],
)
def test_longer_interval_of_feed_and_host_counts(
    url: str, hint: timedelta | None, interval: timedelta | None
) -> None:
    assert with_host_interval(PollingHints(hint), url).min_interval == interval


def test_known_fallback_is_requested_after_a_failure_and_an_option_overrides_it() -> None:
    url = "https://netflixtechblog.com/feed"
    polled = make_source({"name": "x", "kind": "feed", "url": url}, "test")
    batch = polled.parse_response(refusal(url, 429), None)
    assert [request.url for request in batch.next_requests] == [known_fallback(url)]
    own = make_source(
        {"name": "x", "kind": "feed", "url": url, "fallback": "https://x.example/"}, "test"
    )
    (request,) = own.parse_response(refusal(url, 429), None).next_requests
    assert request.url == "https://x.example/"
    assert known_fallback("https://blog.example/feed") == ""
