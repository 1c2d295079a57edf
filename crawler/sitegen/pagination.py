"""Pagination from the oldest item, so that a new item changes the newest page only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 25
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_Item]):
    """One page of a list, newest item first.

    `number` is None for the newest page. `older` is the number of numbered pages.
    """

    number: int | None
    items: Sequence[_Item]
    older: int


def paginate(items: Sequence[_Item], size: int = PAGE_SIZE) -> list[ListPage[_Item]]:
    """Return the pages of `items`, which are newest first, with `size` items per numbered page.

    The full pages of the oldest items are 1, 2, …. The newest page has the remaining items: at
    most twice `size` less one.
    """
    older = max(0, len(items) // size - 1)
    newest = len(items) - older * size
    list_pages = [ListPage(None, items[:newest], older)]
    for number in range(older, 0, -1):
        first = newest + (older - number) * size
        list_pages.append(ListPage(number, items[first : first + size], older))
    return list_pages
