"""The progress of a build, from which its remaining time is estimated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class BuildProgress:
    """The progress of a build.

    `on_file` is called for every file. Workers make `groups` page groups. They have made `made` of
    them, and an interrupted build had made `continued` others. `restart` is the reason why a build
    of the changed pages was followed by one of all pages, empty if it was not. `damaged_file` is a
    published file that somebody changed, added or removed, so that every page is made again.
    """

    on_file: Callable[[], None] | None = None
    groups: int = 0
    made: int = 0
    continued: int = 0
    restart: str = ""
    damaged_file: str = ""

    def remaining_seconds(self, seconds: float) -> float | None:
        """Return the estimated time until all page groups are made.

        The build has lasted for `seconds`. The result is None before the first page group.
        """
        if not self.made:
            return None
        return (self.groups - self.continued - self.made) * seconds / self.made
