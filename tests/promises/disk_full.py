"""A rig that fills a real disk during a night: `python -m tests.promises.disk_full 20`.

For each moment a fresh disk (tmpfs) holds a workspace after one night. A filler leaves just so
much free space that the next night runs out of it earlier or later.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.test_bad_input import ROOT, make_workspace

DEADLINE_SECONDS = 90.0
_DISK_BYTES = 64_000_000
_POSTS = 60
_PEAK = 1.7  # drafts of snapshot and backup need more space than what is left in the end
_MAIN = "from crawler.cli.main import main; main()"


@dataclass(frozen=True)
class Moment:
    """The result of one night on a disk with `free` bytes."""

    free: int
    code: int
    seconds: float
    output: str
    site_is_whole: bool
    database_is_intact: bool
    next_code: int
    next_has_all: bool


def can_mount(folder: Path) -> bool:
    """Whether this account may mount a small file system at `folder`."""
    if not shutil.which("mount"):
        return False
    mounted = mount(folder, 4_000_000)
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)
    return mounted


def run_moments(count: int, folder: Path) -> list[Moment]:
    """Run one night for each of `count` amounts of free space, from none to nearly enough."""
    prepared = _prepared(folder / "prepared")
    needed = _needed(prepared, folder / "measured")
    amounts = [int(_PEAK * needed * number / count) for number in range(count)]
    return [_moment(prepared, folder / "disk", free) for free in amounts]


def _moment(prepared: Path, disk: Path, free: int) -> Moment:
    with _small_disk(disk):
        workspace = disk / "kb"
        shutil.copytree(prepared, workspace, symlinks=True)
        before = _site(workspace)
        filler = _fill(disk, free)
        began = time.monotonic()
        done = nightly(workspace)
        seconds = time.monotonic() - began
        after = _site(workspace)
        filler.unlink()
        intact = _integrity(workspace) == "ok"
        again = nightly(workspace)
        return Moment(
            free,
            done.returncode,
            seconds,
            done.stderr,
            after == before or _is_whole(after),
            intact,
            again.returncode,
            _posts(workspace) == 2 * _POSTS and _is_whole(_site(workspace)),
        )


def nightly(workspace: Path) -> subprocess.CompletedProcess[str]:
    """`hashtrail nightly` without the check for 200 MB of free space before it begins."""
    command = [sys.executable, "-c", _MAIN, "--workspace", str(workspace), "nightly"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HASHTRAIL_BUDGET_FREE_MB": "0"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=DEADLINE_SECONDS, env=environment
    )


def _prepared(folder: Path) -> Path:
    """A workspace after one night, with posts for the next in its inbox."""
    folder.mkdir()
    workspace = make_workspace(folder / "kb")
    inbox = workspace / "data/inbox"
    for file in inbox.iterdir():
        file.unlink()
    (inbox / "first.jsonl").write_text(_corpus("first"), encoding="utf-8")
    done = nightly(workspace)
    assert done.returncode == 0, done.stderr
    (inbox / "second.jsonl").write_text(_corpus("second"), encoding="utf-8")
    return workspace


def _corpus(name: str) -> str:
    sentence = "consensus, replication and failure detection in distributed systems. "
    return "\n".join(
        json.dumps({
            "type": "post", "uri": f"{name}:{n}", "network": "x", "links": [],
            "text": f"Note {n} of {name} {n * 7919}: {sentence * 9}",
            "hashtags": ["DistributedSystems"],
        })
        for n in range(_POSTS)
    )  # fmt: skip


def _needed(prepared: Path, folder: Path) -> int:
    """How many bytes the second night adds to the disk at its peak, about."""
    with _small_disk(folder):
        workspace = folder / "kb"
        shutil.copytree(prepared, workspace, symlinks=True)
        used = shutil.disk_usage(folder).used
        assert nightly(workspace).returncode == 0
        return shutil.disk_usage(folder).used - used


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    assert mount(folder, _DISK_BYTES)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount(folder: Path, size: int) -> bool:
    """Mount a file system of `size` bytes at `folder`. Return whether this account may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def _fill(disk: Path, free: int) -> Path:
    """A file that leaves `free` bytes of the disk."""
    filler = disk / "filler"
    os_free = shutil.disk_usage(disk).free
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(os_free - free, 1))
    return filler


def _site(workspace: Path) -> dict[str, bytes]:
    public = workspace / "site/public"
    files = (path for path in public.rglob("*") if path.is_file())
    return {str(path.relative_to(public)): path.read_bytes() for path in files}


def _is_whole(site: dict[str, bytes]) -> bool:
    """Whether the second night is published: a page for each post, and none cut short."""
    posts = [data for path, data in site.items() if path.startswith("post/")]
    ends = all(data.rstrip().endswith(b"</html>") for data in posts)
    return len(posts) == 2 * _POSTS and ends and site["index.html"].rstrip().endswith(b"</html>")


def _integrity(workspace: Path) -> str:
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        return str(db.execute("PRAGMA integrity_check").fetchone()[0])


def _posts(workspace: Path) -> int:
    with sqlite3.connect(workspace / "data/state/hashtrail.db") as db:
        return int(db.execute("SELECT count(*) FROM posts").fetchone()[0])


def main() -> None:
    """Print one line for each moment."""
    with tempfile.TemporaryDirectory() as folder:
        for moment in run_moments(int(sys.argv[1]), Path(folder)):
            first = moment.output.splitlines()[0] if moment.output else ""
            state = f"site {moment.site_is_whole}, database {moment.database_is_intact}"
            then = f"then {moment.next_code}, all {moment.next_has_all}"
            head = f"{moment.free:>9,} bytes free: exit {moment.code} in {moment.seconds:.1f} s"
            print(f"{head}; {state}; {then}; {first}")


if __name__ == "__main__":
    main()
