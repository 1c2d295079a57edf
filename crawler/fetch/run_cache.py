"""What each exchange of this run brought, so that nothing is fetched twice: failures, redirects,
and bodies up to a bound.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure

HELD_BYTES = 32_000_000


class ArchivePlace(NamedTuple):
    """Where the archive has an answer: segment, offset, and the segment of the original of a
    revisit.
    """

    file: str
    offset: int
    original: str | None


class RunCache:
    """The memory of one run. A body that no longer fits is read again from the archive; `read(file,
    offset)` does that.
    """

    def __init__(
        self, read: Callable[[str, int], Response] | None = None, held_bytes: int = HELD_BYTES
    ) -> None:
        self._read = read
        self._room = held_bytes
        self._known: dict[FetchRequest, Failure | Response] = {}
        self._held: OrderedDict[FetchRequest, int] = OrderedDict()
        self._places: dict[FetchRequest, ArchivePlace] = {}

    def get(self, task: FetchRequest) -> Response | Failure | None:
        """The answer to this very task, or None when it has not been asked (or its body was let go
        and not archived).
        """
        known = self._known.get(task)
        place = self._places.get(task)
        if known is None and place and self._read:
            known = self._read(place.file, place.offset)
        return _placed(known, place) if isinstance(known, Response) and place else known

    def keep(self, task: FetchRequest, answer: Response | Failure) -> None:
        """Remember an answer; the oldest bodies make room for it."""
        self._known[task] = answer
        if isinstance(answer, Response) and answer.body:
            self._held[task] = len(answer.body)
            self._room -= len(answer.body)
        while self._room < 0:
            oldest, size = self._held.popitem(last=False)
            self._room += size
            del self._known[oldest]

    def archived(self, task: FetchRequest, stored: Response) -> None:
        """Remember where the archive has the answer to this task."""
        if stored.archive_file is not None and stored.archive_offset is not None:
            self._places[task] = ArchivePlace(
                stored.archive_file, stored.archive_offset, stored.archive_original
            )

    def placed(self, task: FetchRequest, response: Response) -> Response:
        """The response with the place at which the archive has the answer to this task, if it has
        it.
        """
        place = self._places.get(task)
        return _placed(response, place) if place else response


def _placed(response: Response, place: ArchivePlace) -> Response:
    return replace(
        response,
        archive_file=place.file,
        archive_offset=place.offset,
        archive_original=place.original,
    )
