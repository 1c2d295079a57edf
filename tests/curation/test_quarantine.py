"""Posts of a source after a suspected takeover stay in quarantine until the curator trusts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.curation.apply_decisions import apply_decisions
from crawler.curation.detect_source_takeover import takeover_reason
from crawler.curation.quarantine import quarantine_new_posts
from crawler.curation.review_queue import list_review_items
from crawler.links.article_key import normalize_url
from crawler.models.curator_decisions import Decision
from crawler.models.posts import Link
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from tests.store.conftest import NOW, POST

TRUST = Decision("trust", "a blog", "", "It moved.")


def crawl_posts(
    ledger: IdentityLedger, host: str, first: int, count: int, day: int, *decisions: Decision
) -> int:
    """Store, quarantine and curate the posts of one crawl: `count` posts from number `first`.

    They link to `host` and arrive on `day`. Returns how many posts were added to the quarantine.
    """
    now = NOW + timedelta(days=day)
    posts = [
        replace(
            POST, uri=f"{number}", author=None, links=(Link(f"https://{host}/{number}"),), cards=()
        )
        for number in range(first, first + count)
    ]
    save_posts(ledger.db, "a blog", posts, now)
    ledger.attach_links(now)
    quarantined = quarantine_new_posts(ledger.db, takeover_reason, now, now)
    apply_decisions(ledger.db, ledger, decisions, now)
    return quarantined


@pytest.fixture
def ledger() -> IdentityLedger:
    ledger = IdentityLedger(open_memory(), normalize_url, "1")
    for day in range(3):
        assert crawl_posts(ledger, "blog.example", day * 10, 10, day) == 0
    return ledger


def visible(ledger: IdentityLedger) -> int:
    return int(ledger.db.execute("SELECT count(*) FROM article_list").fetchone()[0])


def test_posts_after_takeover_are_hidden_and_listed_for_review(
    ledger: IdentityLedger,
) -> None:
    assert crawl_posts(ledger, "casino.example", 30, 6, 3) == 6
    assert crawl_posts(ledger, "casino.example", 36, 6, 4) == 6
    assert (visible(ledger), ledger.db.execute("SELECT sum(hidden) FROM posts").fetchone()[0]) == (
        30,
        12,
    )
    items = [
        (item.kind, item.subject, item.message.split(";")[0])
        for item in list_review_items(ledger.db, 5)
        if item.kind == "source-held"
    ]
    assert items == [
        (
            "source-held",
            "a blog",
            "12 posts held: 6 of 6 new posts have a host that this source never had",
        )
    ]


def test_trusted_source_stays_visible(ledger: IdentityLedger) -> None:
    crawl_posts(ledger, "new-home.example", 30, 6, 3)
    assert crawl_posts(ledger, "new-home.example", 36, 6, 4, TRUST) == 6
    assert visible(ledger) == 42
    assert crawl_posts(ledger, "third-home.example", 42, 6, 5, TRUST) == 0
    assert visible(ledger) == 48


def test_posts_with_the_usual_host_are_not_quarantined(ledger: IdentityLedger) -> None:
    assert crawl_posts(ledger, "blog.example", 30, 9, 3) == 0
    assert visible(ledger) == 39
