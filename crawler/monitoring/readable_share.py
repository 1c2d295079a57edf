"""The share of fetched pages with a readable text, and whether it fell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.store.operating_facts import PageCount

LEAST_PAGES = 20  # in each of the two periods; a share of fewer pages is not reported


@dataclass(frozen=True, slots=True)
class ReadablePages:
    """The pages of a source, or of all, in two periods: fetched ones and readable ones.

    `source` is empty for the pages of all sources.
    """

    source: str
    before: int
    readable_before: int
    recent: int
    readable_recent: int

    @property
    def share_before(self) -> float:
        """Return the share of readable pages in the earlier period, from 0 to 1."""
        return self.readable_before / self.before if self.before else 0.0

    @property
    def share_recent(self) -> float:
        """Return the share of readable pages in the newest period, from 0 to 1."""
        return self.readable_recent / self.recent if self.recent else 0.0

    def fell_by(self, drop: float) -> bool:
        """Whether the share fell by more than `drop` (0 to 1), with enough pages to tell."""
        is_measured = min(self.before, self.recent) >= LEAST_PAGES
        return is_measured and self.share_before - self.share_recent > drop + 1e-9


def compare_periods(counts: Iterable[PageCount]) -> tuple[ReadablePages, ...]:
    """Return `counts` as one value for each source that has pages in both periods."""
    compared = []
    for source, periods in group_by(counts, lambda count: count.source).items():
        recent = next((period for period in periods if period.is_recent), None)
        before = next((period for period in periods if not period.is_recent), None)
        if recent and before:
            pages = (before.fetched, before.readable, recent.fetched, recent.readable)
            compared.append(ReadablePages(source, *pages))
    return tuple(sorted(compared, key=lambda pages: pages.source))
