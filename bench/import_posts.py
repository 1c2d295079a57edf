"""Import posts from JSON Lines with `hashtrail import` and with `sqlite-utils upsert`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bench.claims import Side, versions_of
from bench.importing import lines
from bench.measuring import Usage, run_command
from bench.results import OURS
from crawler.settings.all_settings import Settings
from crawler.store.database import open_store
from crawler.workspace import Workspace

_HASHTRAIL = "from crawler.cli.main import main; main()"


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield both commands for the same file of `size` posts."""
    file = folder / "posts.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines(0, size)), encoding="utf-8")
    yield [
        Side(OURS, lambda: _twice(size, _hashtrail(folder / "workspace", file)), {}),
        Side(
            "sqlite-utils",
            lambda: _twice(size, _sqlite_utils(folder / "plain.db", file)),
            versions_of("sqlite-utils"),
        ),
    ]


def _twice(posts: int, run: Callable[[], Usage]) -> Mapping[str, float]:
    """Return the figures of an import and of a second one of the same posts."""
    new, known = run(), run()
    return {
        "new posts": posts / new.cpu_seconds,
        "known posts": posts / known.cpu_seconds,
        "peak memory": new.peak_mb,
    }


def _hashtrail(root: Path, file: Path) -> Callable[[], Usage]:
    """Create an empty workspace and return its import."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "data").mkdir(parents=True)
    (root / "data/hashtrail.toml").write_text("", encoding="utf-8")
    open_store(Workspace(root, Settings()).database)
    arguments = ["--workspace", root, "import", file, "--json"]
    return lambda: run_command([sys.executable, "-c", _HASHTRAIL, *arguments])


def _sqlite_utils(path: Path, file: Path) -> Callable[[], Usage]:
    """Create a table and return the upsert into it."""
    path.unlink(missing_ok=True)
    db = Database(path)
    db.enable_wal()
    db.table("posts").create({"uri": str, "text": str}, pk="uri")
    db.close()
    arguments = ["upsert", path, "posts", file, "--nl", "--pk", "uri", "--alter"]
    return lambda: run_command([sys.executable, "-m", "sqlite_utils", *arguments])
