"""The poll of one source so far: the requests to make, the posts, the failure and the cursor."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.sources.protocol import Batch, PollingHints
from crawler.store.source_state import SourceState

_MIN_MISSING = 3  # answers 404 or 410; fewer may be posts that were deleted meanwhile


@dataclass(slots=True)
class SourcePoll:
    """The poll of one source so far.

    `first` is the answer to the first request, `response` and `hints` its validators and polling
    hints. `missing` holds the answers 404 and 410, `warning` the first warning of a batch. The
    cursor is stored only if the poll is complete: then no answer failed.
    """

    stored: SourceState
    posts: int = 0
    new: int = 0
    cursor: str | None = None
    first: Response | Failure | None = None
    response: Response | None = None
    hints: PollingHints = PollingHints()
    failure: Failure | None = None
    missing: list[Failure] = field(default_factory=list)
    complete: bool = True
    warning: str = ""

    def add(self, batch: Batch, new: int) -> None:
        """Add a `batch`, `new` of whose posts were stored for the first time.

        Posts or a cursor make up for an earlier failure.
        """
        if batch.posts or batch.cursor:
            self.failure = None
        if batch.failure:
            self.failure, self.complete = batch.failure, False
        self.posts += len(batch.posts)
        self.new += new
        self.cursor = batch.cursor or self.cursor
        self.warning = self.warning or batch.warning

    def end(self, source: str) -> None:
        """Conclude the poll of `source`. Posts outweigh a failure."""
        if not self.posts and len(self.missing) >= _MIN_MISSING:
            self.failure = self.failure or _all_missing(source, self.missing)
            self.complete = False
        if self.posts:
            self.failure = None

    def stop(self, failure: Failure) -> None:
        """End the poll early with `failure`."""
        self.failure, self.complete = failure, False


class RequestQueue:
    """The requests of a poll, each once and at most `limit` of them."""

    def __init__(self, first: FetchRequest, limit: int) -> None:
        self._waiting = deque([first])
        self._limit = limit
        self._made: set[str] = set()

    def add(self, requests: Iterable[FetchRequest]) -> None:
        """Append `requests`."""
        self._waiting.extend(requests)

    def next(self) -> FetchRequest | None:
        """Return the next request that was not made yet, or None."""
        while self._waiting and len(self._made) < self._limit:
            request = self._waiting.popleft()
            key = request.url + (request.body or "")
            if key not in self._made:
                self._made.add(key)
                return request
        return None


def _all_missing(source: str, missing: Sequence[Failure]) -> Failure:
    """The failure of a source without posts that answered 404 or 410 to several requests."""
    message = f"{len(missing)} requests were answered with 404 or 410, and no post came."
    return replace(missing[-1], url=source, message=message)
