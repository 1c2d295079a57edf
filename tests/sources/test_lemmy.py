"""Lemmy and PieFed: the article of a post, APIs tried in order, and what moderators removed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Consent
from tests.sources.recorded import (
    DATA,
    NOW,
    answer,
    answers,
    play,
    play_rechecks,
    posts_to_recheck,
    refusal,
    source,
)

HOST = "https://lemmy.example"
QUERY = "community_name=databases%40boards.example&sort=New&limit=50"
V3, ALPHA = f"{HOST}/api/v3/post/list?{QUERY}", f"{HOST}/api/alpha/post/list?{QUERY}"
FEED = f"{HOST}/feeds/c/databases%40boards.example.xml?sort=New&limit=50"
PIEFED = {
    "posts": [
        {
            "post": {
                "id": 5,
                "title": "Leases explained",
                "url": "https://blog.example/leases",
                "ap_id": "https://pie.example/post/5",
                "published": "2026-11-20T10:00:00Z",
                "sticky": False,
            },
            "creator": {
                "user_name": "ada",
                "title": "Ada",
                "actor_id": "https://pie.example/u/ada",
            },
            "community": {"name": "databases"},
            "counts": {"score": 3, "comments": 1},
        }
    ],
    "next_page": "2",
}
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>c</title>
<item><title>Leases explained</title><link>https://lemmy.example/post/1</link>
<description>submitted by &lt;a href="https://lemmy.example/u/ada"&gt;ada&lt;/a&gt; to
&lt;a href="https://lemmy.example/c/db"&gt;db&lt;/a&gt;&lt;br&gt;5 points | &lt;a
href="https://lemmy.example/post/1"&gt;3 comments&lt;/a&gt;&lt;br&gt;&lt;a
href="https://blog.example/leases"&gt;https://blog.example/leases&lt;/a&gt;&lt;p&gt;I like
&lt;a href="https://blog.example/clocks"&gt;clocks&lt;/a&gt;.&lt;/p&gt;</description>
<pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate><guid>https://lemmy.example/post/1</guid>
<dc:creator>ada</dc:creator>
<enclosure length="0" type="text/html" url="https://blog.example/leases"/></item></channel></rss>"""


def test_shared_article_is_link_and_card_and_links_of_the_text_follow() -> None:
    post = play(source("lemmy"), answers("lemmy")).posts[1]
    assert [link.url for link in post.links] == [
        "https://blog.example/leases",
        "https://blog.example/clocks",
    ]
    assert (post.cards[0].title, post.cards[0].description) == ("Leases", "How leases work.")
    assert (post.uri, post.hashtags) == ("https://boards.example/post/42", ("raft",))
    assert post.author is not None
    assert post.author.handle == "ada@boards.example"
    assert dict(post.counts) == {"points": 21, "replies": 4}


def test_removed_post_and_opt_out_have_no_words() -> None:
    removed, opted_out = play(source("lemmy"), answers("lemmy")).posts[2:]
    assert (removed.consent, removed.text, removed.links) == (Consent.NONE, "", ())
    assert removed.reasons == ("post removed", "account banned")
    assert (opted_out.consent, opted_out.text) == (Consent.LINK_ONLY, "")
    assert opted_out.sensitive


def test_server_without_the_api_is_read_by_the_next_one_and_the_cursor_names_it() -> None:
    known = {V3: refusal(V3, 404), ALPHA: answer(ALPHA, json.dumps(PIEFED).encode())}
    run = play(source("lemmy"), known)
    (post,) = run.posts
    assert (post.text, [link.url for link in post.links]) == (
        "Leases explained",
        ["https://blog.example/leases"],
    )
    assert post.author is not None
    assert (post.author.name, post.author.handle) == ("Ada", "ada@pie.example")
    assert source("lemmy").first_request(run.cursor).url == ALPHA


def test_feed_is_the_last_resort_and_its_enclosure_the_article() -> None:
    known = {
        V3: refusal(V3, 404),
        ALPHA: refusal(ALPHA, 404),
        FEED: answer(FEED, RSS.encode()),
    }
    run = play(source("lemmy"), known)
    (post,) = run.posts
    assert [link.url for link in post.links] == [
        "https://blog.example/leases",
        "https://blog.example/clocks",
    ]
    assert post.text == "Leases explained\n\nI like clocks."
    assert source("lemmy").first_request(run.cursor).url == FEED


def test_server_without_any_api_and_feed_is_a_failure() -> None:
    known = {url: refusal(url, 404) for url in (V3, ALPHA, FEED)}
    assert play(source("lemmy"), known).batches[-1].failure is not None


def test_older_pages_are_read_down_to_the_cursor() -> None:
    polled = source("lemmy")
    response = answers("lemmy")[V3]
    assert polled.parse_response(response, None).next_requests == ()
    after = "api=%2Fapi%2Fv3%2Fpost%2Flist&since="
    assert len(polled.parse_response(response, f"{after}2026-11-19T00:00:00Z").next_requests) == 1
    assert polled.parse_response(response, f"{after}2026-11-20T09:00:00Z").next_requests == ()


def test_exceeded_rate_limit_with_status_400_is_a_rate_limit() -> None:
    failure = Failure(V3, "fetch", Outcome.CLIENT_ERROR, "HTTP 400: rate_limit_error", NOW, 400)
    batch = source("lemmy").parse_response(failure, None)
    assert batch.failure is not None
    assert (batch.failure.outcome, batch.failure.retry_after) == (Outcome.RATE_LIMITED, NOW)
    assert batch.next_requests == ()


def test_post_of_a_closed_community_leaves_only_its_link() -> None:
    page = json.loads(json.dumps(PIEFED))
    page["posts"][0]["community"]["visibility"] = "LocalOnlyPrivate"
    (post,) = source("lemmy").parse_response(answer(V3, json.dumps(page).encode()), None).posts
    assert (post.consent, post.text) == (Consent.LINK_ONLY, "")


@pytest.mark.parametrize(
    "options", [{"server": "lemmy.example/c/x"}, {"community": "!db@x.example"}, {"community": ""}]
)
def test_invalid_option_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        source("lemmy", **options)


@pytest.mark.parametrize("flag", ["deleted", "removed"])
def test_post_marked_as_deleted_or_removed_counts_as_deleted(flag: str) -> None:
    rules = json.loads((DATA / "lemmy/rules.json").read_text(encoding="utf-8"))
    rules["post_view"]["post"][flag] = True
    body = json.dumps(rules).encode()
    posts = posts_to_recheck("lemmy")[:1]
    result = play_rechecks(source("lemmy"), posts, lambda url: answer(url, body))
    assert result.gone == ("https://boards.example/post/11",)


def test_missing_post_is_undecided_while_the_server_states_no_version() -> None:
    result = play_rechecks(
        source("lemmy"),
        posts_to_recheck("lemmy"),
        lambda url: answer(url, b"{}") if url.endswith("/site") else refusal(url, 404),
    )
    assert (result.gone, len(result.failures)) == ((), 2)
