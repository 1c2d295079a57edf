"""Bluesky: facets are byte ranges, labels are obeyed, and paging stops at the stored cursor."""

from __future__ import annotations

import pytest

from crawler.errors import ConfigurationError
from crawler.models.posts import Consent, Link, Post
from tests.sources.recorded import answers, play, source


def test_links_come_from_facets_by_bytes_and_ranges_outside_the_text_are_dropped() -> None:
    post = play(source("bluesky"), answers("bluesky")).posts[1]
    assert post.links == (
        Link("https://blog.example/leases-and-clocks", "blog.example/lea...", "facet"),
    )
    assert (post.hashtags, post.cards[0].title) == (("DistributedSystems",), "Leases and clocks")
    assert post.url == "https://bsky.app/profile/did:plc:ada1example/post/3aaa"


def test_future_date_is_replaced_by_server_date_and_self_answers_form_a_thread() -> None:
    post = play(source("bluesky"), answers("bluesky")).posts[0]
    assert post.published is not None
    assert post.published.year == 2026
    assert post.thread_key == "at://did:plc:ada1example/app.bsky.feed.post/3aaa"
    assert {
        each.thread_key
        for each in play(source("bluesky"), answers("bluesky")).posts
        if each.uri == post.thread_key
    } == {post.thread_key}


def test_profile_hidden_from_guests_leaves_no_text_and_warnings_are_stored() -> None:
    hidden, grim = play(source("bluesky"), answers("bluesky")).posts[2:]
    assert (hidden.consent, hidden.text, hidden.links, hidden.url) == (
        Consent.LINK_ONLY,
        "",
        (),
        "",
    )
    assert hidden.reasons == ("label !no-unauthenticated",)
    assert grim.sensitive
    assert grim.hashtags == ("Incidents", "DistributedSystems")


def test_without_hashtag_all_posts_except_reposts_are_returned() -> None:
    posts = play(source("bluesky", hashtag=""), answers("bluesky")).posts
    assert "Lunch" in {post.text for post in posts}
    assert not any("Somebody else" in post.text for post in posts)


def test_paging_stops_at_the_cursor() -> None:
    assert len(play(source("bluesky"), answers("bluesky"), "2026-11-20T11:00:00Z").batches) == 1


@pytest.mark.parametrize(
    "actor", ["", "ada", "https://bsky.app/profile/ada.example", "ada.example&x=1"]
)
def test_actor_must_be_handle_or_did(actor: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a handle nor a DID"):
        source("bluesky", actor=actor)


def test_recheck_requests_have_at_most_25_posts() -> None:
    posts = tuple(
        Post("bluesky", f"at://did:plc:ada1example/app.bsky.feed.post/{number}", "")
        for number in range(51)
    )
    questions = source("bluesky").recheck_requests(posts)
    assert [len(question.posts) for question in questions] == [25, 25, 1]
    assert questions[0].request.url.count("uris=at%3A%2F%2Fdid") == 25
