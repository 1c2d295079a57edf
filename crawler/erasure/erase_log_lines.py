"""Erasing the lines of logs and other text files that hold a trace."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.erasure.match_traces import Traces


def erase_lines(path: Path, traces: Traces) -> int:
    """Remove every line that holds a trace; returns how many. The file is replaced in one step."""
    lines = path.read_text("utf-8", "surrogateescape").splitlines(keepends=True)
    kept = [line for line in lines if not traces.in_text(line)]
    if len(kept) < len(lines):
        draft = path.with_name(f"{path.name}.erasing")
        draft.write_text("".join(kept), "utf-8", "surrogateescape")
        os.replace(draft, path)
    return len(lines) - len(kept)
