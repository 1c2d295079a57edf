"""Extract batches of pages on a cluster of two Dask workers and in a process pool of Python."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from bench.claims import Side, versions_of
from bench.cluster_processes import loopback_cluster
from bench.crawl_server import generated_pages
from bench.process_tree import tree_cpu_seconds
from bench.results import OURS
from crawler.extract.extract_page import PageInput, extract_page
from crawler.parallel.engine import Job, map_in_order, open_engine
from crawler.settings.engine import EngineSettings
from devtools.peers import has_package

_WORKERS = 2
_BATCH = 20
_URL = "https://example.org/page"

Batch = tuple[Path, ...]


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield the Dask cluster and the process pool for `size` pages in files of a `folder`."""
    files = _write_pages(folder, size)
    batches = [tuple(files[start : start + _BATCH]) for start in range(0, size, _BATCH)]
    has_dask = has_package("distributed")
    yield [
        Side(OURS, (lambda: _on_dask(batches)) if has_dask else None, versions_of("distributed")),
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


def _on_dask(batches: Sequence[Batch]) -> Mapping[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        loopback_cluster(Path(folder), _WORKERS) as cluster,
        open_engine(
            EngineSettings(name="dask", scheduler=cluster.url), Job(extract_batch)
        ) as engine,
    ):
        while engine.workers < _WORKERS:
            time.sleep(0.1)
        return _measured(batches, lambda work: (value for _, value in map_in_order(engine, work)))


def _in_pool(batches: Sequence[Batch]) -> Mapping[str, float]:
    with ProcessPoolExecutor(_WORKERS, get_context("spawn")) as pool:
        return _measured(batches, lambda work: pool.map(extract_batch, work))


def _measured(
    batches: Sequence[Batch], run: Callable[[Sequence[Batch]], Iterable[int]]
) -> Mapping[str, float]:
    """Return the figures of a second run over the `batches`: the first one starts both workers."""
    list(run(batches))
    began, cpu = time.perf_counter(), tree_cpu_seconds(os.getpid())
    pages = sum(run(batches))
    spent = tree_cpu_seconds(os.getpid()) - cpu
    return {
        "extraction": pages / (time.perf_counter() - began),
        "CPU time": spent / pages * 1000,
    }
