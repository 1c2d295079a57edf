"""Lists with at most two consecutive rows of one host."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.consecutive_hosts import (
    MOST_CONSECUTIVE,
    MOST_MOVED,
    HostGroup,
    group_consecutive_hosts,
)


@dataclass(frozen=True)
class Row:
    """A row of a list."""

    place: int
    host: str


def _groups(hosts: str) -> list[HostGroup]:
    rows = [Row(place, host) for place, host in enumerate(hosts)]
    return group_consecutive_hosts(cast(Any, rows))


def _places(groups: list[HostGroup]) -> list[int]:
    rows = cast(list[Row], [row for group in groups for row in (*group.shown, *group.folded)])
    return [row.place for row in rows]


def _drawn(hosts: str) -> str:
    """Return the hosts of the rows, with those of folded rows in parentheses."""
    return " ".join(
        "".join(row.host for row in group.shown)
        + (f"({len(group.folded)})" if group.folded else "")
        for group in _groups(hosts)
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("aabbaab", "aa bb aa b"),
        ("aaab", "aa b a"),
        ("aaaabc", "aa b aa c"),
        ("aaaa", "aa(2)"),
        ("baaaa", "b aa(2)"),
        ("aaaaaaab", "aa b aa(3)"),
        ("aaaaaaaab", "aa(6) b"),
    ],
)
def test_third_row_of_a_host_follows_another_host_or_is_folded(before: str, after: str) -> None:
    assert _drawn(before) == after


@given(st.text("abc", max_size=40))
def test_neighbours_have_different_hosts_and_at_most_two_shown_rows(hosts: str) -> None:
    groups = _groups(hosts)
    assert all(1 <= len(group.shown) <= MOST_CONSECUTIVE for group in groups)
    assert all(first.host != second.host for first, second in pairwise(groups))


@given(st.text("abc", max_size=40))
def test_every_row_occurs_once_and_moves_up_by_at_most_five(hosts: str) -> None:
    places = _places(_groups(hosts))
    assert sorted(places) == list(range(len(hosts)))
    for position, place in enumerate(places):
        assert sum(later < place for later in places[position + 1 :]) <= MOST_MOVED


@given(st.text("abcdefgh", max_size=40))
def test_rows_of_one_host_keep_their_order(hosts: str) -> None:
    places = _places(_groups(hosts))
    for host in set(hosts):
        of_host = [place for place in places if hosts[place] == host]
        assert of_host == sorted(of_host)
