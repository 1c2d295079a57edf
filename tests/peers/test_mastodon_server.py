"""A Mastodon server fed by Mastodon.py: two pages, an edit, a deletion, and flags of accounts.

Skipped unless `make peers` has installed both.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.internet.server import Internet
from tests.peers.processes import certificate, free_port, listening
from tests.promises.workspace import ROOT, Nights, workspace_settings

PEERS = Path(os.environ.get("HASHTRAIL_PEERS", "/nonexistent"))
pytestmark = pytest.mark.skipif(not PEERS.is_dir(), reason="run: make peers")
HOST = "social.example"
SOURCE = f'[[source]]\nname = "S"\nkind = "mastodon"\nserver = "{HOST}"\nhashtag = "Raft"\n'
ADA, GRACE = "ada_token", "grace_token"  # accounts of the demo data
TWO_PAGES = 45  # a page has at most 40 statuses
Call = tuple[str, str, dict[str, Any]]


@contextmanager
def _server(folder: Path) -> Iterator[Internet]:
    """Run the server with its demo accounts until the block ends."""
    authority, port = certificate(folder, HOST), free_port()
    pem = folder / "server.pem"
    config = folder / "server.toml"
    config.write_text(f'[database]\npath = "{folder / "server.db"}"\n', encoding="utf-8")
    options = ("--config", config, "--demo", "--domain", HOST, "--log-level", "critical")
    tls = ("--ssl-keyfile", pem, "--ssl-certfile", pem)
    address = ("--host", "127.0.0.1", "--port", port)
    with listening(port, PEERS / "venv/bin/mastodon_mock", "serve", *options, *tls, *address):
        yield Internet(port, authority, {})


def _client(internet: Internet, *calls: Call) -> list[str]:
    """Make the calls with Mastodon.py, in the Python of the peers. Return the ids of statuses."""
    python, script = PEERS / "venv/bin/python", Path(__file__).with_name("mastodon_client.py")
    server, authority = f"https://127.0.0.1:{internet.port}", internet.ca_file
    command = [python, script, server, authority, json.dumps(calls)]
    output = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True)
    return list(json.loads(output.stdout))


def _post(token: str, text: str, **options: Any) -> Call:
    return token, "status_post", {"status": text, **options}


def _opt_in(database: Path, username: str) -> None:
    """Let search engines index an account. The server has no request for this setting."""
    with closing(sqlite3.connect(database)) as db, db:
        changed = db.execute("UPDATE accounts SET indexable = 1 WHERE username = ?", [username])
        assert changed.rowcount == 1


def _nights(folder: Path, internet: Internet) -> Nights:
    for name in ("topics", "generated"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    (folder / "data/sources.toml").write_text(SOURCE, encoding="utf-8")
    settings = workspace_settings(internet)
    (folder / "data/hashtrail.toml").write_text(settings, encoding="utf-8")
    return Nights(folder, internet)


def test_pages_edits_deletions_and_flags_of_a_server_are_read(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with _server(tmp_path / "server") as internet:
        _opt_in(tmp_path / "server/server.db", "ada")
        posts = [_post(ADA, f"Log entry {n} of the leader #Raft") for n in range(TWO_PAGES)]
        ids = _client(internet, *posts)
        private = _post(ADA, "For followers #Raft", visibility="private")
        _client(internet, private, _post(GRACE, "Grace never opted in #Raft"))
        nights = _nights(tmp_path / "workspace", internet)

        nights.run(now, "crawl")
        by_ada = nights.query("SELECT text FROM posts WHERE text LIKE 'Log entry%'")
        assert len(by_ada) == TWO_PAGES
        assert nights.query("SELECT count(*) FROM posts WHERE text LIKE '%followers%'") == [(0,)]
        assert nights.query("SELECT count(*) FROM posts WHERE text LIKE '%opted in%'") == [(0,)]

        edit = {"id": ids[0], "status": "Log entry 0, corrected #Raft"}
        _client(internet, (ADA, "status_update", edit), (ADA, "status_delete", {"id": ids[1]}))
        for day in (1, 2):
            nights.run(now + timedelta(days=day), "crawl", due_now=True)
        assert nights.query("SELECT count(*) FROM posts WHERE text LIKE '%corrected%'") == [(1,)]
        deleted = nights.query("SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL")
    assert deleted == [(1,)]
