"""Crawl generated pages on 50 loopback hosts, next to Scrapy.

    python -m bench.crawl [--memory | --schedule] [--pages 2000]

`python -m bench crawl` compares. This module alone prints the peak memory at --pages and at ten
times as many pages, or the duration of the polite schedule relative to the optimum.

`read` fetches and extracts with the same function on both sides; Hashtrail also archives, tags and
stores in SQLite. `fetch` fetches and writes every body to a gzip archive.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.claims import Side, versions_of
from bench.crawl_schedule import schedule
from bench.measuring import run_command
from bench.results import OURS
from devtools.peers import has_package

HOSTS = 50


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail and Scrapy for `size` pages of one web."""
    with _served(HOSTS) as port:
        yield [
            Side(OURS, lambda: _measured("ours", port, size), versions_of("aiohttp")),
            Side(
                "Scrapy",
                (lambda: _measured("scrapy", port, size)) if has_package("scrapy") else None,
                versions_of("scrapy", "twisted"),
            ),
        ]


def _measured(side: str, port: int, pages: int) -> Mapping[str, float]:
    """Return the figures of both modes of one side."""
    read, fetched = (_run(side, port, pages, mode) for mode in ("read", "fetch"))
    return {
        "read": pages / read["seconds"],
        "CPU time of reading": read["cpu_seconds"] / pages * 1000,
        "fetch": pages / fetched["seconds"],
        "CPU time of fetching": fetched["cpu_seconds"] / pages * 1000,
        "peak memory of reading": read["peak_mb"],
    }


@contextmanager
def _served(hosts: int) -> Iterator[int]:
    """Serve a loopback web. Yields its port."""
    command = [sys.executable, "-m", "bench.crawl_server", str(hosts)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


def _run(side: str, port: int, pages: int, mode: str) -> dict[str, float]:
    """Run one side once in a separate process and return its figures.

    The seconds are without its start, the CPU seconds are those of all its processes with it. Child
    processes load the main module again, so it is small, like that of `hashtrail`.
    """
    start = (
        "from devtools.peers import use_peers; use_peers(); "
        f"from bench.crawl_{side} import main; main()"
    )
    used = run_command([sys.executable, "-c", start, str(port), str(HOSTS), str(pages), mode])
    printed = json.loads(used.output.splitlines()[-1])
    if printed["pages"] != pages:
        raise RuntimeError(f"{side} {mode}: {printed['pages']} of {pages} pages")
    return {
        "seconds": printed["seconds"],
        "cpu_seconds": used.cpu_seconds,
        "peak_mb": used.peak_mb,
    }


def _print_memory(pages: int) -> None:
    with _served(HOSTS) as port:
        for count in (pages, 10 * pages):
            run = _run("ours", port, count, "read")
            print(
                f"{count:7,} pages: {run['peak_mb']:.0f} MB peak of the largest process, "
                f"{count / run['seconds']:.0f} pages/s"
            )


def main() -> None:
    """Print memory or schedule, as the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--memory", action="store_true")
    chosen.add_argument("--schedule", action="store_true")
    options = parser.parse_args()
    if options.schedule:
        schedule()
    else:
        _print_memory(options.pages)


if __name__ == "__main__":
    main()
