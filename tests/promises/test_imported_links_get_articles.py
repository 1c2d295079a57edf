"""`import`, `retag` and `build` publish the links of imported posts, without a crawl."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import cli
from crawler.errors import UsageError

LINK = "https://a.example/leases"
POST = {
    "type": "post",
    "uri": "https://trail.example/1",
    "network": "mastodon",
    "author": {"handle": "bo@trail.example", "name": "Bo"},
    "text": f"Leases and leader election: {LINK} #DistributedSystems",
    "links": [LINK],
    "cards": [{"title": "Leases explained", "link": LINK}],
}


def hashtrail(here: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(here), *words])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A workspace into which a post with a link was imported."""
    here = tmp_path / "kb"
    hashtrail(tmp_path, "init", str(here))
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps(POST))
    result = hashtrail(here, "import", str(lines))
    assert result.stdout.endswith("Next: hashtrail retag && hashtrail build\n")
    assert "Next" not in hashtrail(here, "import", str(lines)).stdout
    return here


def test_link_of_an_imported_post_becomes_an_article_with_the_title_of_its_card(
    here: Path,
) -> None:
    assert hashtrail(here, "retag").exit_code == 0
    with closing(sqlite3.connect(here / "data/state/hashtrail.db")) as db:
        articles = db.execute("SELECT url, title, state FROM articles").fetchall()
    assert articles == [(LINK, "Leases explained", "new")]
    assert hashtrail(here, "build").exit_code == 0
    (page,) = (here / "site/public/article").glob("*.html")
    assert "Leases explained" in page.read_text("utf-8")


def test_explain_names_the_post_of_a_link_without_an_article(here: Path) -> None:
    error = hashtrail(here, "explain", LINK).exception
    assert isinstance(error, UsageError)
    assert f"a link of the post {POST['uri']}" in error.message
    hashtrail(here, "retag")
    assert hashtrail(here, "explain", LINK).exit_code == 0
