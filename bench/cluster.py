"""Measure what the cluster costs: two Dask workers and two processes of the local engine.

    python -m bench.cluster [--pages 400] [--texts 10000] [--repeat 7] [--only retag]

Both engines run the same batches on this machine, in turns: `reextract` reads pages from an
archive, and `retag` decides the topics of texts. CPU time is that of all processes, with scheduler
and heartbeats, without the start. The overhead is the median of the ratios. Use enough pages for
two batches of each worker.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.cluster_processes import loopback_cluster
from bench.crawl_server import generated_pages
from bench.process_tree import tree_cpu_seconds
from bench.tag import texts
from crawler.crawl import annotate_item
from crawler.crawl.reextract_articles import (
    batches_of,
    decode_page,
    keep_batch_settings,
    read_batch,
)
from crawler.fetch.warc_archive import WarcArchive
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.parallel.engine import Engine, Job, map_in_order, open_engine
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.store.archive_records import ArchivedArticle
from crawler.store.item_annotations import CHUNK, PendingItem
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

_WORKERS = 2
_MEMORY_MB = 4096  # of address space: the benchmark itself imports numpy
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """A `job` for an engine with some settings, its `batches`, and the number of `items`.

    `failed` tells whether one result of a batch is a failure.
    """

    name: str
    job: Callable[[EngineSettings], Job[Any, Any]]
    batches: Sequence[Any]
    items: int
    failed: Callable[[Any], bool] = lambda result: isinstance(result, Failure)


def reextraction(folder: Path, pages: int) -> Work:
    """Return the work of reading a number of `pages` from an archive in `folder`."""
    places = []
    with WarcArchive(folder, _NOW) as archive:
        for number, body in enumerate(generated_pages(pages)):
            url = f"https://blog.example/{number}"
            headers = (("content-type", "text/html"),)
            kept = archive.store(Response(url, url, 200, headers, body, _NOW))
            place = str(kept.archive_file), int(kept.archive_offset or 0)
            places.append(ArchivedArticle(number, url, *place))

    def job(engine: EngineSettings) -> Job[Any, Any]:
        settings = Settings(engine=engine)
        return Job(read_batch, keep_batch_settings, (folder, settings), starts_children=True)

    def failed(result: bytes | Failure) -> bool:
        return isinstance(decode_page(result), Failure)

    return Work("reextract", job, list(batches_of(places)), pages, failed)


def retagging(count: int) -> Work:
    """Return the work of deciding the topics of a number of texts."""
    tagger = Tagger.load(bundled_path("data/topics"))
    phrases = [phrase for topic in tagger.taxonomy.topics.values() for phrase in topic.strong]
    items = [
        PendingItem("article", number, item, ("topics",))
        for number, item in enumerate(texts(random.Random(7), phrases, count))
    ]
    size = max(min(CHUNK, count // (4 * _WORKERS)), 1)
    batches = [
        msgspec.msgpack.encode(items[start : start + size]) for start in range(0, count, size)
    ]
    job: Job[Any, Any] = Job(annotate_item.annotate_chunk, annotate_item.set_tagger, (tagger,))
    return Work("retag", lambda _: job, batches, count)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU time and elapsed seconds."""

    cpu: float
    elapsed: float


def overhead(work: Work, repeat: int) -> str:
    """Measure `work` on both engines, `repeat` times in turns. Return the medians as a line.

    Both engines stay open, so that the two runs of a pair follow each other at once.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        loopback_cluster(Path(folder), _WORKERS) as cluster,
        _started(work, EngineSettings(processes=_WORKERS, memory_mb=_MEMORY_MB)) as local,
    ):
        cluster.wait_for_workers()
        settings = EngineSettings(name="dask", scheduler=cluster.url, memory_mb=_MEMORY_MB)
        with _started(work, settings) as distributed:
            runs = [
                (_cost(work, local, cluster.process_ids()), _cost(work, distributed, ()))
                for _ in range(repeat)
            ]
    return _line(work, runs)


def _line(work: Work, runs: Sequence[tuple[Cost, Cost]]) -> str:
    def median(value: Callable[[Cost, Cost], float]) -> float:
        return statistics.median(value(*run) for run in runs)

    scale = 1000 / work.items
    return (
        f"{work.name:10} {work.items:,} items: "
        f"local {median(lambda local, _: local.cpu) * scale:.2f} ms, "
        f"cluster {median(lambda _, cluster: cluster.cpu) * scale:.2f} ms of CPU time each, "
        f"overhead {median(lambda local, cluster: cluster.cpu / local.cpu) - 1:+.1%} "
        f"(elapsed {median(lambda local, cluster: cluster.elapsed / local.elapsed) - 1:+.1%})"
    )


@contextmanager
def _started(work: Work, settings: EngineSettings) -> Iterator[Engine[Any, Any]]:
    """Yield an engine after a first pass over the batches, in which all processes load the code."""
    with open_engine(settings, work.job(settings)) as engine:
        list(map_in_order(engine, work.batches))
        yield engine


def _cost(work: Work, engine: Engine[Any, Any], others: Sequence[int]) -> Cost:
    """Return the cost of one pass for this process and its descendants, without the `others`."""

    def cpu() -> float:
        return tree_cpu_seconds(os.getpid()) - sum(map(tree_cpu_seconds, others))

    began, start = cpu(), time.perf_counter()
    results = list(map_in_order(engine, work.batches))
    cost = Cost(cpu() - began, time.perf_counter() - start)
    assert not any(work.failed(value) for _, values in results for value in values)
    return cost


def main() -> None:
    """Print the overhead of both kinds of work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", choices=("reextract", "retag"))
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}")
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "retag":
            print(overhead(reextraction(Path(folder), options.pages), options.repeat), flush=True)
        if options.only != "reextract":
            print(overhead(retagging(options.texts), options.repeat), flush=True)


if __name__ == "__main__":
    main()
