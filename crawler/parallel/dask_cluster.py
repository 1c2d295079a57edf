"""Run batches of work on a Dask `distributed` cluster; a batch of a lost worker is repeated."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from crawler.errors import ConfigurationError

_ATTEMPTS = 2
A = TypeVar("A")
T = TypeVar("T")


class Cluster:
    """A connection to the scheduler at a URL like `tcp://host:8786`.

    Use as `async with Cluster(scheduler) as cluster`.

    Raises ConfigurationError if `distributed` is not installed or no scheduler answers there.
    """

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler

    async def __aenter__(self) -> Self:
        self._client: Any = await _connected(self._scheduler)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def map(
        self, function: Callable[[A], T], batches: Iterable[A]
    ) -> AsyncGenerator[tuple[A, T | BaseException], None]:
        """Yield each of the `batches` with the value of `function(batch)`, as they finish.

        After a second failed attempt the value is the exception, such as `KilledWorker`. Functions
        and batches must be picklable, and running a function twice must be harmless.
        """
        from distributed import as_completed

        futures = {
            self._client.submit(function, batch, pure=False, retries=_ATTEMPTS - 1): batch
            for batch in batches
        }
        try:
            async for future in as_completed(futures):  # type: ignore[no-untyped-call]
                error = await future.exception()
                yield futures.pop(future), error if error is not None else await future.result()
        finally:
            if futures:  # the consumer stopped, so nobody waits for these results
                await self._client.cancel(list(futures))


async def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ConfigurationError(
            "[engine] name = 'dask' needs a package that is not installed.",
            "Install it with: pip install 'hashtrail[dask]'",
        ) from None
    try:
        return await Client(scheduler, asynchronous=True)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"[engine] scheduler = {scheduler!r}: {error}.", "Start one with: dask scheduler"
        ) from None
