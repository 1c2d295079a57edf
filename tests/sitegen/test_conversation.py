"""Posts on an article's page: own words, silent posts, full texts and discussions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from crawler.sitegen.words_of_posts import ArticleWords, split_text
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_pages import text

Page = Callable[[str], str]
TITLE = "Why clocks drift apart | Ticking Blog"
URL = "https://clocks.example/drift"
KNOWN = ArticleWords(TITLE, [URL, "https://s.example/a1"])


@pytest.mark.parametrize(
    "post",
    [
        "",
        f"{TITLE} {URL}",
        f"“Why clocks drift apart”\n{URL} #clocks #time",
        "why  clocks drift apart https://www.clocks.example/drift/",
        "clocks.example/dri… #time",
        "Why clocks drift apart (https://s.example/a1) via @ada@social.example",
        "New blog post: Why clocks drift apart → https://s.example/a1",
        "[pdf] Why clocks drift apart",
    ],
)
def test_post_of_title_and_url_adds_no_words(post: str) -> None:
    assert KNOWN.remove_from(post) == ""


@pytest.mark.parametrize(
    ("post", "words"),
    [
        (f"Worth it: {TITLE} {URL} #time", "Worth it"),
        (f"First line.\n\n{URL}\n\nSecond line.", "First line.\n\nSecond line."),
        ("See https://other.example/x too", "See https://other.example/x too"),
        ("The #time tag stays inside.", "The #time tag stays inside."),
        ("(Long, but good)", "(Long, but good)"),
    ],
)
def test_words_of_the_author_stay(post: str, words: str) -> None:
    assert KNOWN.remove_from(post) == words


def test_short_title_within_a_sentence_stays() -> None:
    known = ArticleWords("Raft", [URL])
    assert known.remove_from("Raft is simpler.") == "Raft is simpler."
    assert known.remove_from(f"Raft\n{URL}") == ""


def test_long_text_is_divided_between_words() -> None:
    words = "four " * 100
    folded = split_text(words.strip(), 280, has_original=False)
    assert len(folded.head) <= 280
    assert f"{folded.head} {folded.remainder}" == words.strip()
    cut = split_text(words.strip(), 280, has_original=True)
    assert (cut.remainder, cut.is_cut) == ("", True)


@pytest.fixture
def article(factory: Factory) -> int:
    """Insert an article that posts of several networks share."""
    factory.topic("time")
    return factory.article(TITLE, url=URL, topics={"time": "certain"})


def _page(page: Page) -> str:
    return page("article/1-why-clocks-drift-apart-ticking-blog.html")


def test_pasted_post_is_complete_and_linked_post_is_cut(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    ending = "and this is the end."
    factory.post("one " * 120 + ending, article)
    factory.post("two " * 120 + ending, article, url="https://social.example/2")
    build()
    html = _page(page)
    assert text(html).count(ending) == 1
    assert '<details class="rest"><summary>Rest of the post</summary>' in html


def test_posts_without_words_are_one_line_of_names(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    for number, name in enumerate(("Ada", "Bob")):
        author = factory.author(name)
        factory.post(
            f"{TITLE} {URL} #time",
            article,
            author_id=author,
            url=f"https://social.example/{number}",
            published=f"2026-11-1{number}T08:00:00Z",
        )
    build()
    posts = text(_page(page)).partition("Shared in 2 posts")[2]
    assert TITLE not in posts
    line = posts.partition("Shared without a comment:")[2]
    assert line.index("Ada") < line.index("Mastodon, 10 Nov 2026") < line.index("Bob")


def test_posts_are_in_order_of_time_across_networks(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    for day, network in ((3, "mastodon"), (1, "linkedin"), (2, "bluesky")):
        factory.post(
            f"On {network}", article, network=network, published=f"2026-11-0{day}T00:00:00Z"
        )
    build()
    words = re.findall(r'class="post-text"[^>]*>On (\w+)', _page(page))
    assert words == ["linkedin", "bluesky", "mastodon"]


def test_discussion_threads_have_counts_and_no_comment(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    factory.post(
        TITLE,
        article,
        network="hackernews",
        url="https://news.example/item?id=1",
        counts=json.dumps({"points": 1, "replies": 45}),
    )
    build()
    html = _page(page)
    assert "Hacker News 1 point 45 comments" in text(html)
    assert '<ol class="posts"' not in html
    stored = json.loads(page("article/1-why-clocks-drift-apart-ticking-blog.json"))
    assert stored["discussions"] == [
        {
            "network": "hackernews",
            "title": "",
            "url": "https://news.example/item?id=1",
            "points": 1,
            "replies": 45,
        }
    ]


def test_json_and_markdown_have_the_words_of_the_page(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    other = factory.article("Leap seconds", topics={"time": "certain"})
    factory.post("A careful text. " + URL, article)
    factory.post("Hidden words", article, consent="link-only")
    factory.row("related_articles", article_id=article, other_id=other, score=1, reason="near it")
    factory.row("article_links", article_id=other, url=URL, target_id=article)
    build()
    stem = "article/1-why-clocks-drift-apart-ticking-blog"
    for name in (f"{stem}.json", f"{stem}.md", f"{stem}.html"):
        visible = page(name).replace("\\", "")
        assert "A careful text." in visible, name
        assert "near it" in visible, name
        assert "Hidden words" not in visible, name
    assert json.loads(page(f"{stem}.json"))["linked_from"] == [other]
    assert "## Linked from" in page(f"{stem}.md")
    assert "Linked from" in text(page(f"{stem}.html"))
    assert "Links to" in text(page("article/2-leap-seconds.html"))


def test_posts_beyond_ten_are_folded(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    for number in range(13):
        factory.post(f"Opinion {number}", article)
    build()
    html = _page(page)
    assert "<summary>3 more posts</summary>" in html
    assert html.count("Opinion ") == 13
    assert html.index("Opinion 9") < html.index("3 more posts") < html.index("Opinion 10")


def test_text_is_divided_after_a_sentence_and_a_short_rest_stays() -> None:
    sentence = "Eight words are in each of these sentences. "
    text_of_post = (sentence * 12).strip()
    divided = split_text(text_of_post, 280, has_original=False)
    assert divided.head.endswith("sentences.")
    assert f"{divided.head} {divided.remainder}" == text_of_post
    short = (sentence * 8).strip()
    assert split_text(short, 280, has_original=False).remainder == ""


def test_discussion_under_another_title_is_named_and_not_repeated(
    factory: Factory, article: int, build: Build, page: Page
) -> None:
    url = "https://news.example/2"
    factory.post("Clock skew in practice", article, network="lobsters", url=url)
    build()
    visible = text(_page(page))
    assert visible.count("Clock skew in practice") == 1
    assert "Lobsters : Clock skew in practice" in visible
