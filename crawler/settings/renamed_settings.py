"""Former names of keys: a file that uses one is refused with the new name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenamedSetting:
    """A key that changed its name or section; names have the form `section.key`."""

    former: str
    current: str


# Sorted by the former name; add a line.
RENAMED: tuple[RenamedSetting, ...] = (RenamedSetting("crawl.budget_hours", "budget.hours"),)
