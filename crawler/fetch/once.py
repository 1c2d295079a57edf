"""What each exchange of this run brought, so that nothing is asked twice: failures, redirects, and bodies up to a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from crawler.model import Failure, FetchTask, Response

HELD_BYTES = 32_000_000


class _Place(NamedTuple):
    file: str
    offset: int


class Once:
    """The memory of one run. A body that no longer fits is read again from the archive; `read(file, offset)` does that."""

    def __init__(self, read: Callable[[str, int], Response] | None = None, held_bytes: int = HELD_BYTES) -> None:
        self._read = read
        self._room = held_bytes
        self._known: dict[FetchTask, Failure | Response | _Place] = {}
        self._held: OrderedDict[FetchTask, int] = OrderedDict()

    def get(self, task: FetchTask) -> Response | Failure | None:
        """The answer to this very task, or None when it has not been asked (or its body was let go and not archived)."""
        known = self._known.get(task)
        if isinstance(known, _Place):
            return self._read(*known) if self._read else None
        return known

    def keep(self, task: FetchTask, answer: Response | Failure) -> None:
        """Remember an answer; the oldest bodies make room for it."""
        self._known[task] = answer
        if isinstance(answer, Response) and answer.body:
            self._held[task] = len(answer.body)
            self._room -= len(answer.body)
        while self._room < 0:
            self._let_go(*self._held.popitem(last=False))

    def _let_go(self, task: FetchTask, size: int) -> None:
        self._room += size
        answer = self._known.pop(task)
        if isinstance(answer, Response) and answer.archive_file is not None and answer.archive_offset is not None:
            self._known[task] = _Place(answer.archive_file, answer.archive_offset)
