"""`hashtrail explore` and `hashtrail serve` as real processes, and the memory of their children."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MAIN = "from crawler.cli.main import main; main()"


@dataclass(frozen=True)
class Server:
    """A running server: its process, its URL without a slash at the end."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def running(root: Path, verb: str, *arguments: str) -> Iterator[Server]:
    """Run `hashtrail VERB --port 0` in the workspace `root` while the block runs."""
    command = [sys.executable, "-c", _MAIN, "--workspace", str(root), verb, "--port", "0"]
    process = subprocess.Popen(
        [*command, *arguments], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stderr
        seen = []
        while not (found := re.search(r"http://[^/ ]+:(\d+)/", line := process.stderr.readline())):
            seen.append(line)
            assert line, f"the server did not start: {''.join(seen)}"
        yield Server(process, f"http://127.0.0.1:{found[1]}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()


def family(pid: int) -> list[int]:
    """The process `pid` and all its descendants that are alive."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry))
    found = [pid]
    for member in found:
        found += parents.get(member, [])
    return found


def memory_mb(pid: int) -> tuple[float, float]:
    """Memory of a process and its descendants in MB: shared pages counted once, and every time."""
    once = every = 0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
        once += sizes["Pss:"]
        every += sizes["Rss:"]
    return once / 1024, every / 1024


def open_files(pid: int) -> set[str]:
    """The paths that a process and its descendants hold open, as the kernel names them."""
    paths = set()
    for member in family(pid):
        folder = Path(f"/proc/{member}/fd")
        try:
            for handle in folder.iterdir():
                paths.add(os.readlink(handle))
        except OSError:
            continue
    return paths
