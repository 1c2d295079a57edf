"""Groups of near-duplicate posts; common tags or a common author are not enough."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.importers import paste
from crawler.importers.record_types import ImportOptions
from crawler.links.near_duplicate_posts import ComparedPost, group_leads
from tests.bench.counted_work import count_instructions
from tests.links.group_near_duplicates import group_near_duplicates

SEED = Path(__file__).parents[2].parent / "shared" / "seeds" / "posts.txt"
RELEASE = "The broker has a new release with faster leader election and fewer restarts: version"
TAGS = ("Consensus", "Databases")
LEASE = (
    "A lease that outlives its clock gives two nodes the same lock, and both will write with a "
    "clean conscience."
)


def test_near_identical_posts_of_any_author_are_grouped() -> None:
    again = LEASE.replace("clean conscience", "clear conscience") + " https://example.org/a #locks"
    other = "Something else altogether about queues and their many lengths"
    assert group_near_duplicates(
        [
            ComparedPost(1, LEASE, "ada"),
            ComparedPost(2, other, "ada"),
            ComparedPost(3, again, "bob"),
        ]
    ) == {3: 1}


def test_variations_of_one_author_under_same_tags_are_grouped() -> None:
    notes = [
        ComparedPost(
            1,
            "The lease of a lock ends by a clock, and a clock may lie: fence the writes.",
            "ada",
            TAGS,
        ),
        ComparedPost(
            2,
            "Fence your writes! When the clock of a node lies, its lease on the lock is worth "
            "nothing.",
            "ada",
            TAGS,
        ),
        ComparedPost(
            3,
            "Why does a lock need a fence? Since a lease ends by the clock, and every node "
            "has another clock.",
            "ada",
            TAGS[::-1],
        ),
        ComparedPost(
            4,
            "Fence your writes! When the clock of a node lies, its lease on the lock is worth "
            "little to all others here.",
            "bob",
            ("Locks", "Time"),
        ),
        ComparedPost(
            5, "Columnar files compress well because neighbours resemble each other.", "ada", TAGS
        ),
    ]
    assert {post: lead for post, lead in group_near_duplicates(notes).items() if post < 4} == {
        2: 1,
        3: 1,
    }
    assert 5 not in group_near_duplicates(notes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ComparedPost(1, f"{RELEASE} 4.1"), ComparedPost(2, f"{RELEASE} 4.2")),
        (ComparedPost(1, "New post"), ComparedPost(2, "New post")),
        (
            ComparedPost(1, "Fence your writes when a lease ends by its clock", "", TAGS),
            ComparedPost(2, "A lease ends by its clock: fence those writes", "", TAGS),
        ),
        (
            ComparedPost(
                1,
                "Distributed systems fail in parts, and a stream processing job sees it late.",
                "ada",
                ("DistributedSystems", "StreamProcessing"),
            ),
            ComparedPost(
                2,
                "Stream processing in distributed systems needs watermarks for late records.",
                "ada",
                ("DistributedSystems", "StreamProcessing"),
            ),
        ),
        (
            ComparedPost(1, "Fence your writes when a lease ends by its clock", "ada", TAGS[:1]),
            ComparedPost(2, "A lease ends by its clock", "ada", TAGS[:1]),
        ),
    ],
)
def test_different_posts_are_not_grouped(one: ComparedPost, other: ComparedPost) -> None:
    assert group_near_duplicates([one, other]) == {}


def _work_of_grouping(count: int) -> int:
    """Count the work for equal posts of which each was published before the one with its id - 1."""
    pairs = [(post, post + 1) for post in range(count)]
    order = {post: -post for post in range(count + 1)}
    return count_instructions(lambda: group_leads(pairs, order))


def test_work_of_a_group_grows_in_proportion_to_its_posts() -> None:
    assert _work_of_grouping(2_000) < 2.2 * _work_of_grouping(1_000)


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not beside this checkout")
def test_seed_has_no_near_duplicates() -> None:
    posts = paste.parse(
        "posts.txt", SEED.read_bytes(), ImportOptions(seen_at=datetime(2026, 11, 22, tzinfo=UTC))
    )
    notes = [
        ComparedPost(number, post.text, "posts.txt", post.hashtags)
        for number, post in enumerate(posts)
    ]
    assert group_near_duplicates(notes) == {}
