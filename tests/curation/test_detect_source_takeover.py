"""A sudden change of a steady source is reported; changes of a mixed source are not."""

from __future__ import annotations

import pytest

from crawler.curation.detect_source_takeover import takeover_reason
from tests.post_traits import PostTraits


def traits_of(host: str = "blog.example", language: str = "en", *topics: str) -> PostTraits:
    return PostTraits(frozenset({host} - {""}), frozenset({language} - {""}), frozenset(topics))


STEADY = [traits_of("blog.example", "en", ("raft", "caching")[number % 2]) for number in range(40)]
MIXED = [
    traits_of(f"host{number}.example", ("en", "de")[number % 2], f"topic{number % 30}")
    for number in range(60)
]


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (
            [traits_of("casino.example", "en", "raft")] * 5,
            "5 of 5 new posts have a host that this source never had",
        ),
        ([traits_of("blog.example", "id", "raft")] * 4, "4 of 4 new posts have a language"),
        ([traits_of("blog.example", "en")] * 5, "5 of 5 new posts have a subject"),
        (
            [traits_of("casino.example")] * 3 + [traits_of("blog.example", "en", "raft")] * 2,
            "3 of 5 new posts have a host",
        ),
    ],
)
def test_new_posts_with_unfamiliar_traits_are_reported(new: list[PostTraits], reason: str) -> None:
    assert takeover_reason(STEADY, new).startswith(reason)


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (STEADY, [traits_of("blog.example", "en", "raft")] * 5),
        (STEADY, [traits_of("casino.example")] * 3),  # too few new posts
        (STEADY[:19], [traits_of("casino.example")] * 9),  # too few older posts
        (
            STEADY,
            [traits_of("casino.example", "en", "raft")] * 2
            + [traits_of("blog.example", "en", "raft")] * 2,
        ),  # half is not more than half
        (MIXED, [traits_of(f"new{number}.example", "en", "topic1") for number in range(9)]),
        (
            [traits_of("blog.example", "", "raft")] * 40,
            [traits_of("blog.example", "en", "raft")] * 9,
        ),  # a language after posts without one
        (
            [traits_of("", "en", "raft")] * 40,
            [traits_of("blog.example", "en", "raft")] * 9,
        ),  # links after posts without any
        ([traits_of()] * 40, [traits_of()] * 9),
    ],
)
def test_familiar_or_few_new_posts_are_not_reported(
    before: list[PostTraits], new: list[PostTraits]
) -> None:
    assert takeover_reason(before, new) == ""


class UnusedTraits:
    """Traits of a post that no decision may use."""

    @property
    def hosts(self) -> frozenset[str]:
        raise AssertionError("the hosts of an old post are used")

    languages = topics = hosts


def test_traits_of_old_posts_are_not_used_if_newer_ones_are_familiar() -> None:
    before = [*[UnusedTraits()] * 300, *STEADY, *STEADY]
    assert takeover_reason(before, [traits_of("blog.example", "en", "raft")] * 5) == ""
