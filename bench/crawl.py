"""Compare crawling with Scrapy on a loopback web of 50 hosts; measure memory and the schedule.

    python -m bench.crawl [--pages 2000] [--hosts 50] [--repeat 3] [--corpus FOLDER]
                          [--scrapy PYTHON]

        pages per second of both sides

    python -m bench.crawl --memory

        peak memory at 2,000 and 20,000 pages

    python -m bench.crawl --schedule

        time of the polite schedule relative to the optimum

The sides take turns in separate processes; figures are medians. `read` fetches and extracts with
the same function on both sides; Hashtrail also archives, tags and stores in SQLite. `fetch` fetches
and writes every body to a gzip archive. FOLDER contains pages (.html, .html.gz) to serve instead of
generated ones. Scrapy runs under this interpreter, or under PYTHON, which must also be able to
import `crawler`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from bench.crawl_schedule import schedule

GOALS = {"read": 1.8, "fetch": 1.5}


@contextmanager
def served(hosts: int, corpus: str) -> Iterator[int]:
    """A loopback web; its port."""
    command = [
        sys.executable,
        "-m",
        "bench.crawl_server",
        str(hosts),
        *([corpus] if corpus else []),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


def run(python: str, side: str, port: int, hosts: int, pages: int, mode: str) -> dict[str, Any]:
    """Run one side once in a separate process and return the figures that it printed.

    Child processes load the main module again: like that of `hashtrail`, it is small.
    """
    command = [
        python,
        "-c",
        f"from bench.crawl_{side} import main; main()",
        str(port),
        str(hosts),
        str(pages),
        mode,
    ]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if result["pages"] != pages:
        sys.exit(f"{side} {mode}: {result['pages']} of {pages} pages")
    return result


def compare(port: int, args: argparse.Namespace) -> None:
    """Print pages per second, CPU and memory of both sides, and the ratio with its goal."""
    for mode, goal in GOALS.items():
        runs: dict[str, list[dict[str, Any]]] = {"scrapy": [], "ours": []}
        for _ in range(args.repeat):
            runs["scrapy"].append(run(args.scrapy, "scrapy", port, args.hosts, args.pages, mode))
            runs["ours"].append(run(sys.executable, "ours", port, args.hosts, args.pages, mode))
        rates = {
            side: median(args.pages / each["seconds"] for each in results)
            for side, results in runs.items()
        }
        for side, results in runs.items():
            cpu, peak = (
                median(each[key] for each in results) for key in ("cpu_seconds", "peak_mb")
            )
            print(
                f"{mode:6} {side:7} {rates[side]:7.0f} pages/s   "
                f"{cpu / args.pages * 1000:6.2f} ms CPU a page   {peak:5.0f} MB peak in the parent"
            )
        print(f"{mode:6} ratio   {rates['ours'] / rates['scrapy']:7.2f}           (goal {goal})")


def memory(port: int, args: argparse.Namespace) -> None:
    """Print the peak memory of the parent for `--pages` pages and for ten times as many."""
    for pages in (args.pages, 10 * args.pages):
        result = run(sys.executable, "ours", port, args.hosts, pages, "read")
        print(
            f"{pages:7,} pages: {result['peak_mb']:.0f} MB peak in the parent, "
            f"{pages / result['seconds']:.0f} pages/s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--scrapy", default=sys.executable)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--schedule", action="store_true")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    if args.schedule:
        schedule()
        return
    with served(args.hosts, args.corpus) as port:
        (memory if args.memory else compare)(port, args)


if __name__ == "__main__":
    main()
