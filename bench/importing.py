"""Measure how fast a large export is imported, and the memory that it needs.

    python -m bench.importing [ARTICLES] [POSTS] [--other CHECKOUT]

Each run imports the same generated JSON Lines file into a new workspace with `hashtrail import`,
then a second time. `--other` also measures another checkout of Hashtrail, with the same Python.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.process_tree import Usage, watch

ROOT = Path(__file__).parent.parent
_WORDS = [f"word{number}" for number in range(15_000)]
_MAIN = "from crawler.cli.main import main; main()"


def lines(articles: int, posts: int) -> Iterator[str]:
    """Yield the lines of an export: `articles` with 400 words, and `posts` with 40 words."""
    choose = random.Random(1)
    for number in range(articles):
        yield json.dumps(
            {
                "type": "article",
                "url": f"https://host{number % 999}.example/{number}",
                "title": f"Article {number}",
                "authors": [f"Author {number % 700}"],
                "published": "2026-03-01T08:00:00Z",
                "language": "en",
                "text": "\n\n".join(" ".join(choose.choices(_WORDS, k=80)) for _ in range(5)),
            }
        )
    for number in range(posts):
        handle = f"author{number // 50}@trail.example"
        yield json.dumps(
            {
                "type": "post",
                "uri": f"https://trail.example/{number}",
                "network": "mastodon",
                "author": {"handle": handle, "name": f"Author {number // 50}"},
                "published": "2026-03-01T08:00:00Z",
                "text": " ".join(choose.choices(_WORDS, k=40)) + " #DistributedSystems #Raft",
                "hashtags": ["DistributedSystems", "Raft"],
                "links": [f"https://host{number % 999}.example/{number % (articles or 1)}"],
            }
        )


def measured(checkout: Path, workspace: Path, file: Path) -> Usage:
    """Return the measures of `hashtrail import` in `checkout` for `file` in `workspace`."""
    command = ["-P", "-c", _MAIN, "--workspace", str(workspace), "import", str(file), "--json"]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    process = subprocess.Popen(
        [sys.executable, *command], env=environment, cwd=workspace, stdout=subprocess.DEVNULL
    )
    usage = watch(process)
    if process.returncode:
        sys.exit(f"hashtrail import ended with status {process.returncode} in {checkout}.")
    return usage


def _print(name: str, run: Usage) -> None:
    memory = f"{run.megabytes:6.0f} MB command{run.child_megabytes:6.0f} MB child"
    print(f"{name:<30}{run.seconds:8.1f} s{run.cpu_seconds:8.1f} s CPU{memory}", flush=True)


def main() -> None:
    """Print the measures of this checkout, and before them those of the other one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="?", type=int, default=20_000)
    parser.add_argument("posts", nargs="?", type=int, default=35_000)
    parser.add_argument("--other", type=Path, help="another checkout to measure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "export.jsonl")
        with file.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines(options.articles, options.posts))
        print(f"{file.stat().st_size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}", flush=True)
        checkouts = {"this checkout": ROOT}
        if options.other:
            checkouts = {"other checkout": options.other.resolve(), **checkouts}
        for name, checkout in checkouts.items():
            workspace = Path(folder, name)
            (workspace / "data").mkdir(parents=True)
            (workspace / "data/hashtrail.toml").write_text("")
            for number in ("first import", "second import"):
                _print(f"{name}, {number}", measured(checkout, workspace, file))


if __name__ == "__main__":
    main()
