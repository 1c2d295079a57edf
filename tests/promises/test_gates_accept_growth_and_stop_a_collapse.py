"""Publishing accepts every library that grew legitimately and stops a site that lost or inflated
its pages.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.sitegen.publish_gates import PublishedSite, find_growth, find_losses

KB = 1_000
SMALL = PublishedSite(articles=60, topics={"caching": 20}, files=620, bytes=913_586)
LARGE = PublishedSite(
    articles=5_000,
    topics={"caching": 400, "queues": 300, "sagas": 9},
    files=12_000,
    bytes=90_000 * KB,
    notes=1_000,
)
TOPICS = {"caching": 400, "queues": 300}

# published site, new articles, new notes, new bytes, topics, published
CASES = {
    "first site": (PublishedSite(), 500, 0, 9_000 * KB, TOPICS, True),
    "first large import": (SMALL, 640, 0, 9_733_369, TOPICS, True),
    "import of posts without links": (SMALL, 60, 2_000, 12_000 * KB, TOPICS, True),
    "twenty new sources": (LARGE, 11_000, 1_000, 181_000 * KB, TOPICS, True),
    "ten times as many": (LARGE, 50_000, 9_000, 900_000 * KB, TOPICS, True),
    "unchanged": (LARGE, 5_000, 1_000, 90_000 * KB, TOPICS, True),
    "richer pages": (LARGE, 5_000, 1_000, 170_000 * KB, TOPICS, True),
    "a small topic disappears": (LARGE, 4_991, 1_000, 89_000 * KB, TOPICS, True),
    "a quarter hidden": (LARGE, 3_750, 1_000, 70_000 * KB, TOPICS, True),
    "inflated pages": (LARGE, 5_000, 1_000, 190_000 * KB, TOPICS, False),
    "inflated pages of a grown library": (LARGE, 10_000, 1_000, 500_000 * KB, TOPICS, False),
    "inflated pages of a shrunk library": (LARGE, 4_000, 800, 190_000 * KB, TOPICS, False),
    "a third lost": (LARGE, 3_300, 1_000, 60_000 * KB, TOPICS, False),
    "all lost": (LARGE, 0, 0, 100 * KB, {}, False),
    "all lost but many notes": (LARGE, 0, 9_000, 90_000 * KB, {}, False),
    "a busy topic emptied": (LARGE, 5_000, 1_000, 90_000 * KB, {"queues": 300}, False),
    "all topics emptied": (LARGE, 5_000, 1_000, 90_000 * KB, {}, False),
    "grown, but a busy topic emptied": (SMALL, 640, 0, 9_733_369, {"queues": 300}, False),
}


@pytest.mark.parametrize(("hidden", "published"), [(0, False), (1_000, True), (200, False)])
def test_articles_that_the_curator_hid_are_not_lost(hidden: int, published: bool) -> None:
    before = replace(LARGE, hidden=7)
    reasons = list(find_losses(before, 3_000, TOPICS, 7 + hidden))
    assert (not reasons) is published


@pytest.mark.parametrize(
    ("before", "articles", "notes", "size", "topics", "published"),
    CASES.values(),
    ids=CASES.keys(),
)
def test_gate_reports_only_a_collapse(
    before: PublishedSite,
    articles: int,
    notes: int,
    size: int,
    topics: dict[str, int],
    published: bool,
) -> None:
    reasons = [*find_losses(before, articles, topics), *find_growth(before, size, articles + notes)]
    assert (not reasons) is published, reasons


@pytest.mark.parametrize(("files", "published"), [(971, False), (1_900, True)])
def test_first_topics_of_imported_posts_are_not_a_faulty_template(
    files: int, published: bool
) -> None:
    before = PublishedSite(notes=800, files=971, bytes=3_656_200)
    assert (not list(find_growth(before, 7_546_747, 800, files))) is published
