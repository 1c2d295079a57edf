"""The responses of one run, so that no URL is fetched twice. Bodies are kept up to a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure

MAX_BODY_BYTES = 32_000_000


class ArchivePlace(NamedTuple):
    """The place of a response in the archive: segment and offset.

    `original` is the segment of the original of a revisit record.
    """

    file: str
    offset: int
    original: str | None


class RunCache:
    """The results of the exchanges of one run.

    `read(file, offset)` reads a body from the archive after the cache dropped it. The bodies in
    memory have at most `max_body_bytes` in total.
    """

    def __init__(
        self,
        read: Callable[[str, int], Response] | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._read = read
        self._free_bytes = max_body_bytes
        self._results: dict[FetchRequest, Failure | Response] = {}
        self._body_sizes: OrderedDict[FetchRequest, int] = OrderedDict()
        self._places: dict[FetchRequest, ArchivePlace] = {}

    def get(self, task: FetchRequest) -> Response | Failure | None:
        """Return the result of a task; None if there is none, or its body was dropped."""
        result = self._results.get(task)
        place = self._places.get(task)
        if result is None and place and self._read:
            result = self._read(place.file, place.offset)
        if isinstance(result, Response) and place:
            return _with_place(result, place)
        return result

    def put(self, task: FetchRequest, result: Response | Failure) -> None:
        """Store the result of a task, and drop the oldest bodies beyond the bound."""
        self._results[task] = result
        if isinstance(result, Response) and result.body:
            self._body_sizes[task] = len(result.body)
            self._free_bytes -= len(result.body)
        while self._free_bytes < 0:
            oldest, size = self._body_sizes.popitem(last=False)
            self._free_bytes += size
            del self._results[oldest]

    def record_place(self, task: FetchRequest, stored: Response) -> None:
        """Record the place of the `stored` response of a task in the archive."""
        if stored.archive_file is not None and stored.archive_offset is not None:
            self._places[task] = ArchivePlace(
                stored.archive_file, stored.archive_offset, stored.archive_original
            )

    def with_place(self, task: FetchRequest, response: Response) -> Response:
        """Return the response with its place in the archive, if the task was archived."""
        place = self._places.get(task)
        return _with_place(response, place) if place else response


def _with_place(response: Response, place: ArchivePlace) -> Response:
    return replace(
        response,
        archive_file=place.file,
        archive_offset=place.offset,
        archive_original=place.original,
    )
