"""Lists with at most two consecutive rows of one host."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.consecutive_hosts import MOST_CONSECUTIVE, limit_consecutive_hosts


@dataclass(frozen=True)
class Row:
    """A row of a list."""

    place: int
    host: str


def _ordered(hosts: str) -> list[Row]:
    rows = [Row(place, host) for place, host in enumerate(hosts)]
    return cast(list[Row], limit_consecutive_hosts(cast(Any, rows)))


def _hosts(hosts: str) -> str:
    return "".join(row.host for row in _ordered(hosts))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("aabbaab", "aabbaab"),
        ("aaab", "aaba"),
        ("aaaabc", "aabaac"),
        ("aaaa", "aaaa"),
        ("baaaa", "baaaa"),
        ("aaaabb", "aabaab"),
    ],
)
def test_later_row_of_another_host_ends_a_run(before: str, after: str) -> None:
    assert _hosts(before) == after


@given(st.text("abc", max_size=30))
def test_rows_stay_and_those_of_one_host_keep_their_order(hosts: str) -> None:
    ordered = _ordered(hosts)
    assert sorted(row.place for row in ordered) == list(range(len(hosts)))
    for host in set(hosts):
        places = [row.place for row in ordered if row.host == host]
        assert places == sorted(places)


@given(st.text("abc", max_size=30))
def test_longer_runs_are_only_at_the_end(hosts: str) -> None:
    runs = [len(list(run)) for _, run in groupby(_hosts(hosts))]
    assert all(length <= MOST_CONSECUTIVE for length in runs[:-1])


@given(st.text("abc", max_size=30))
def test_list_without_long_runs_does_not_change(hosts: str) -> None:
    if all(len(list(run)) <= MOST_CONSECUTIVE for _, run in groupby(hosts)):
        assert _hosts(hosts) == hosts
