"""Rechecks of Mastodon statuses, on servers of several versions and on hosts without Mastodon."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Post, Provenance
from tests.sources.recorded import (
    answer,
    answers,
    answers_to_rechecks,
    play_rechecks,
    posts_to_recheck,
    refusal,
    source,
)

SERVER = "https://social.example"
STATUSES: dict[str, Any] = {
    status["id"]: status
    for page in answers("mastodon").values()
    if isinstance(page, Response) and b"uri" in page.body
    for status in json.loads(page.body)
    if "uri" in status
}
VERSION = json.dumps({"domain": "social.example", "version": "4.5.1"}).encode()
Server = Callable[[str], Response | Failure]


def post(number: str, home: str = "social.example", known_as: str | None = None) -> Post:
    where = Provenance(request=f"{SERVER}/api/v1/timelines/tag/x?limit=40", id=known_as)
    return Post("mastodon", f"https://{home}/users/x/statuses/{number}", "", provenance=where)


def alone(*standing: str, instance: str = "/api/v2/instance") -> Server:
    """A server that answers for single statuses only, with those named; the rest of it is as old as
    its instance document.
    """

    def respond(url: str) -> Response | Failure:
        path = url.removeprefix(SERVER)
        if path == instance:
            return answer(url, VERSION)
        number = path.rpartition("/")[2]
        return (
            answer(url, json.dumps(STATUSES[number]).encode())
            if number in standing
            else refusal(url, 404)
        )

    return respond


def test_server_before_4_3_gets_one_request_per_status() -> None:
    result = play_rechecks(
        source("mastodon"), posts_to_recheck("mastodon"), alone("109", "106", "98")
    )
    assert result.gone == (f"{SERVER}/users/fay/statuses/104",)
    assert [url.removeprefix(SERVER) for url in result.urls[1:]] == [
        *(f"/api/v1/statuses/{n}" for n in (109, 106, 104, 98)),
        "/api/v2/instance",
    ]


def test_server_before_4_0_reports_its_version_at_the_old_path() -> None:
    assert play_rechecks(
        source("mastodon"), (post("5"),), alone(instance="/api/v1/instance")
    ).gone == (post("5").uri,)


def test_empty_list_is_not_accepted_as_deletion() -> None:
    server = alone("109", "106", "104", "98")
    result = play_rechecks(
        source("mastodon"),
        posts_to_recheck("mastodon"),
        lambda url: answer(url, b"[]") if "?" in url else server(url),
    )
    assert not result.gone
    assert len(result.posts) == 4


def test_truncated_list_deletes_nothing() -> None:
    server = alone("106", "104", "98")
    short = json.dumps([STATUSES["109"]]).encode()
    assert not play_rechecks(
        source("mastodon"),
        posts_to_recheck("mastodon"),
        lambda url: answer(url, short) if "?" in url else server(url),
    ).gone


@pytest.mark.parametrize(
    "instance", [b"<html>This domain is for sale</html>", b"[]", b"{}", b'{"version": null}']
)
def test_host_without_mastodon_that_returns_404_deletes_nothing(instance: bytes) -> None:
    result = play_rechecks(
        source("mastodon"),
        posts_to_recheck("mastodon"),
        lambda url: answer(url, instance) if "instance" in url else refusal(url, 404),
    )
    assert not result.gone
    assert result.failures


def test_response_with_another_status_is_undecided() -> None:
    result = play_rechecks(
        source("mastodon"),
        (post("5"),),
        lambda url: answer(url, json.dumps(STATUSES["109"]).encode()),
    )
    assert not result.gone
    assert result.failures[0].message == "social.example answered with another status."


def test_remote_status_is_requested_by_its_id_on_this_server() -> None:
    (question,) = source("mastodon").recheck_requests((post("77", "far.example", known_as="1234"),))
    assert question.request.url == f"{SERVER}/api/v1/statuses/1234"
    assert source("mastodon").recheck_requests((post("77", "far.example"),)) == ()


def test_status_from_another_server_gets_no_recheck() -> None:
    moved = replace(
        post("5", known_as="5"),
        provenance=Provenance(request="https://old.example/api/v1/timelines/tag/x", id="5"),
    )
    assert source("mastodon").recheck_requests((moved,)) == ()


def test_recheck_requests_have_at_most_20_statuses() -> None:
    questions = source("mastodon").recheck_requests(
        tuple(post(str(number)) for number in range(1, 42))
    )
    assert [len(question.posts) for question in questions] == [20, 20, 1]
    assert questions[0].request.url.count("id%5B%5D=") == 20
    assert questions[2].request.url == f"{SERVER}/api/v1/statuses/41"


def test_edited_status_is_returned_with_its_new_text() -> None:
    result = play_rechecks(
        source("mastodon"),
        posts_to_recheck("mastodon"),
        answers_to_rechecks("mastodon").__getitem__,
    )
    edited = next(each for each in result.posts if each.uri.endswith("/109"))
    assert edited.text.startswith("A lease is a promise about clocks.")
    assert edited.edited
