"""The reason that an API gives for an error is in the message of the failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.fetch.api_messages import api_message, is_json
from crawler.fetch.classify_response import classify_response
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure

NOW = datetime(2026, 5, 1, tzinfo=UTC)
URL = "https://api.example/x"


def error(body: bytes, content_type: str = "application/json; charset=utf-8") -> Response:
    return Response(URL, URL, 400, (("content-type", content_type),), body, NOW)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error":"InvalidRequest","message":"Profile not found"}', "Profile not found"),
        (b'{"error":"This method requires a user"}', "This method requires a user"),
        (b'{"error":{"code":"NO_SUCH_NOTE","message":"No such note."}}', "No such note."),
        (b'{"error_id":502,"error_message":"too many requests"}', "too many requests"),
        (b'{"error":"","message":null}', ""),
        (b'{"message":"a\\nb\\u202ec\\u0007"}', "a bc"),
        (b'{"error":{"error":{"message":"nested"}}}', ""),
        (b'["error"]', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_message_of_each_api_is_one_clean_line(body: bytes, message: str):
    assert api_message(error(body)) == message


def test_message_is_cut_and_has_no_secret():
    long = error(b'{"message":"see https://x.example/?access_token=hunter2 ' + b"a " * 500 + b'"}')
    assert len(api_message(long)) <= 200
    assert "hunter2" not in api_message(long)


def test_html_error_page_has_no_message():
    assert api_message(error(b'{"message":"x"}', "text/html")) == ""


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/Problem+JSON; charset=utf-8", True),
        ("text/html", False),
        ("", False),
    ],
)
def test_json_is_recognized_by_its_media_type(content_type: str, expected: bool):
    assert is_json(content_type) is expected


def test_failure_states_status_and_reason():
    failure = classify_response(error(b'{"message":"Profile not found"}'), NOW)
    assert isinstance(failure, Failure)
    assert failure.message == "HTTP 400 Bad Request: Profile not found"
