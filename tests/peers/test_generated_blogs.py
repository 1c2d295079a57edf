"""Blogs of four generators behind nginx with gzip and ETag: every entry, then only 304.

Skipped unless `make peers` has installed the generators.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.internet.server import Internet
from tests.peers.blogs import GENERATORS, POSTS, Blog
from tests.peers.processes import certificate, free_port, listening
from tests.promises.workspace import ROOT, START, Nights, feed_source, workspace_settings

PEERS = Path(os.environ.get("HASHTRAIL_PEERS", "/nonexistent"))
pytestmark = [
    pytest.mark.skipif(not PEERS.is_dir(), reason="run: make peers"),
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is missing"),
]
_CONFIG = """daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; etag on; gzip on; gzip_min_length 20; gzip_proxied any;
  gzip_types text/xml application/xml application/rss+xml application/atom+xml;
  types {{ text/html html; application/xml xml; }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port} ssl; server_name {host}; root {root};
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
  }}
}}
"""


@contextmanager
def _nginx(folder: Path, blog: Blog) -> Iterator[Internet]:
    """Serve a blog with nginx on a free port of 127.0.0.1 until the block ends."""
    authority, port, config = certificate(folder, blog.host), free_port(), folder / "nginx.conf"
    values = {"folder": folder, "port": port, "host": blog.host, "root": blog.files}
    config.write_text(_CONFIG.format(**values), encoding="utf-8")
    with listening(port, "nginx", "-c", config, "-p", folder):
        yield Internet(port, authority, {})


def _served(blog: Blog, internet: Internet) -> str:
    """Return the headers of the feed, so that a test of 304 is a test of gzip and ETag."""
    context = ssl.create_default_context(cafile=str(internet.ca_file))
    request = f"GET {blog.feed} HTTP/1.1\r\nHost: {blog.host}\r\nAccept-Encoding: gzip\r\n"
    with (
        socket.create_connection(("127.0.0.1", internet.port), 10) as plain,
        context.wrap_socket(plain, server_hostname=blog.host) as connection,
    ):
        connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
        return connection.recv(4_000).decode("latin-1").partition("\r\n\r\n")[0]


@pytest.mark.parametrize("generator", sorted(GENERATORS))
def test_all_entries_are_read_and_the_second_night_gets_only_304(
    tmp_path: Path, generator: str
) -> None:
    if generator == "eleventy" and not (PEERS / "node/node_modules").is_dir():
        pytest.skip("npm is missing")
    blog = GENERATORS[generator](tmp_path / "blog", PEERS)
    with _nginx(tmp_path / "nginx", blog) as internet:
        headers = _served(blog, internet)
        assert "Content-Encoding: gzip" in headers
        assert "ETag: W/" in headers
        nights = _nights(tmp_path / "workspace", blog, internet)
        nights.run(START, "crawl")
        titles = nights.query("SELECT title, state FROM articles ORDER BY title")
        assert titles == sorted((title, "ok") for title, _ in POSTS.values())
        first = _outcomes(nights, 1)
        nights.run(START + timedelta(days=1), "crawl", due_now=True)
        second = _outcomes(nights, 2)
    assert first == [("feed", "ok", 1), ("page", "ok", len(POSTS))]
    assert second == [("feed", "not_modified", 1), ("page", "not_modified", len(POSTS))]


def _nights(folder: Path, blog: Blog, internet: Internet) -> Nights:
    for name in ("topics", "generated"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    sources = feed_source("Blog", blog.host, blog.feed)
    (folder / "data/sources.toml").write_text(sources, encoding="utf-8")
    settings = workspace_settings(internet)
    (folder / "data/hashtrail.toml").write_text(settings, encoding="utf-8")
    return Nights(folder, internet)


def _outcomes(nights: Nights, run_id: int) -> list[tuple[str, str, int]]:
    sql = (
        "SELECT purpose, outcome, count(*) FROM fetches WHERE run_id = ? "
        "AND purpose IN ('feed', 'page') GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return nights.query(sql, run_id)
