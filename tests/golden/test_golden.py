"""A site of three posts, compared byte for byte with accepted files.

Review the difference after a change of templates, then accept it:

HASHTRAIL_ACCEPT=1 python -m pytest tests/golden
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

ACCEPTED = Path(__file__).parent / "site"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def three_posts() -> Factory:
    """Two posts that share one article, and a note."""
    factory = Factory()
    factory.topic(
        "caching",
        definition="Keeping copies near the reader.",
        hashtags='["Caching"]',
        related='["idempotency"]',
    )
    factory.topic("idempotency", definition="Doing a thing twice and having it done once.")
    topics = {"caching": "certain", "idempotency": "weak"}
    article = factory.article(
        "Locks with a lease",
        "https://blog.example/leases",
        topics,
        published="2026-11-18T00:00:00Z",
    )
    factory.alias(article, "https://sho.rt/x", "redirect", "301 from sho.rt")
    ada = factory.author("Ada", url="https://social.example/@ada")
    factory.post(
        "Read this before the next sale.",
        article,
        author_id=ada,
        published="2026-11-19T08:00:00Z",
        url="https://social.example/1",
    )
    factory.post("Worth an hour.", article, network="bluesky", published="2026-11-19T09:00:00Z")
    factory.post("Every step may run twice.", topics={"idempotency": "certain"}, network="paste")
    factory.run("2026-11-22T03:41:00Z")
    factory.row("sources", name="A blog", kind="feed", last_ok="2026-11-22T03:42:00Z")
    return factory


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built now; its assets hold only their names, so that a new colour changes
    no page here.
    """
    folder = tmp_path_factory.mktemp("golden")
    (folder / "assets").mkdir()
    for path in bundled_path("site", "assets").iterdir():
        (folder / "assets" / path.name).write_text(path.name)
    shutil.copytree(bundled_path("site", "pages"), folder / "pages")
    build_site(
        three_posts().save(folder / "public.db"),
        folder / "site/public",
        SiteSettings(),
        NOW,
        bundled_path("templates"),
        folder / "assets",
    )
    return (folder / "site/public").resolve()


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "assets"
    }


def test_site_of_three_posts_equals_accepted_files(built: Path) -> None:
    if os.environ.get("HASHTRAIL_ACCEPT") == "1":
        shutil.rmtree(ACCEPTED, ignore_errors=True)
        shutil.copytree(built, ACCEPTED, ignore=shutil.ignore_patterns("assets"))
    now, accepted = files(built), files(ACCEPTED)
    assert sorted(now) == sorted(accepted)
    assert [path for path in now if now[path] != accepted[path]] == []
