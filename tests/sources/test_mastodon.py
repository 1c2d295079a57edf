"""Mastodon: forward cursors, Link paging, closed timelines, and what authors allow."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from crawler.errors import ConfigurationError
from crawler.models.outcomes import Outcome
from crawler.models.posts import Consent, Link, Post
from tests.sources.recorded import NOW, answer, answers, play, refusal, source

PAGE = "https://social.example/api/v1/timelines/tag/DistributedSystems?limit=40"
INSTANCE = "https://social.example/api/v2/instance"


def _posts() -> dict[str, Post]:
    return {
        post.uri.rsplit("/", 1)[1]: post
        for post in play(source("mastodon"), answers("mastodon")).posts
    }


def _access(local: str, remote: str) -> bytes:
    return json.dumps(
        {
            "configuration": {
                "timelines_access": {"hashtag_feeds": {"local": local, "remote": remote}}
            }
        }
    ).encode()


def test_first_night_pages_backwards_and_the_next_forwards_by_min_id() -> None:
    first = play(source("mastodon"), answers("mastodon"))
    assert first.batches[0].next_requests[0].url == f"{PAGE}&max_id=104"
    assert first.cursor == "min_id=109"
    assert source("mastodon").first_request(first.cursor).url == f"{PAGE}&min_id=109"


def test_forward_paging_stops_at_an_empty_page_and_longer_ids_are_newer() -> None:
    polled = source("mastodon")
    status = json.loads(answers("mastodon")[PAGE].body)[0]
    known = {
        f"{PAGE}&min_id=99": answer(
            f"{PAGE}&min_id=99",
            json.dumps([status | {"id": "101"}, status | {"id": "100"}]).encode(),
        ),
        f"{PAGE}&min_id=101": answer(f"{PAGE}&min_id=101", b"[]"),
        INSTANCE: answer(INSTANCE, _access("public", "public")),
    }
    night = play(polled, known, "min_id=99")
    assert (len(night.batches), night.cursor) == (3, "min_id=101")


def test_link_header_of_another_server_is_not_followed() -> None:
    response = replace(
        answers("mastodon")[PAGE],
        headers=(("link", '<https://evil.example/x?max_id=5>; rel="next"'),),
    )
    assert [
        request.url for request in source("mastodon").parse_response(response, None).next_requests
    ] == [f"{PAGE}&max_id=5"]


def test_closed_timeline_is_a_failure() -> None:
    known = {PAGE: answer(PAGE, b"[]"), INSTANCE: answer(INSTANCE, _access("disabled", "disabled"))}
    failure = play(source("mastodon"), known).batches[-1].failure
    assert failure is not None
    assert failure.outcome is Outcome.FORBIDDEN


def test_single_open_half_is_requested_and_stored_in_the_cursor() -> None:
    narrow = f"{PAGE}&local=true"
    known = {
        PAGE: refusal(PAGE, 401),
        INSTANCE: answer(INSTANCE, _access("public", "authenticated")),
        narrow: replace(answers("mastodon")[PAGE], url=narrow, headers=()),
    }
    batches = play(source("mastodon"), known).batches
    assert batches[-1].cursor == "local=true&min_id=109"
    assert batches[-1].posts


def test_server_that_refuses_everything_gets_at_most_three_requests() -> None:
    known = {PAGE: refusal(PAGE, 401), INSTANCE: refusal(INSTANCE, 404)}
    batches = play(source("mastodon"), known).batches
    assert batches[0].failure is not None
    assert len(batches) == 2


def test_404_for_an_unused_hashtag_gives_no_failure() -> None:
    assert source("mastodon").parse_response(refusal(PAGE, 404), None).failure is None


def test_text_links_cards_and_hashtags_are_parsed_as_written() -> None:
    post = _posts()["109"]
    assert post.text == (
        "A lease is a promise about time.\n"
        "https://blog.example/leases-and-clocks?utm_source=m\n\n#DistributedSystems @bob"
    )
    assert post.links == (
        Link(
            "https://blog.example/leases-and-clocks?utm_source=m",
            "https://blog.example/leases-and-clocks?utm_source=m",
        ),
    )
    assert post.hashtags == ("DistributedSystems",)
    assert [(card.title, card.site_name, card.link) for card in post.cards] == [
        ("Leases and clocks", "Example Blog", "https://blog.example/leases-and-clocks")
    ]
    assert post.author is not None
    assert post.author.handle == "ada@social.example"


def test_indexable_false_leaves_a_reference_without_text_and_name() -> None:
    post = _posts()["108"]
    assert (post.consent, post.text, post.html, post.cards) == (Consent.REFERENCE, "", "", ())
    assert (post.url, post.hashtags) == ("https://social.example/@ben/108", ("DistributedSystems",))
    assert post.links == (Link("https://paper.example/quorums.pdf"),)
    assert post.author
    assert (post.author.name, post.author.url) == ("", "")


def test_nobot_in_the_bio_leaves_only_the_link() -> None:
    post = _posts()["107"]
    assert (post.consent, post.text, post.url, post.hashtags) == (Consent.LINK_ONLY, "", "", ())
    assert len(post.links) == 1
    assert post.reasons == ("profile says 'nobot'",)


@pytest.mark.parametrize(
    ("policy", "missing", "false"),
    [
        ("considerate", Consent.REFERENCE, Consent.REFERENCE),
        ("strict", Consent.LINK_ONLY, Consent.LINK_ONLY),
        ("lenient", Consent.FULL, Consent.FULL),
    ],
)
def test_policy_decides_about_accounts_that_did_not_opt_in(
    policy: str, missing: Consent, false: Consent
) -> None:
    posts = play(source("mastodon", consent=policy), answers("mastodon")).posts
    levels = {post.uri[-3:]: post.consent for post in posts}
    assert (levels["106"], levels["108"], levels["107"]) == (missing, false, Consent.LINK_ONLY)


def test_unlisted_post_without_links_is_left_out_and_limited_account_keeps_its_link() -> None:
    night = play(source("mastodon"), answers("mastodon"))
    posts = {post.uri.rsplit("/", 1)[1]: post for post in night.posts}
    assert "105" not in posts
    assert (posts["99"].consent, posts["99"].reasons) == (Consent.LINK_ONLY, ("account limited",))


def test_content_warning_is_placed_before_the_text() -> None:
    post = _posts()["104"]
    assert post.sensitive
    assert post.text.startswith("Outage talk\n\nThe outage")
    assert post.edited is not None
    assert post.edited < NOW


@pytest.mark.parametrize(
    "server",
    [
        "https://social.example",
        "social.example/path",
        "",
        "localhost",
        "a b.example",
        "evil.example@x",
    ],
)
def test_server_must_be_a_host_name(server: str) -> None:
    with pytest.raises(ConfigurationError, match="host name"):
        source("mastodon", server=server)


def test_self_answers_form_one_thread_and_answers_to_others_none() -> None:
    status = json.loads(answers("mastodon")[PAGE].body)[0]
    account = status["account"] | {"id": "7", "indexable": True}

    def part(number: int, before: int | None, answered: str | None = "7") -> dict[str, object]:
        uri = f"https://social.example/users/ada/statuses/{number}"
        answers_to = {
            "in_reply_to_id": str(before) if before else None,
            "in_reply_to_account_id": answered if before else None,
        }
        return status | answers_to | {"id": str(number), "uri": uri, "account": account}

    page = [
        part(13, 12),
        part(12, 11),
        part(11, None),
        part(21, 20),
        part(31, 11, "8"),
        part(41, None),
    ]
    posts = source("mastodon").parse_response(answer(PAGE, json.dumps(page).encode()), None).posts
    root = "https://social.example/users/ada/statuses/11"
    assert [(post.thread_key, post.thread_position) for post in posts] == [
        (root, 3),
        (root, 2),
        (root, 1),
        ("mastodon:social.example:20", 2),
        (None, None),
        (None, None),
    ]


def test_circular_thread_is_parsed_without_endless_loop() -> None:
    status = json.loads(answers("mastodon")[PAGE].body)[0]
    account = status["account"] | {"id": "7"}
    shared = status | {"account": account, "in_reply_to_account_id": "7"}
    circle = [
        shared | {"id": each, "uri": f"https://social.example/{each}", "in_reply_to_id": before}
        for each, before in ("12", "21")
    ]
    assert (
        len(
            source("mastodon").parse_response(answer(PAGE, json.dumps(circle).encode()), None).posts
        )
        == 2
    )
