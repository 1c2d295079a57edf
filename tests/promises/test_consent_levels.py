"""Each account state under each policy: the parts of a post that are stored, shown and exported."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.consent.decision import Policy
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.store import export_rows
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.workspace import bundled_path
from tests.promises.account_states import NOW, POLICIES, State, states

STATES = states()


@dataclass(frozen=True)
class Published:
    """The output under one policy: private database, the public one, the site and the export."""

    private: str
    public: sqlite3.Connection
    site: str
    export: str

    def is_found(self, words: str) -> bool:
        """Whether the full-text search over posts finds these words."""
        sql = "SELECT 1 FROM posts_fts WHERE posts_fts MATCH ?"
        return self.public.execute(sql, [f'"{words}"']).fetchone() is not None

    def shares(self, state: State) -> list[tuple[str, str, str, str]]:
        sql = (
            "SELECT s.consent, s.network, s.post_url, s.author_name FROM shares s "
            "JOIN articles a ON a.id = s.article_id WHERE a.url = ?"
        )
        return self.public.execute(sql, [state.article]).fetchall()


def publish(folder: Path, policy: Policy) -> Published:
    db = open_store(folder / "state/hashtrail.db")
    for state in STATES:
        save_posts(db, state.network, [state.post(policy)], NOW)
        attach(db, state)
    public = write_snapshot(db, folder / "public.db")
    assets = bundled_path("templates"), bundled_path("site", "assets")
    build_site(public, folder / "site/public", SiteSettings(), NOW, *assets)
    files = sorted((folder / "site/public").resolve().rglob("*"))
    site = "\n".join(p.read_bytes().decode("utf-8", "replace") for p in files if p.is_file())
    export = "\n".join(
        json.dumps(each) for each in [*export_rows.post_rows(db), *export_rows.article_rows(db)]
    )
    private = "\n".join(db.conn.iterdump())
    return Published(private, sqlite3.connect(public), site, export)


def attach(db: Database, state: State) -> None:
    """Make the link of a post the article that the crawler would have read."""
    row = [state.article, state.article, NOW.isoformat()]
    number = db.execute(
        "INSERT INTO articles (url, key, host, title, state, content_hash, first_seen) "
        "VALUES (?, ?, 'paper.example', 'A paper', 'ok', 'x', ?) RETURNING id",
        row,
    ).fetchone()[0]
    db.execute("UPDATE links SET article_id = ? WHERE url = ?", [number, state.article])
    db.execute("UPDATE cards SET article_id = ? WHERE title LIKE ?", [number, f"{state.text}%"])


@pytest.fixture(scope="module", params=POLICIES)
def policy(request: pytest.FixtureRequest) -> Policy:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def published(policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp(policy), policy)


def test_table_has_at_least_forty_account_states() -> None:
    assert len(STATES) >= 40
    assert len({(state.network, state.name) for state in STATES}) == len(STATES)


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.network}: {state.name}")
def test_state_is_stored_shown_searchable_and_exported_by_its_level(
    published: Published, policy: Policy, state: State
) -> None:
    level = state.levels[POLICIES.index(policy)]
    is_full, is_linked = level == "full", level in ("full", "reference")
    everywhere = [published.site, "\n".join(published.public.iterdump()), published.export]

    assert (state.text in published.private) is is_full
    assert (state.person in published.private) is is_full
    assert (f'"{state.person}' in published.export) is is_full
    if state.network != "feed":
        assert (state.original in published.site) is is_linked
    assert published.is_found(state.text) is is_full
    if not is_full:
        assert [place for place in everywhere if state.text in place] == []
        assert [place for place in everywhere if state.person.lower() in place.lower()] == []

    shared = published.shares(state)
    assert [row[0] for row in shared] == ([] if level == "none" else [level])
    assert all(row[1] == state.network for row in shared)
    assert all((state.original in row[2]) is is_linked for row in shared)
    assert state.article in published.site
