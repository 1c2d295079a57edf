"""Secrets of the operator: read when a request is sent, and in no value that is stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.fetch.redirects import redirected_request
from crawler.fetch.secrets import SecretError, read_secret, with_secrets
from crawler.models.http_exchange import FetchRequest, Hop, Response
from crawler.models.outcomes import Failure, Outcome
from tests.fetch.test_http_client import NOW, exchange
from tests.hostile import HostileServer, hostile_server

VARIABLE = "HASHTRAIL_SECRET_PDS_PASSWORD"
LOGIN = FetchRequest(
    "https://pds.example/login",
    "api",
    body='{"identifier": "ada"}',
    secrets=(("password", "pds_password"),),
)


def test_secret_is_added_to_the_json_body():
    sent = with_secrets(LOGIN, {VARIABLE: " hunter2\n"})
    assert json.loads(sent.body or "") == {"identifier": "ada", "password": "hunter2"}


def test_secret_of_a_request_without_body_is_added_to_the_query():
    task = FetchRequest("https://feeds.example/x?a=1", "api", secrets=(("feed", "pds_password"),))
    assert with_secrets(task, {VARIABLE: "a&b"}).url == "https://feeds.example/x?a=1&feed=a%26b"


def test_secret_is_read_from_a_private_file(tmp_path: Path):
    path = tmp_path / "password"
    path.write_text("hunter2\n")
    path.chmod(0o600)
    assert read_secret("pds_password", {f"{VARIABLE}_FILE": str(path)}) == "hunter2"


def test_secret_is_read_from_a_credential_of_systemd(tmp_path: Path):
    path = tmp_path / "pds_password"
    path.write_text("hunter2")
    path.chmod(0o400)
    assert read_secret("pds_password", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "hunter2"


def test_file_that_others_can_read_is_refused(tmp_path: Path):
    path = tmp_path / "password"
    path.write_text("hunter2")
    path.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        read_secret("pds_password", {f"{VARIABLE}_FILE": str(path)})


@pytest.mark.parametrize("name", ["pds_password", "PATH", "../x", "", "a" * 99])
def test_missing_secret_and_invalid_name_are_errors(name: str):
    with pytest.raises(SecretError):
        read_secret(name, {"PATH": "/bin"})


def test_request_without_its_secret_is_not_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    (failure,) = exchange(LOGIN)
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.FORBIDDEN
    assert VARIABLE in failure.message


def test_secret_reaches_the_server_and_no_value(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, "hunter2")
    with hostile_server() as server:
        task = FetchRequest(server.url("/echo"), "api", secrets=(("key", "pds_password"),))
        (response,) = exchange(task)
        assert _was_sent(server, "key=hunter2")
    assert isinstance(response, Response)
    assert "hunter2" not in f"{task!r} {response.url} {response.final_url}"


def test_body_and_headers_are_not_in_the_representation_of_a_request():
    request = FetchRequest(
        "https://x.example/", "api", headers=(("authorization", "Bearer t0ken"),), body="pa55"
    )
    assert "t0ken" not in repr(request)
    assert "pa55" not in repr(request)


def test_request_with_a_secret_is_not_redirected():
    url = LOGIN.url
    response = Response(url, url, 307, (("location", "https://pds.example/other"),), b"", NOW)
    result = redirected_request(LOGIN, response, [Hop(url, 307)])
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.BAD_REDIRECT


def _was_sent(server: HostileServer, part: str) -> bool:
    return any(part in str(request) for request in server.requests)
