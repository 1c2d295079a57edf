"""Pagination from the oldest item, so that a new item changes the newest page only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 25
_NEAR = 2
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_Item]):
    """One page of a list, newest item first.

    `number` is None for the newest page. `older` is the number of numbered pages.
    """

    number: int | None
    items: Sequence[_Item]
    older: int

    @property
    def linked(self) -> list[int | None]:
        """Return the numbers of the pages that the page links to, highest first; None for a gap.

        A numbered page links to those close to it and to the first, but not to the last: a new page
        would change all others.
        """
        place = self.older if self.number is None else self.number
        near = range(min(self.older, place + _NEAR), max(0, place - _NEAR - 1), -1)
        numbers: list[int | None] = [*near]
        if self.older > place + _NEAR:
            numbers.insert(0, None)
        if near and near[-1] > 1:
            numbers += [None, 1] if near[-1] > 2 else [1]
        return numbers


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
