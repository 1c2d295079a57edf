"""Long lists as pages numbered from the oldest, so that a new item changes the newest page only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 25
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """One page of a list, newest first. `number` is None for the newest; `older` says how many
    numbered pages there are.
    """

    number: int | None
    items: Sequence[_Item]
    older: int


def paginate(items: Sequence[_Item], size: int = PAGE_SIZE) -> list[Page[_Item]]:
    """Cut a newest-first list: full pages of the oldest items are 1, 2, …; the newest page holds
    the rest, between one and two pages of it.
    """
    older = max(0, len(items) // size - 1)
    newest = len(items) - older * size
    cut = [Page(None, items[:newest], older)]
    for number in range(older, 0, -1):
        first = newest + (older - number) * size
        cut.append(Page(number, items[first : first + size], older))
    return cut
