"""A steady source that changes overnight is noticed; one that was always mixed is not."""

from __future__ import annotations

import pytest

from crawler.curation.source_takeover import takeover_reason
from crawler.post_traits import PostTraits


def profile(host: str = "blog.example", language: str = "en", *topics: str) -> PostTraits:
    return PostTraits(frozenset({host} - {""}), frozenset({language} - {""}), frozenset(topics))


STEADY = [profile("blog.example", "en", ("raft", "caching")[number % 2]) for number in range(40)]
MIXED = [
    profile(f"host{number}.example", ("en", "de")[number % 2], f"topic{number % 30}")
    for number in range(60)
]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (
            [profile("casino.example", "en", "raft")] * 5,
            "5 of 5 new posts have a host that this source never had",
        ),
        ([profile("blog.example", "id", "raft")] * 4, "4 of 4 new posts have a language"),
        ([profile("blog.example", "en")] * 5, "5 of 5 new posts have a subject"),
        (
            [profile("casino.example")] * 3 + [profile("blog.example", "en", "raft")] * 2,
            "3 of 5 new posts have a host",
        ),
    ],
)
def test_a_break_with_the_past_is_told(new: list[PostTraits], told: str) -> None:
    assert takeover_reason(STEADY, new).startswith(told)


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (STEADY, [profile("blog.example", "en", "raft")] * 5),
        (STEADY, [profile("casino.example")] * 3),  # too few to say
        (STEADY[:19], [profile("casino.example")] * 9),  # too little known
        (
            STEADY,
            [profile("casino.example", "en", "raft")] * 2
            + [profile("blog.example", "en", "raft")] * 2,
        ),  # half is not more than half
        (MIXED, [profile(f"new{number}.example", "en", "topic1") for number in range(9)]),
        (
            [profile("blog.example", "", "raft")] * 40,
            [profile("blog.example", "en", "raft")] * 9,
        ),  # a language where none was told
        (
            [profile("", "en", "raft")] * 40,
            [profile("blog.example", "en", "raft")] * 9,
        ),  # links where there were none
        ([profile()] * 40, [profile()] * 9),
    ],
)
def test_ordinary_nights_are_not_held(before: list[PostTraits], new: list[PostTraits]) -> None:
    assert takeover_reason(before, new) == ""
