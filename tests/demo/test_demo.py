"""The demo, from its command to site, snapshot and explorer: the end-to-end test of Hashtrail."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo.fictional_network import RUNS
from tests.demo.conftest import FinishedDemo, make_demo

SERVICES = {"bit.ly", "bsky.app", "dev.to", "news.ycombinator.com"}


def test_hosts_of_the_demo_are_reserved_names(finished: FinishedDemo) -> None:
    hosts = {urlsplit(url).netloc for url in finished.network.articles(RUNS)}
    hosts |= {urlsplit(link).netloc for post in finished.network.posts(RUNS) for link in post.links}
    assert all(host.endswith(".example") for host in hosts - SERVICES)


def test_demo_has_sixty_posts_and_thirty_articles(finished: FinishedDemo) -> None:
    assert len(finished.network.posts(1)) + len(finished.network.posts(RUNS)) > 100
    (articles,) = finished.rows("SELECT count(*) FROM article_list WHERE listed")[0]
    assert articles >= 30


@pytest.mark.parametrize("case", ["deleted", "edited", "opted_out", "withdrawn", "not_indexable"])
def test_private_words_are_in_no_public_file(finished: FinishedDemo, case: str) -> None:
    files = [finished.folder / "data/state/public.db", *finished.site.resolve().rglob("*")]
    content = b"".join(path.read_bytes().lower() for path in files if path.is_file())
    for word in finished.network.private_words[case]:
        assert word.encode() not in content


def test_short_link_with_tracking_parameters_leads_to_the_article(finished: FinishedDemo) -> None:
    rows = finished.rows(
        "SELECT a.url FROM aliases s JOIN articles a ON a.id = s.article_id WHERE s.url LIKE ?",
        "https://bit.ly/%",
    )
    assert {row["url"] for row in rows} == {"https://engineering.meridian.example/cells"}


def test_second_demo_with_the_same_date_has_the_same_bytes(
    finished: FinishedDemo, tmp_path: Path
) -> None:
    assert make_demo(tmp_path / "again").exception is None
    assert _digests(tmp_path / "again/site/public") == _digests(finished.site)


def _digests(site: Path) -> dict[str, str]:
    return {
        str(path.relative_to(site.resolve())): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.resolve().rglob("*"))
        if path.is_file()
    }
