"""Pagination: pages are numbered from the oldest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sitegen.pagination import ListPage, paginate


@given(st.integers(0, 300), st.integers(1, 30))
def test_every_item_is_on_one_page_in_order(total: int, size: int) -> None:
    items = list(range(total))
    list_pages = paginate(items, size)
    assert [item for page in list_pages for item in page.items] == items
    assert list_pages[0].number is None
    assert [page.number for page in list_pages[1:]] == list(range(list_pages[0].older, 0, -1))
    assert all(len(page.items) == size for page in list_pages[1:])


def test_new_item_changes_no_older_page() -> None:
    before = {page.number: list(page.items) for page in paginate(list(range(100, 0, -1)), 25)}
    after = {page.number: list(page.items) for page in paginate(list(range(101, 0, -1)), 25)}
    assert [number for number in before if before[number] != after[number]] == [None]


@pytest.mark.parametrize(
    ("number", "linked"),
    [
        (None, [9, 8, 7, None, 1]),
        (9, [9, 8, 7, None, 1]),
        (5, [None, 7, 6, 5, 4, 3, None, 1]),
        (4, [None, 6, 5, 4, 3, 2, 1]),
        (1, [None, 3, 2, 1]),
    ],
)
def test_page_links_to_the_pages_close_to_it_and_the_first(
    number: int | None, linked: list[int | None]
) -> None:
    assert ListPage(number, [], 9).linked == linked
