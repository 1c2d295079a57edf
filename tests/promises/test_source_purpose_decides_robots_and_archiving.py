"""The purpose that a source declares decides robots.txt and archiving, the same by night and in a
check.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
from aiohttp import web

from tests.internet import server
from tests.promises.workspace import START, Nights, answers, nights_with

CLOSED = "closed-source.example"
OPEN = "open-source.example"
TEXT = "<p>Replicas vote, a leader is chosen, and the log is kept in one order by all.</p>" * 9
HEAD = "<html><head><title>Consensus</title>{}</head>"
NOARCHIVE = '<meta name="robots" content="noarchive">'


def _page(path: str) -> web.Response:
    head = HEAD.format(NOARCHIVE if "noarchive" in path else "")
    return web.Response(text=f"{head}<body><article>{TEXT}", content_type="text/html")


HOSTS = {host: answers(_page) for host in (CLOSED, OPEN)}
PURPOSES = ("page", "feed", "api")


def _table(host: str, purpose: str, folder: str = "private") -> str:
    return (
        f'[[source]]\nname = "{host} {folder} {purpose}"\nkind = "tests.promises.page_source"\n'
        f'url = "https://{host}/{folder}/{purpose}.html"\npurpose = "{purpose}"\n\n'
    )


SOURCES = "".join(_table(host, purpose) for host in (CLOSED, OPEN) for purpose in PURPOSES)
SOURCES += _table(OPEN, "page", "noarchive")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(server.ROBOTS, CLOSED, "User-agent: *\nDisallow: /\n")
        with nights_with(tmp_path_factory.mktemp("purpose"), SOURCES, HOSTS) as nights:
            nights.run(START)
            yield nights


def test_night_refuses_a_page_that_robots_txt_disallows(nights: Nights) -> None:
    assert nights.internet.requests[CLOSED, "/robots.txt"] == 1
    assert nights.internet.requests[CLOSED, "/private/page.html"] == 0
    (row,) = nights.query(
        "SELECT last_outcome FROM sources WHERE name = ?", f"{CLOSED} private page"
    )
    assert row == ("blocked_robots",)


def test_night_and_check_agree_on_every_source(nights: Nights) -> None:
    by_night = dict(nights.query("SELECT name, last_outcome FROM sources"))
    lines = nights.command("sources", "check", "--json").output.splitlines()
    probes = [json.loads(line) for line in lines]
    checked = {probe["name"]: probe["outcome"] for probe in probes}
    assert checked == by_night


def test_fetches_record_the_declared_purpose(nights: Nights) -> None:
    recorded = nights.query("SELECT purpose, url FROM fetches WHERE purpose <> 'robots'")
    assert {purpose for purpose, _ in recorded} == set(PURPOSES)
    assert all(f"/{purpose}.html" in url for purpose, url in recorded)


def test_pages_and_feeds_are_archived_and_api_responses_are_not(nights: Nights) -> None:
    segments = (nights.folder / "data/state/archive").glob("*.warc.gz")
    archived = b"".join(gzip.decompress(path.read_bytes()) for path in segments)
    assert f"WARC-Target-URI: https://{OPEN}/private/page.html".encode() in archived
    assert f"WARC-Target-URI: https://{OPEN}/private/feed.html".encode() in archived
    assert f"WARC-Target-URI: https://{OPEN}/private/api.html".encode() not in archived
    assert b"noarchive/page.html" not in archived
