"""Request headers: identification, validators and redirect targets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.fetch.request_headers import redirect_target, request_headers, robots_token, user_agent
from crawler.models.http_exchange import FetchRequest, Response
from crawler.settings.fetch import FetchSettings

URL = "http://example.org/a/b?c"


def redirect(location: str, status: int = 302) -> Response:
    return Response(
        URL, URL, status, (("location", location),), b"", datetime(2026, 5, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "validator",
    [
        '"x"',
        'W/"x"',
        "x",
        '"a,b;c=d"',
        '"abc-gzip"',
        "Fri, 01 May 2026 13:00:00 GMT",
        "yesterday",
        '"' + "x" * 1022 + '"',
    ],
)
def test_validators_are_sent_back_byte_for_byte(validator: str):
    headers = request_headers(
        FetchRequest(URL, "page", etag=validator, last_modified=validator), "us"
    )
    assert (headers["if-none-match"], headers["if-modified-since"]) == (validator, validator)


@pytest.mark.parametrize(
    "validator",
    [None, "", '"' + "x" * 1023 + '"', '"x"\r\nHost: evil', '"\x00"', '"é"', '"\x80"', "\x7f"],
)
def test_unprintable_and_long_validators_are_not_sent(validator: str | None):
    headers = request_headers(
        FetchRequest(URL, "page", etag=validator, last_modified=validator), "us"
    )
    assert not headers.keys() & {"if-none-match", "if-modified-since"}


def test_cookie_referrer_and_host_headers_are_never_sent():
    task = FetchRequest(
        URL,
        "page",
        headers=(("Cookie", "a=b"), ("Referer", URL), ("Host", "x"), ("Authorization", "Bearer t")),
    )
    assert set(request_headers(task, "us")) == {
        "user-agent",
        "accept",
        "accept-encoding",
        "authorization",
    }


def test_user_agent_has_product_version_and_contact():
    assert user_agent(FetchSettings()).startswith("hashtrail/")
    assert user_agent(FetchSettings(contact="https://example.org/bot")).endswith(
        " (+https://example.org/bot)"
    )
    assert robots_token(FetchSettings()) == "hashtrail"
    assert (
        robots_token(FetchSettings(user_agent="My-Reader_x/2.0 (+mailto:a@example.org)"))
        == "My-Reader_x"
    )


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/x", "http://example.org/x"), ("x", "http://example.org/a/x"),
        ("?q", "http://example.org/a/b?q"), ("//b.example/", "http://b.example/"),
        ("https://b.example", "https://b.example/"), ("/x#part", "http://example.org/x"),
        ("/café", "http://example.org/caf%C3%A9"), ("/a/../c", "http://example.org/c"),
        ("HTTP://B.EXAMPLE/X", "http://b.example/X"), (" /x ", "http://example.org/x"),
        ("http://①②⑦.1/", "http://127.0.0.1/"),
        ("", None), ("file:///etc/passwd", None), ("javascript:alert(1)", None),
        ("data:text/html,x", None), ("ftp://b.example/", None), ("http://[::1", None),
        ("mailto:a@example.org", None),
    ],
)  # fmt: skip
def test_redirect_target_is_an_absolute_http_url_or_none(location: str, target: str | None):
    assert redirect_target(redirect(location)) == target


def test_status_outside_300_has_no_redirect_target():
    assert redirect_target(redirect("/x", status=200)) is None
