"""Erasing the lines of logs and other text files that contain a trace."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.erasure.match_traces import Traces


def erase_lines(path: Path, traces: Traces) -> int:
    """Remove every line that contains one of `traces`. The file is replaced in one step.

    Returns the number of lines removed.
    """
    lines = path.read_bytes().splitlines(keepends=True)
    without_traces = [line for line in lines if not traces.in_text(line.decode("utf-8", "replace"))]
    if len(without_traces) < len(lines):
        draft = path.with_name(f"{path.name}.erasing")
        draft.write_bytes(b"".join(without_traces))
        os.replace(draft, path)
    return len(lines) - len(without_traces)
