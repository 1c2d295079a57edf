"""Bluesky: facets are byte ranges, labels are obeyed, and paging stops at the stored cursor."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.posts import Card, Consent, Link, Post
from tests.sources.recorded import answer, answers, play, source

HOME = "at://did:plc:ada1example/app.bsky.feed.post"


def test_links_come_from_facets_and_a_range_outside_the_text_marks_no_words() -> None:
    post = play(source("bluesky"), answers("bluesky")).posts[1]
    assert post.links == (
        Link("https://blog.example/leases-and-clocks", "blog.example/lea...", "facet"),
        Link("https://far.example/", "", "facet"),
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


def view(key: str, text: str, **fields: Any) -> dict[str, Any]:
    """A post view of Ada. The keywords are fields of the record, and `embed`."""
    embed = fields.pop("embed", None)
    return {
        "uri": f"{HOME}/{key}",
        "author": {"did": "did:plc:ada1example", "handle": "ada.example"},
        "record": {"text": text, "createdAt": "2026-11-20T10:00:00Z"} | fields,
        "indexedAt": "2026-11-20T10:00:00Z",
    } | ({"embed": embed} if embed else {})


def parsed(*items: dict[str, Any]) -> tuple[Post, ...]:
    polled = source("bluesky")
    body = json.dumps({"feed": items}).encode()
    return polled.parse_response(answer(polled.first_request(None).url, body), None).posts


def reply_to(root: str, parent: str) -> dict[str, Any]:
    return {"root": {"uri": f"{HOME}/{root}"}, "parent": {"uri": f"{HOME}/{parent}"}}


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        (
            "Leases: https://blog.example/leases. #DistributedSystems",
            ["https://blog.example/leases"],
        ),
        ("www.blog.example/leases #DistributedSystems", ["https://www.blog.example/leases"]),
        ("https://blog.example/lea... #DistributedSystems", []),
        ("https://blog.example/lea… #DistributedSystems", []),
        ("https://ring.example/a\x85#DistributedSystems", ["https://ring.example/a"]),
        ("javascript:alert(1) #DistributedSystems", []),
    ],
)
def test_url_written_without_a_facet_is_a_link(text: str, urls: list[str]) -> None:
    (post,) = parsed({"post": view("1", text)})
    assert [link.url for link in post.links] == urls


@pytest.mark.parametrize("index", [{}, {"byteStart": 9, "byteEnd": 2}, {"byteStart": -1}])
def test_facet_without_a_valid_range_gives_its_link(index: dict[str, int]) -> None:
    kind = "app.bsky.richtext.facet#link"
    facets = [
        {"index": index, "features": [{"$type": kind, "uri": uri}]}
        for uri in ("https://ring.example/a", "javascript:alert(1)")
    ]
    (post,) = parsed({"post": view("1", "Rings #DistributedSystems", facets=facets)})
    assert [link.url for link in post.links] == ["https://ring.example/a"]


def test_text_of_a_facet_is_not_a_second_link() -> None:
    text = "🧵 https://short.example/x #DistributedSystems"
    start = len("🧵 ".encode())
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len("https://short.example/x")},
        "features": [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://blog.example/leases"}
        ],
    }
    (post,) = parsed({"post": view("1", text, facets=[facet])})
    assert [link.url for link in post.links] == ["https://blog.example/leases"]


def test_embed_without_a_title_is_a_link_and_one_only_in_the_record_a_card() -> None:
    bare = {"external": {"uri": "https://blog.example/leases", "title": ""}}
    titled = {"external": {"uri": "https://blog.example/clocks", "title": "Clocks"}}
    first, second = parsed(
        {"post": view("1", "#DistributedSystems", embed=bare)},
        {
            "post": view("2", "#DistributedSystems")
            | {"record": {"text": "#DistributedSystems", "embed": titled}}
        },
    )
    assert first.links == (Link("https://blog.example/leases", origin="card"),)
    assert first.cards == ()
    assert second.cards == (Card("Clocks", link="https://blog.example/clocks"),)


def test_untagged_parts_of_a_tagged_thread_belong_to_it() -> None:
    first = view("1", "Leases #DistributedSystems")
    posts = parsed(
        {"post": view("3", "Part three", reply=reply_to("1", "2"))},
        {"post": view("2", "Part two", reply=reply_to("1", "1"))},
        {"post": first},
        {"post": view("9", "Lunch")},
    )
    assert [post.text for post in posts] == ["Part three", "Part two", "Leases #DistributedSystems"]
    assert {post.thread_key for post in posts} == {f"{HOME}/1"}


def test_tag_on_the_first_post_of_an_earlier_page_selects_the_reply() -> None:
    first = view("1", "Leases #DistributedSystems")
    reply = view("2", "Part two", reply=reply_to("1", "1"))
    (post,) = parsed({"post": reply, "reply": {"root": first, "parent": first}})
    assert (post.text, post.thread_key) == ("Part two", f"{HOME}/1")


def test_untagged_reply_to_another_person_is_left_out() -> None:
    root = view("1", "Leases #DistributedSystems") | {"author": {"did": "did:plc:bob"}}
    root["uri"] = "at://did:plc:bob/app.bsky.feed.post/1"
    reference = {"root": {"uri": root["uri"]}, "parent": {"uri": root["uri"]}}
    reply = view("2", "Nice", reply=reference)
    assert parsed({"post": reply, "reply": {"root": root, "parent": root}}) == ()


def test_animation_is_neither_a_link_nor_a_card() -> None:
    embed = {"external": {"uri": "https://media.tenor.com/x/party.gif?hh=1", "title": "Party"}}
    (post,) = parsed({"post": view("1", "#DistributedSystems", embed=embed)})
    assert (post.links, post.cards) == ((), ())


def test_url_in_a_facet_without_a_usable_url_is_a_link() -> None:
    text = "https://blog.example/leases #DistributedSystems"
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "blog.example"}
    facet = {"index": {"byteStart": 0, "byteEnd": 27}, "features": [feature]}
    (post,) = parsed({"post": view("1", text, facets=[facet])})
    assert [link.url for link in post.links] == ["https://blog.example/leases"]
