"""Feeds that a page only links in its text."""

from __future__ import annotations

import pytest

from crawler.sources.linked_feeds import linked_feeds

PAGE = "https://site.example/blog/post"


def _urls(html: str, url: str = PAGE) -> list[str]:
    return [candidate.url for candidate in linked_feeds(html, url)]


@pytest.mark.parametrize(
    ("link", "feed"),
    [
        ('<a href="posts.rss">Subscribe</a>', "https://site.example/blog/posts.rss"),
        ('<a href="/en/feed.xml">Subscribe</a>', "https://site.example/en/feed.xml"),
        ('<a href="/blog/feed/">Subscribe</a>', "https://site.example/blog/feed/"),
        ('<a href="/?feed=rss2">Subscribe</a>', "https://site.example/?feed=rss2"),
        ('<a href="https://feeds.host.example/site">x</a>', "https://feeds.host.example/site"),
        ('<a href="feed://site.example/all">x</a>', "https://site.example/all"),
        ('<a href="feed:https://site.example/all">x</a>', "https://site.example/all"),
        ('<a href="/out" type="application/rss+xml">x</a>', "https://site.example/out"),
        ('<a href="/out">RSS</a>', "https://site.example/out"),
        ('<a href="/out" title="Atom feed"><i></i></a>', "https://site.example/out"),
        ('<a href="/out"><img alt="" src="/icons/rss.png"></a>', "https://site.example/out"),
        ('<a href="/out"><i class="fa fa-rss-square"></i></a>', "https://site.example/out"),
        ('<a href="/out">订阅</a>', "https://site.example/out"),
    ],
)
def test_link_to_a_feed_is_a_candidate(link: str, feed: str) -> None:
    assert _urls(f"<body><a href='/'>Home</a>{link}<a href='/about'>About</a></body>") == [feed]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/feeding-cats">Feeding cats</a>',
        '<a href="/sitemap.xml">Map</a>',
        '<a href="https://other.example/what-is">What is RSS?</a>',
        '<a href="javascript:rss()">RSS</a>',
        '<a href="">RSS</a>',
        '<a href="#rss">RSS</a>',
        "<a>RSS</a>",
        '<!-- <a href="/feed.xml">RSS</a> -->',
    ],
)
def test_other_link_is_not_a_candidate(link: str) -> None:
    assert _urls(link) == []


def test_better_evidence_comes_first_and_comments_last() -> None:
    html = """<base href="/b/"><a href="/comments.rss">Comments</a><a href="/words">RSS</a>
        <a href="all.rss">all</a><a href="/typed" type="application/atom+xml">x</a>
        <a href="all.rss">all again</a>"""
    assert [url.removeprefix("https://site.example") for url in _urls(html)] == [
        "/typed",
        "/b/all.rss",
        "/words",
        "/comments.rss",
    ]


def test_at_most_five_links_are_returned() -> None:
    assert len(_urls("".join(f'<a href="/{number}.rss">x</a>' for number in range(50)))) == 5


@pytest.mark.parametrize(
    "html", ["", "<a", "<a href=" * 50_000, "<div>" * 100_000, "<a href='/x.rss'>" * 50_000, "\0"]
)
def test_hostile_page_gives_at_most_five_links(html: str) -> None:
    assert len(linked_feeds(html, PAGE)) <= 5
