"""Misskey: forward and backward paging, and what authors allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.posts import Consent, Post
from tests.sources.recorded import DATA, answer, answers, play, source

PAGE = "https://mk.example/api/notes/search-by-tag"
NOTE = json.loads((DATA / "misskey/page.json").read_text(encoding="utf-8"))[0]
LENIENT = {"consent": "lenient"}


def parsed(user: dict[str, Any] | None = None, **fields: Any) -> list[Post]:
    """The posts of a recorded note with these fields, and this account, under a lenient policy."""
    row = NOTE | {"user": NOTE["user"] | (user or {})} | fields
    body = json.dumps([row]).encode()
    batch = source("misskey", **LENIENT).parse_response(answer(PAGE, body), None)
    return list(batch.posts)


def page_of(size: int) -> bytes:
    return json.dumps([NOTE | {"id": f"a5t0c3k{1000 - number}"} for number in range(size)]).encode()


def test_first_page_is_the_newest_and_later_runs_continue_after_the_cursor() -> None:
    polled = source("misskey")
    first = json.loads(polled.first_request(None).body or "")
    later = json.loads(polled.first_request("a5t0c3k1xw").body or "")
    assert first == {"tag": "DistributedSystems", "limit": 100, "renote": False}
    assert later == first | {"sinceId": "a5t0c3k1xw"}


def test_full_page_is_followed_by_older_notes_in_the_first_run() -> None:
    batch = source("misskey").parse_response(answer(PAGE, page_of(100)), None)
    (older,) = batch.next_requests
    assert json.loads(older.body or "")["untilId"] == "a5t0c3k901"
    assert batch.cursor == "a5t0c3k1000"
    assert source("misskey").parse_response(answer(older.url, page_of(5)), None).cursor is None


def test_full_page_after_the_cursor_is_followed_by_newer_notes() -> None:
    batch = source("misskey").parse_response(answer(f"{PAGE}#sinceId=x", page_of(100)), "x")
    (newer,) = batch.next_requests
    assert json.loads(newer.body or "")["sinceId"] == "a5t0c3k1000"


@pytest.mark.parametrize(
    "user",
    [
        {"noCrawle": True},
        {"isExplorable": False},
        {"isIndexable": False},
        {"noindex": True},
        {"requireSigninToViewContents": True},
        {"name": "Ada #nobot"},
    ],
)
def test_opt_out_of_an_account_leaves_only_the_link(user: dict[str, Any]) -> None:
    (post,) = parsed(user)
    assert post.consent is Consent.LINK_ONLY
    assert (post.text, post.url) == ("", "")
    assert [link.url for link in post.links] == ["https://blog.example/leases"]


@pytest.mark.parametrize(
    ("policy", "level"),
    [("considerate", Consent.REFERENCE), ("strict", Consent.LINK_ONLY), ("lenient", Consent.FULL)],
)
def test_policy_decides_if_the_server_does_not_report_the_settings(
    policy: str, level: Consent
) -> None:
    post = play(source("misskey", consent=policy), answers("misskey")).posts[0]
    assert post.consent is level


def test_lenient_policy_does_not_apply_to_an_account_of_another_server() -> None:
    assert [post.consent for post in parsed({"host": "far.example"})] == [Consent.REFERENCE]
    assert [post.consent for post in parsed()] == [Consent.FULL]


def test_reported_settings_that_allow_it_give_the_text() -> None:
    post = play(source("misskey"), answers("misskey")).posts[1]
    assert (post.consent, post.sensitive) == (Consent.FULL, True)
    assert post.uri == "https://far.example/notes/9zz"
    assert post.author is not None
    assert post.author.handle == "bob@far.example"
    assert [link.url for link in post.links] == ["https://blog.example/quorums"]


@pytest.mark.parametrize("visibility", ["home", "followers", "specified", "", None])
def test_note_that_is_not_public_leaves_only_its_link(visibility: str | None) -> None:
    (post,) = parsed(visibility=visibility)
    assert (post.consent, post.text) == (Consent.LINK_ONLY, "")


def test_local_note_leaves_only_its_link() -> None:
    assert [post.consent for post in parsed(localOnly=True)] == [Consent.LINK_ONLY]


@pytest.mark.parametrize("fields", [{"isHidden": True}, {"deletedAt": "2026-11-20T00:00:00Z"}])
def test_hidden_or_deleted_note_is_left_out(fields: dict[str, Any]) -> None:
    assert parsed(**fields) == []


def test_link_of_the_quoted_note_is_not_an_article() -> None:
    quoted = {
        "id": "a1",
        "url": "https://far.example/notes/q1",
        "uri": "https://far.example/notes/q1",
    }
    (post,) = parsed(
        text="RE https://far.example/notes/q1 and https://blog.example/x", renote=quoted
    )
    assert [link.url for link in post.links] == ["https://blog.example/x"]


def test_name_has_no_shortcodes() -> None:
    (post,) = parsed()
    assert post.author is not None
    assert (post.author.name, post.author.handle) == ("Ada", "ada@mk.example")


@pytest.mark.parametrize("options", [{"server": "https://mk.example"}, {"hashtag": "#"}])
def test_invalid_option_is_an_error(options: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        source("misskey", **options)
