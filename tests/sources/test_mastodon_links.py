"""Statuses of the Mastodon family: hashtags, mentions and quotes are not links to articles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.models.posts import Post
from tests.sources.recorded import answer, answers, source

PAGE = "https://social.example/api/v1/timelines/tag/DistributedSystems?limit=40"
ARTICLE = '<a href="https://blog.example/leases">blog.example/leases</a>'
TAG = {"name": "leases", "url": "https://hub.example/search?tag=leases"}
MENTION = {"username": "cyd", "acct": "cyd@pl.example", "url": "https://pl.example/@cyd"}


def parsed(content: str, **fields: Any) -> Post:
    """The post of a recorded status whose author opted in, with this content."""
    status = json.loads(answers("mastodon")[PAGE].body)[0]
    account = status["account"] | {"indexable": True} | fields.pop("account", {})
    row = status | {"content": content, "account": account, "card": None, "quote": None}
    body = json.dumps([row | fields]).encode()
    (post,) = source("mastodon").parse_response(answer(PAGE, body), None).posts
    return post


@pytest.mark.parametrize(
    "anchor",
    [
        '#<a href="https://frnd.example/search?tag=Leases">Leases</a>',
        '＃<a href="https://frnd.example/search?tag=Leases">Leases</a>',
        '<a href="https://ak.example/tag/leases" rel="tag ugc">Leases</a>',
        '<a href="https://gts.example/tags/x" class="mention hashtag">#<span>Leases</span></a>',
        '<a href="https://snac.example/?t=leases">#Leases</a>',
        '<a href="https://hub.example/search?tag=Leases" class="zrl">Leases</a>',
        '<a href="https://ak.example/tag/Leases">leases</a>',
        '<a href="https://mk.example/tags/リース">#リース</a>',
    ],
)
def test_hashtag_anchor_of_any_server_is_not_a_link(anchor: str) -> None:
    post = parsed(f"<p>{ARTICLE} {anchor}</p>", tags=[TAG])
    assert [link.url for link in post.links] == ["https://blog.example/leases"]


@pytest.mark.parametrize(
    "anchor",
    [
        '@<a href="https://frnd.example/profile/bob">Bob Builder</a>',
        '＠<a href="https://frnd.example/profile/bob">bob</a>',
        '<span class="h-card"><a href="https://m.example/@bob" class="u-url">bob</a></span>',
        '<a href="https://pl.example/users/bob">@bob@pl.example</a>',
        '<a href="https://pl.example/users/cyd">cyd</a>',
        '<a href="https://pl.example/@cyd/">Cyd the Coder</a>',
        '!<a href="https://frnd.example/profile/systems">systems</a>',
        '<a href="https://lemmy.example/c/systems">!systems@lemmy.example</a>',
    ],
)
def test_mention_anchor_of_any_server_is_not_a_link(anchor: str) -> None:
    post = parsed(f"<p>{ARTICLE} {anchor}</p>", mentions=[MENTION])
    assert [link.url for link in post.links] == ["https://blog.example/leases"]


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (
            '<span class="quote-inline"><br><br>RE: <a href="https://mk.example/notes/a1">n</a></span>',
            {},
        ),
        ('<p>RE: <a href="https://m.example/@bob/1150">m.example/@bob/1150</a></p>', {}),
        (
            '<p>RE: <a href="https://odd.example/x?y">odd.example</a></p>',
            {"quote": {"state": "pending", "quoted_status": None}},
        ),
        (
            '<p><a href="https://m.example/@bob/115">look</a></p>',
            {"quote": {"state": "accepted", "quoted_status_id": "9"}},
        ),
        (
            '<p><a href="https://pl.example/notice/A1">look</a></p>',
            {"pleroma": {"quote_url": "https://pl.example/notice/A1"}},
        ),
        (
            '<p><a href="https://fb.example/@eve/7">look</a></p>',
            {"quote": {"id": "7", "url": "https://fb.example/@eve/7", "uri": "urn:x"}},
        ),
    ],
)
def test_quoted_post_is_not_a_link(content: str, fields: dict[str, Any]) -> None:
    post = parsed(f"<p>I agree with {ARTICLE}</p>{content}", **fields)
    assert [link.url for link in post.links] == ["https://blog.example/leases"]


def test_line_that_repeats_the_quoted_url_is_left_out_of_the_text() -> None:
    quote = '<p class="quote-inline">RE: <a href="https://m.example/@bob/1">m.example</a></p>'
    assert parsed(f"{quote}<p>I agree</p>").text == "I agree"


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="https://git.example/issues/12">#12</a>',
        '#<a href="https://git.example/issues/12">12</a>',
        'C#<a href="https://git.example/leases">leases</a>',
        '<a href="https://git.example/leases">#Leases in practice</a>',
        'RE: <a href="https://git.example/leases">the article</a>',
        'Read!<a href="https://git.example/leases">here</a>',
    ],
)
def test_article_behind_a_similar_mark_is_a_link(anchor: str) -> None:
    assert len(parsed(f"<p>{anchor}</p>").links) == 1


@pytest.mark.parametrize(
    ("card_url", "is_kept"),
    [
        ("https://blog.example/leases", True),
        ("https://blog.example/resolved-leases", True),
        ("https://m.example/@bob/1", False),
        ("https://hub.example/search?tag=leases", False),
    ],
)
def test_card_of_a_quote_or_hashtag_is_left_out(card_url: str, is_kept: bool) -> None:
    quote = '<p class="quote-inline">RE: <a href="https://m.example/@bob/1">m.example</a></p>'
    card = {"url": card_url, "title": "Leases"}
    post = parsed(f"{quote}<p>{ARTICLE}</p>", tags=[TAG], card=card)
    assert bool(post.cards) is is_kept


def test_list_numbers_and_code_indents_stay_in_the_text() -> None:
    content = "<p>Steps:</p><ol><li>stop</li><li>go</li></ol><pre><code>x:\n    y</code></pre>"
    assert parsed(content).text == "Steps:\n\n1. stop\n2. go\n\nx:\n    y"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Grace :rust: Hopper:heart:", "Grace Hopper"),
        (":unlisted_one: Grace", "Grace"),
        ("Grace 10:30:45", "Grace 10:30:45"),
        ("Grace a:b:c", "Grace a:b:c"),
        (":heart:", "ada"),
        (None, "ada"),
        ("  ", "ada"),
        ("\u200b\u200d\u2060", "ada"),
    ],
)
def test_name_has_no_shortcodes_of_custom_emoji(name: str | None, shown: str) -> None:
    emojis = [{"shortcode": "heart"}, {"shortcode": "rust"}]
    author = parsed("<p>x</p>", account={"display_name": name, "emojis": emojis}).author
    assert author is not None
    assert author.name == shown


def test_references_of_any_shape_raise_no_error() -> None:
    for hostile in (None, "", 5, [], {}, [None], [{"url": 5}], {"quoted_status": []}):
        post = parsed(f"<p>{ARTICLE}</p>", tags=hostile, mentions=hostile, quote=hostile)
        assert len(post.links) == 1


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        ("<p>Rings: https://ring.example/a. And</p>", ["https://ring.example/a"]),
        ("<p>www.ring.example/b</p>", ["https://www.ring.example/b"]),
        (
            '<p><a href="https://ring.example/c?d=1">https://ring.example/c</a>and</p>',
            ["https://ring.example/c?d=1"],
        ),
        ("<p>https://ring.example/lo...</p><p>RE: https://other.example/@ada/12</p>", []),
    ],
)
def test_url_without_an_anchor_is_a_link_except_that_of_a_quoted_post(
    html: str, urls: list[str]
) -> None:
    assert [link.url for link in parsed(html).links] == urls
