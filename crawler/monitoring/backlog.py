"""Decide whether the backlog grows. The backlog is the due work that a night did not reach."""

from __future__ import annotations

from collections.abc import Sequence


def is_growing(backlog: Sequence[int], least: int, nights: int) -> bool:
    """Whether the backlog grows: the numbers of due items left after each night, oldest first.

    Each of the last `nights` nights left at least as much as the night before. The last one left
    more than the night before all of them, and at least `least` items. A backlog that shrinks in
    one of these nights is not reported: the work will be done.
    """
    compared = list(backlog[-(nights + 1) :])
    if len(compared) <= nights or compared[-1] < least:
        return False
    is_shrinking = any(later < earlier for earlier, later in zip(compared, compared[1:]))  # noqa: B905, RUF007
    return not is_shrinking and compared[-1] > compared[0]
