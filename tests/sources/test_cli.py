"""`hashtrail sources` and `hashtrail feed` over real HTTP on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import InputError, UsageError
from tests.sources.recorded import DATA

FEED = (DATA / "feed/feed.xml").read_bytes()
PAGES = {
    "/feed.xml": ("application/rss+xml", FEED),
    "/blog": ("text/html", b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">'),
    "/quiet/page": ("text/html", b"<p>No feed is announced here.</p>"),
    "/quiet/atom.xml": ("application/xml", FEED),
    "/robots.txt": ("text/plain", b""),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        media_type, body = PAGES.get(self.path, ("text/plain", b"no such page"))
        self.send_response(200 if self.path in PAGES else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        return None


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/hashtrail.toml").write_text(
        '[fetch]\nallow_private = ["127.0.0.0/8"]\ndelay_seconds = 0.0\n', encoding="utf-8"
    )
    (tmp_path / "data/sources.toml").write_text("# ours\n", encoding="utf-8")
    return tmp_path


def _run(here: Path, *words: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(
        cli, ["--workspace", str(here), *words], input=stdin, catch_exceptions=False
    )


def test_feed_of_a_page_is_discovered_added_once_and_checked(here: Path, site: str) -> None:
    assert "1 of 1 added" in _run(here, "sources", "add", f"{site}/blog").output
    assert "0 of 1 added" in _run(here, "sources", "add", f"{site}/feed.xml").output
    assert (
        (here / "data/sources.toml")
        .read_text(encoding="utf-8")
        .startswith('# ours\n\n[[source]]\nname = "Example & Sons on Systems"\n')
    )
    (checked,) = map(json.loads, _run(here, "sources", "check", "--json").stdout.splitlines())
    assert (checked["outcome"], checked["status"], checked["entries"], checked["newest"]) == (
        "ok",
        200,
        4,
        "2026-11-19T08:00:00Z",
    )
    (listed,) = map(json.loads, _run(here, "sources", "list", "--json").stdout.splitlines())
    assert listed["options"]["url"] == f"{site}/feed.xml"
    assert listed["options"]["consent"] == "considerate"


def test_check_of_a_page_names_the_feed_to_use_instead(here: Path, site: str) -> None:
    _run(here, "sources", "add", f"{site}/blog", "--unchecked", "--name", "Blog")
    output = _run(here, "sources", "check", "Blog").output
    assert "bad_feed" in output
    assert f"use {site}/feed.xml" in output


def test_well_known_path_is_tried_last(here: Path, site: str) -> None:
    assert _run(here, "sources", "discover", f"{site}/quiet/page").output.startswith(
        f"{site}/quiet/atom.xml"
    )


def test_every_feed_of_an_opml_file_is_added(here: Path, site: str) -> None:
    path = here / "list.opml"
    feeds = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="{site}{where}"/>'
        for name, where in (("One", "/feed.xml"), ("Gone", "/gone.xml"))
    )
    path.write_text(f'<opml version="2.0"><body>{feeds}</body></opml>', encoding="utf-8")
    assert "1 of 2 added" in _run(here, "sources", "add", str(path)).output
    with pytest.raises(InputError, match="hashtrail sources add"):
        _run(here, "import", str(path), "--preview")


def test_missing_source_page_and_feed_are_reported(here: Path, site: str) -> None:
    with pytest.raises(UsageError, match="no source 'Nope'"):
        _run(here, "sources", "check", "Nope")
    with pytest.raises(UsageError, match="not an http or https URL"):
        _run(here, "sources", "discover", "blog.example")
    with pytest.raises(InputError, match="not_found"):
        _run(here, "sources", "discover", f"{site}/gone")


def test_feed_filter_writes_one_document(here: Path) -> None:
    document = json.loads(
        _run(here, "feed", "--json", "--url", "https://blog.example/feed.xml", stdin=FEED).stdout
    )
    assert (document["format"], document["title"], document["outcome"]) == (
        "rss",
        "Example & Sons on Systems",
        "ok",
    )
    assert document["entries"][0] == {
        "id": "tag:blog.example,2026:1",
        "url": "https://blog.example/leases-and-clocks",
        "title": "Leases and clocks",
        "published": "2026-11-19T08:00:00Z",
        "authors": ["Ada Example"],
        "summary": "Why a lease needs a bound on drift.",
        "tags": ["Distributed systems"],
    }
    assert (
        json.loads(_run(here, "feed", "--json", stdin=b"<html></html>").stdout)["outcome"]
        == "bad_feed"
    )
