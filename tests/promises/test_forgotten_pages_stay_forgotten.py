"""A crawl never stores an erased page again: by redirect, canonical URL, feed or linking page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from sqlite_utils import Database

from crawler.crawl import fetch_articles
from crawler.store.erase_rows import ErasedRows, delete_matching
from tests.promises.pages_world import HOST, World, page, pages_world

START = datetime(2027, 1, 1, 2, tzinfo=UTC)
FORGOTTEN = f"https://{HOST}/forgotten"
LINK = f'<p>See <a href="{FORGOTTEN}?utm_source=blog">this page</a> at {FORGOTTEN} now.</p>'
FEED = f"""<rss version="2.0"><channel><title>Pages</title><item><title>Forgotten leases</title>
<link>{FORGOTTEN}?utm_source=rss</link><description>About leases</description></item></channel>
</rss>"""


def _short(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"{FORGOTTEN}?utm_source=short")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One page is forgotten; then other pages and a feed lead to it."""
    with pages_world(
        tmp_path_factory.mktemp("forgotten"), START, ["/forgotten", "/neighbour"]
    ) as made:
        made.answers = {
            "/forgotten": lambda request: page("Forgotten leases"),
            "/neighbour": lambda request: page("Neighbour"),
        }
        made.night(1)
        made.command("forget", FORGOTTEN)
        made.answers |= {
            "/neighbour": lambda request: page("Neighbour again", text=LINK * 20),
            "/short": _short,
            "/copy": lambda request: page(
                "Forgotten leases", f'<link rel="canonical" href="{FORGOTTEN}">'
            ),
            "/feed.xml": lambda request: web.Response(
                text=FEED, content_type="application/rss+xml"
            ),
        }
        paste = f"Two links #DistributedSystems https://{HOST}/short https://{HOST}/copy"
        (made.folder / "data/inbox/more.txt").write_text(paste)
        (made.folder / "data/sources.toml").write_text(
            f'[[source]]\nname = "Pages"\nkind = "feed"\nurl = "https://{HOST}/feed.xml"\n'
        )
        made.night(2)
        yield made


def test_only_the_linking_page_is_stored(world: World) -> None:
    assert [row["title"] for row in world.query("SELECT title FROM articles")] == [
        "Neighbour again"
    ]
    assert world.query("SELECT * FROM posts WHERE network = 'feed'") == []


def test_links_to_an_erased_page_are_not_stored(world: World) -> None:
    assert "at [removed] now" in world.article("/neighbour")["text"]
    assert world.query("SELECT * FROM article_links") == []


def test_links_that_redirect_to_an_erased_page_are_removed_from_posts(world: World) -> None:
    (post,) = world.query("SELECT text FROM posts WHERE text LIKE 'Two links%'")
    assert post["text"] == "Two links #DistributedSystems [removed] [removed]"


def test_verify_proves_the_erasure(world: World) -> None:
    assert not world.archived("/forgotten")
    proof = world.command("verify", "--forgotten")
    assert proof.exit_code == 0, proof.output
    assert world.command("verify").exit_code == 0


def test_pages_that_lead_to_an_erased_one_are_erased_together_although_a_run_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = 0

    def kill(_: Database) -> None:
        raise RuntimeError("The run was killed.")

    def counted(db: Database) -> ErasedRows:
        nonlocal passes
        passes += 1
        return delete_matching(db)

    with pages_world(tmp_path, START, ["/forgotten", "/neighbour"]) as made:
        made.answers = {"/forgotten": lambda request: page("Forgotten leases")}
        made.night(1)
        made.command("forget", FORGOTTEN)
        made.answers |= {"/short": _short, "/long": _short}
        paste = f"Two links #DistributedSystems https://{HOST}/short https://{HOST}/long"
        (made.folder / "data/inbox/more.txt").write_text(paste)
        with monkeypatch.context() as patched, suppress(RuntimeError):
            patched.setattr(fetch_articles, "delete_matching", kill)
            made.night(2)
        monkeypatch.setattr(fetch_articles, "delete_matching", counted)
        made.night(3)
        assert passes == 1
        (post,) = made.query("SELECT text FROM posts WHERE text LIKE 'Two links%'")
        assert post["text"] == "Two links #DistributedSystems [removed] [removed]"
        assert made.query("SELECT url FROM articles WHERE url NOT LIKE '%/neighbour'") == []
        assert made.command("verify", "--forgotten").exit_code == 0
