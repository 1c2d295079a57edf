"""Feed discovery: the order of candidates, and links that are not feeds."""

from __future__ import annotations

import pytest

from crawler.sources.feed_discovery import discover_feeds, well_known_feed_urls


def _urls(html: str, url: str = "https://site.example/blog/post", header: str = "") -> list[str]:
    return [candidate.url for candidate in discover_feeds(html, url, header)]


def _link(
    href: str, media_type: str = "application/rss+xml", title: str = "", rel: str = "alternate"
) -> str:
    return f'<link rel="{rel}" type="{media_type}" href="{href}" title="{title}">'


def test_atom_comes_before_rss_and_comments_come_last() -> None:
    announced = [
        ("/comments/feed", "rss", ""),
        ("/rss.xml", "rss", ""),
        ("/atom.xml", "atom", ""),
        ("/c.xml", "atom", "Comments on Post"),
    ]
    html = "".join(_link(href, f"application/{kind}+xml", title) for href, kind, title in announced)
    assert [url.rsplit("example", 1)[1] for url in _urls(html)] == [
        "/atom.xml",
        "/rss.xml",
        "/c.xml",
        "/comments/feed",
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Site » Kommentare", "Flux des commentaires", "Comentarios de la entrada", "コメント",
        "Feed dei commenti", "Reacties op Bericht", "Комментарии", "Komentáře",
    ],
)  # fmt: skip
def test_feed_of_comments_in_any_language_comes_last(title: str) -> None:
    html = _link("/c.xml", title=title) + _link("/feed.xml", title="Site » Feed")
    assert _urls(html) == ["https://site.example/feed.xml", "https://site.example/c.xml"]


def test_feed_of_one_post_comes_after_the_feed_of_the_site() -> None:
    html = (
        _link("/2026/11/leases/feed/", title="Site » Leases")
        + _link("/comments/feed/", title="Site » Rückmeldungen")
        + _link("/feed/", title="Site » Feed")
    )
    assert _urls(html, "https://site.example/2026/11/leases/?ref=x") == [
        "https://site.example/feed/",
        "https://site.example/2026/11/leases/feed/",
        "https://site.example/comments/feed/",
    ]


def test_feed_of_a_blog_that_is_the_page_is_returned() -> None:
    assert _urls(_link("/blog/feed/"), "https://site.example/blog/") == [
        "https://site.example/blog/feed/"
    ]


def test_urls_are_relative_to_the_base_of_the_page() -> None:
    assert _urls(f'<base href="/b/">{_link("f.xml")}') == ["https://site.example/b/f.xml"]
    assert _urls(f'<base href="javascript:alert(1)//">{_link("f.xml")}') == [
        "https://site.example/blog/f.xml"
    ]


@pytest.mark.parametrize(
    "element",
    [
        _link("/f", rel="stylesheet"),
        _link("/f", "text/html"),
        _link("/wp-json/wp/v2/posts", "application/json"),
        _link("javascript:alert(1)"),
        _link("/oembed?u=1", "text/xml"),
    ],
)
def test_other_link_elements_are_not_candidates(element: str) -> None:
    assert _urls(element) == []


@pytest.mark.parametrize(
    "element",
    [
        '<link rel="feed" href="/f.xml">',
        '<link rel="FEED" href="/f.xml" title="Notes">',
        '<link rel="feed" type="application/rss+xml" href="/f.xml">',
        "<link rel='home feed' href=/f.xml>",
    ],
)
def test_link_that_is_named_a_feed_needs_no_type(element: str) -> None:
    assert _urls(element) == ["https://site.example/f.xml"]


def test_page_that_is_named_a_feed_is_not_a_candidate() -> None:
    assert _urls('<link rel="feed" type="text/html" href="/notes">') == []


def test_link_header_comes_after_link_elements() -> None:
    header = (
        '</h.xml>; rel="alternate"; type="application/atom+xml"; title="H", </style.css>; '
        "rel=preload; as=style"
    )
    assert _urls(_link("/p.xml"), header=header) == [
        "https://site.example/p.xml",
        "https://site.example/h.xml",
    ]


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        (
            "https://www.youtube.com/channel/UCabc123",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc123",
        ),
        ("https://medium.com/@ada/leases-1a2b", "https://medium.com/feed/@ada"),
        ("https://github.com/etcd-io/etcd", "https://github.com/etcd-io/etcd/releases.atom"),
        ("https://ada.substack.com/p/leases", "https://ada.substack.com/feed"),
    ],
)
def test_platform_page_gives_its_known_feed(page: str, feed: str) -> None:
    assert _urls("", page) == [feed]


def test_well_known_paths_are_in_the_folder_and_at_the_root() -> None:
    guessed = well_known_feed_urls("https://site.example/blog/post")
    assert "https://site.example/blog/feed" in guessed
    assert "https://site.example/atom.xml" in guessed
    assert len(guessed) == len(set(guessed)) < 20


@pytest.mark.parametrize("html", ["<link " * 50_000, _link("/f.xml") * 20_000, "<" * 300_000, "\0"])
def test_hostile_pages_are_parsed_without_error(html: str) -> None:
    assert len(_urls(html)) <= 1
