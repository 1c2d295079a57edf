"""Extract batches of pages with two Dask workers and with a process pool of Python."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from crawler.parallel.dask_cluster import Cluster

from bench.claims import Side, versions_of
from bench.crawl_server import generated_pages
from bench.process_tree import tree_cpu_seconds
from bench.results import OURS
from crawler.extract.extract_page import PageInput, extract_page
from devtools.peers import has_package

_WORKERS = 2
_BATCH = 20
_URL = "https://example.org/page"

Batch = tuple[Path, ...]


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield the Dask cluster and the process pool for `size` pages."""
    files = _write_pages(folder, size)
    batches = [tuple(files[start : start + _BATCH]) for start in range(0, size, _BATCH)]
    has_dask = has_package("distributed")
    yield [
        Side(
            OURS,
            (lambda: asyncio.run(_on_dask(batches))) if has_dask else None,
            versions_of("distributed"),
        ),
        Side("process pool", lambda: _in_pool(batches), {}),
    ]


def extract_batch(batch: Batch) -> int:
    """Extract the pages in the files of a batch and return their number. Workers run this."""
    return len([extract_page(PageInput(_URL, file.read_bytes())) for file in batch])


def _write_pages(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{number}.html" for number in range(count)]
    for file, page in zip(files, generated_pages(count), strict=True):
        file.write_bytes(page)
    return files


async def _on_dask(batches: Sequence[Batch]) -> Mapping[str, float]:
    from distributed import LocalCluster

    async with (
        LocalCluster(
            n_workers=_WORKERS,
            threads_per_worker=1,
            dashboard_address=None,
            host="127.0.0.1",
            asynchronous=True,
            silence_logs=50,
        ) as local,
        Cluster(local.scheduler_address) as cluster,
    ):

        async def run(work: Sequence[Batch]) -> int:
            done = 0
            async for _, outcome in cluster.map(extract_batch, work):
                if isinstance(outcome, BaseException):
                    raise outcome
                done += outcome
            return done

        await run(batches[:1] * _WORKERS)
        stop = _start()
        return stop(await run(batches))


def _in_pool(batches: Sequence[Batch]) -> Mapping[str, float]:
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        list(pool.map(extract_batch, batches[:1] * _WORKERS))
        stop = _start()
        return stop(sum(pool.map(extract_batch, batches)))


def _start() -> Callable[[int], Mapping[str, float]]:
    """Start the clocks. The returned function stops them and returns the figures for its pages."""
    began, cpu = time.perf_counter(), tree_cpu_seconds(os.getpid())

    def stop(pages: int) -> Mapping[str, float]:
        spent = tree_cpu_seconds(os.getpid()) - cpu
        return {
            "extraction": pages / (time.perf_counter() - began),
            "CPU time": spent / pages * 1000,
        }

    return stop
