"""`forget` and `review` as commands: one command erases everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.links.article_key import normalize_url
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from tests.store.conftest import fill

LEASES = "https://a.example/leases"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for folder in ("inbox", "curation", "topics"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data" / "hashtrail.toml").touch()
    (tmp_path / "data" / "inbox" / "paste.txt").write_text("Anna@trail.example said")
    db = fill(open_store(tmp_path / "data" / "state" / "hashtrail.db"))
    db.execute("UPDATE articles SET key = ?", [normalize_url(LEASES).key])
    write_snapshot(db, tmp_path / "data" / "state" / "public.db")
    db.close()
    return tmp_path


def run(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words], catch_exceptions=False)


def test_one_command_erases_an_author_from_database_snapshot_and_site(here: Path) -> None:
    run(here, "build")
    assert b"Anna" in b"".join(
        path.read_bytes() for path in (here / "site" / "public").rglob("*.html")
    )
    told = json.loads(run(here, "forget", "anna@trail.example", "--json").stdout)
    assert {name: told[name] for name in ("authors", "posts", "articles", "links")} == {
        "authors": 1,
        "posts": 1,
        "articles": 1,
        "links": 0,
    }
    assert (told["published"], told["problems"], told["left_in"]) == (
        True,
        [],
        ["data/inbox/paste.txt"],
    )
    kept = [
        path for path in here.rglob("*") if path.is_file() and b"anna" in path.read_bytes().lower()
    ]
    assert kept == [here / "data" / "inbox" / "paste.txt"]


def test_restored_backup_contains_no_erased_rows(here: Path) -> None:
    made = run(here, "backup").stdout.strip()
    saved = Path(made).read_bytes()
    run(here, "forget", "anna@trail.example")
    assert json.loads(run(here, "restore", made, "--json").stdout)["forgotten_again"] == 0
    assert open_store(here / "data" / "state" / "hashtrail.db").table("posts").count == 0
    Path(made).write_bytes(saved)  # a copy that was stored elsewhere
    assert json.loads(run(here, "restore", made, "--json").stdout)["forgotten_again"] == 5
    assert open_store(here / "data" / "state" / "hashtrail.db").table("posts").count == 0


def test_review_lists_open_items(here: Path) -> None:
    assert json.loads(run(here, "review", "--json").stdout) == {"counts": {}, "waiting": []}
    open_store(here / "data" / "state" / "hashtrail.db").execute(
        "UPDATE taggings SET confidence = 'weak'"
    )
    assert run(here, "review").stdout.startswith(
        "topic-weak  https://a.example/leases  perhaps leases"
    )
