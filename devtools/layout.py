"""Check the layout of Python files: lines of at most 100 columns, files of at most 400 lines.

python -m devtools.layout            all findings
python -m devtools.layout PATH…      the findings in these files or folders
python -m devtools.layout --counts   the number of findings per package and rule
python -m devtools.layout --renew    lower the backlog to today's findings

Line lengths come from ruff (E501, line-length in pyproject.toml), which skips the tables that
`per-file-ignores` names. File lengths are limited in crawler/ only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from devtools.backlog import Finding, run_check
from devtools.repository import DEVTOOLS, ROOT, matching_files

BACKLOG = DEVTOOLS / "layout_backlog.tsv"
MAX_LINES = 400


def find_all(paths: Sequence[str] = ()) -> list[Finding]:
    """Return the findings in `paths` (files, folders or patterns; default: every Python file)."""
    files = [path for path in matching_files(paths or ["*.py"]) if path.endswith(".py")]
    return sorted([*line_findings(files), *file_findings(files)])


def line_findings(files: Sequence[str]) -> Iterator[Finding]:
    """Yield the lines of `files` that ruff reports as too long."""
    command = [sys.executable, "-m", "ruff", "check", "--select=E501", "--config=lint.ignore=[]"]
    command += ["--output-format=json", "--exit-zero", "--no-cache", "--", *files]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for report in json.loads(done.stdout):
        path = Path(report["filename"]).relative_to(ROOT).as_posix()
        yield Finding(path, report["location"]["row"], "line length", report["message"])


def file_findings(files: Sequence[str]) -> Iterator[Finding]:
    """Yield the modules among `files` that have more than `MAX_LINES` lines."""
    for path in files:
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        if path.startswith("crawler/") and lines > MAX_LINES:
            message = f"{lines} lines, at most {MAX_LINES}: split the module by subject"
            yield Finding(path, 1, "file length", message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings that the `arguments` select; return 1 when there are any."""
    return run_check("layout", __doc__ or "", BACKLOG, find_all, arguments)


if __name__ == "__main__":
    sys.exit(main())
