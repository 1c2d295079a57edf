"""The remaining time of the fetch step: pages waiting by host, and the speed so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.fetch.politeness import HostBucket, PolitenessPolicy, bucket_name
from crawler.fetch.remaining_time import remaining_seconds
from crawler.models.http_exchange import FetchRequest

_USUAL_SECONDS = 0.5  # of an exchange, before the first response
_WINDOW_SECONDS = 5.0  # over which the rate is measured


class FetchProgress:
    """The pages that a fetch step still waits for.

    `buckets` returns the rate limits of the hosts so far, `policy` has those of the operator.
    `seconds_left` returns the time that the budget leaves. `clock` returns seconds.
    """

    def __init__(
        self,
        buckets: Callable[[], Mapping[str, HostBucket]],
        policy: PolitenessPolicy,
        seconds_left: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self._buckets = buckets
        self._policy = policy
        self._seconds_left = seconds_left
        self._clock = clock
        self._waiting: Counter[str] = Counter()
        self._responses = 0
        self._response_seconds = 0.0
        self._window_start: float | None = None
        self._window_pages = 0
        self._pages_per_second = 0.0

    def expect(self, requests: Iterable[FetchRequest]) -> None:
        """Count the pages of `requests` as waiting, instead of earlier ones."""
        self._waiting = Counter(bucket_name(request.url) for request in requests)

    def finish(self, page: FetchedPage) -> None:
        """Count `page` as finished."""
        bucket = bucket_name(page.request.url)
        self._waiting[bucket] -= 1
        if self._waiting[bucket] <= 0:
            del self._waiting[bucket]
        if page.response:
            self._responses += 1
            self._response_seconds += page.response.elapsed_ms / 1000
        self._measure_rate()

    def seconds(self) -> float:
        """Return the estimated seconds until the last page, within the budget."""
        usual = self._response_seconds / self._responses if self._responses else _USUAL_SECONDS
        estimate = remaining_seconds(
            self._waiting, self._buckets(), self._policy, usual, self._pages_per_second
        )
        return min(estimate, max(self._seconds_left(), 0.0))

    def _measure_rate(self) -> None:
        """Store the highest rate of a window: later windows may wait for one slow host.

        The first window begins with the first page, because before it hosts send their robots.txt.
        """
        now = self._clock()
        if self._window_start is None:
            self._window_start = now
            return
        self._window_pages += 1
        seconds = now - self._window_start
        if seconds >= _WINDOW_SECONDS:
            self._pages_per_second = max(self._pages_per_second, self._window_pages / seconds)
            self._window_start, self._window_pages = now, 0
