"""The app password of the operator and the tokens of its session are in no file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from tests.promises.workspace import START, nights_with

PASSWORD, ACCESS, REFRESH = "pa55-w0rd-0f-app", "access.t0ken.value", "refresh.t0ken.value"
SECRETS = (PASSWORD, ACCESS, REFRESH)
HOST, PDS = "pds.example", "host.pds.example"
SEARCH = "/xrpc/app.bsky.feed.searchPosts"


@dataclass
class Server:
    """A server of accounts: the logins and the authorization headers that it received."""

    accepts: bool = True
    logins: list[dict[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        if request.path == SEARCH:
            self.headers.append(request.headers.get("authorization", ""))
            return web.json_response({"posts": [_view(request.query["tag"])]})
        self.logins.append(json.loads(await request.text()))
        if not self.accepts:
            error = {"error": "AuthenticationRequired", "message": "Invalid password"}
            return web.json_response(error, status=401)
        service = {"id": "#atproto_pds", "serviceEndpoint": f"https://{PDS}"}
        return web.json_response(
            {"accessJwt": ACCESS, "refreshJwt": REFRESH, "didDoc": {"service": [service]}}
        )


def _view(hashtag: str) -> dict[str, object]:
    return {
        "uri": f"at://did:plc:ada/app.bsky.feed.post/{hashtag.lower()}",
        "author": {"did": "did:plc:ada", "handle": "ada.example"},
        "record": {"text": f"Leases #{hashtag}", "createdAt": "2026-11-20T10:00:00Z"},
        "indexedAt": "2026-11-20T10:00:00Z",
    }


def _table(hashtag: str) -> str:
    return (
        f'[[source]]\nname = "{hashtag}"\nkind = "bluesky_search"\naccount = "me.example"\n'
        f'hashtag = "{hashtag}"\nserver = "{HOST}"\n\n'
    )


def _contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in filter(Path.is_file, folder.rglob("*")):
        data = path.read_bytes()
        yield path, gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


@pytest.mark.parametrize("accepts", [True, False])
def test_password_and_tokens_are_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accepts: bool
) -> None:
    monkeypatch.setenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", PASSWORD)
    server = Server(accepts)
    tables = _table("Raft") + _table("Paxos")
    hosts = {HOST: server.handle, PDS: server.handle}
    with nights_with(tmp_path, tables, hosts) as nights:
        nights.run(START, "crawl")
        nights.command("status")
        leaks = [
            path.name
            for path, data in _contents(tmp_path)
            for secret in SECRETS
            if secret.encode() in data
        ]
    assert leaks == []
    assert server.logins[0] == {"identifier": "me.example", "password": PASSWORD}


def test_sources_of_one_account_share_a_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", PASSWORD)
    server = Server()
    hosts = {HOST: server.handle, PDS: server.handle}
    with nights_with(tmp_path, _table("Raft") + _table("Paxos"), hosts) as nights:
        nights.run(START, "crawl")
        texts = nights.query("SELECT text FROM posts ORDER BY text")
    assert texts == [("Leases #Paxos",), ("Leases #Raft",)]
    assert len(server.logins) == 1
    assert server.headers == [f"Bearer {ACCESS}"] * 2


def test_refused_login_is_reported_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", PASSWORD)
    hosts = {HOST: Server(accepts=False).handle}
    with nights_with(tmp_path, _table("Raft"), hosts) as nights:
        nights.run(START, "crawl")
        (outcome,) = nights.query("SELECT last_outcome FROM sources")
        messages = nights.query("SELECT message FROM fetches")
    assert outcome == ("forbidden",)
    assert messages == [("HTTP 401 Unauthorized: Invalid password",)]


def test_missing_secret_is_reported_with_the_variable_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD", raising=False)
    server = Server()
    with nights_with(tmp_path, _table("Raft"), {HOST: server.handle}) as nights:
        nights.run(START, "crawl")
        ((message,),) = nights.query("SELECT message FROM fetches")
    assert "set HASHTRAIL_SECRET_BLUESKY_APP_PASSWORD" in message
    assert server.logins == []
