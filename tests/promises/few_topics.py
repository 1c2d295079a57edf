"""A copy of some of the shipped topics, with the rows about them: fewer pages for each night."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

from crawler.workspace import bundled_path

SHIPPED = bundled_path("data", "topics")
TOPICS = frozenset(
    {
        "cache-stampede", "caching", "consensus", "data-systems", "databases",
        "distributed-locking", "distributed-systems", "leader-election-and-leases", "replication",
        "scale-and-performance",
    }
)  # fmt: skip
_REFERENCES = re.compile(r"^(related|confused_with) = \[(.*?)\]", re.MULTILINE | re.DOTALL)


def copy_few_topics(folder: Path) -> None:
    """Write TOPICS with their texts and tables, which name no other topic, as all of `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in _files().items():
        (folder / name).write_text(text, encoding="utf-8")


@cache
def _files() -> dict[str, str]:
    paths = [SHIPPED / f"{slug}{suffix}" for slug in TOPICS for suffix in (".toml", ".md")]
    files = {path.name: _REFERENCES.sub(_kept, path.read_text("utf-8")) for path in paths}
    for path in SHIPPED.glob("_*"):
        text = path.read_text("utf-8")
        files[path.name] = _rows_of_topics(text) if path.suffix == ".tsv" else text
    return files


def _kept(reference: re.Match[str]) -> str:
    slugs = [slug for slug in re.findall(r'"([^"]+)"', reference[2]) if slug in TOPICS]
    return f"{reference[1]} = [{', '.join(f'{slug!r}' for slug in slugs)}]"


def _rows_of_topics(table: str) -> str:
    """The rows of a table whose topic is copied. The topic is the first or second column."""
    kept = (
        row
        for row in table.splitlines(keepends=True)
        if row.startswith("#") or TOPICS.intersection(row.rstrip("\n").split("\t")[:2])
    )
    return "".join(kept)
