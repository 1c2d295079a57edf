"""Measure every step over a generated library, from an import to the questions of the explorer.

    python -m bench.scale [--articles N] [--folder FOLDER] [--steps STEP...] [--keep]

The library has N articles (1,000 to 1,000,000) with three posts each. Each step runs in a
separate process. A line of the table has its elapsed time, the CPU time of all its processes, its
peak memory and that of its largest child. `--steps` runs only these steps, in order. A step that
is done is skipped, so that an interrupted benchmark continues. FOLDER has `result.json` and, with
`--keep`, the files of all steps.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.process_tree import Usage, watch
from bench.scale.steps import STEPS, Folders, Step

ROOT = Path(__file__).parent.parent.parent
_BYTES_PER_ARTICLE = 90_000  # export, database, snapshot and site at 10,000 articles
_SETUP_BYTES = 200_000_000
_DEGRADED = 2  # exit code: the site is published


def main() -> None:
    """Run the steps and print the table."""
    options = _options()
    folders = Folders((options.folder or ROOT / "build" / f"scale-{options.articles}").resolve())
    needed = _check_space(folders.root, options.articles)
    print(f"{options.articles:,} articles need about {needed / 1e9:.1f} GB in {folders.root}")
    results = run_steps(folders, options.articles, options.steps)
    print(table(results))
    if not options.keep:
        for folder in (folders.export, folders.new_export, folders.workspace):
            shutil.rmtree(folder, ignore_errors=True)


def run_steps(folders: Folders, articles: int, names: Sequence[str]) -> Mapping[str, Any]:
    """Run the steps with these `names`, except those that `result.json` has; return all results.

    Raises SystemExit for a step that fails. The results before it are stored.
    """
    folders.root.mkdir(parents=True, exist_ok=True)
    stored = folders.root / "result.json"
    results: dict[str, Any] = json.loads(stored.read_text()) if stored.exists() else {}
    for step in STEPS:
        if step.name not in names or step.name in results:
            continue
        print(f"{step.name} …", file=sys.stderr, flush=True)
        load = os.getloadavg()[0]
        usage, figures = _run(step, folders, articles)
        results[step.name] = {**asdict(usage), "load": round(load, 1), **figures}
        results["machine"] = _machine(articles)
        stored.write_text(json.dumps(results, indent=1))
    return results


def table(results: Mapping[str, Any]) -> str:
    """Return the `results` of `run_steps` as a table of Markdown."""
    rows = [
        "| step | elapsed | CPU time | peak memory | of a child | load |",
        "|---|---|---|---|---|---|",
    ]
    for step in STEPS:
        if step.is_setup or step.name not in results:
            continue
        result = results[step.name]
        figures = "".join(
            f"{result[key]:,.{digits}f} {unit} | "
            for key, digits, unit in (
                ("seconds", 1, "s"),
                ("cpu_seconds", 1, "s"),
                ("megabytes", 0, "MB"),
                ("child_megabytes", 0, "MB"),
                ("load", 1, ""),
            )
        )
        rows.append(f"| {step.meaning} | {figures.rstrip()}")
    if "questions" in results:
        asked = results["questions"]
        rows += ["", f"Questions: median {asked['p50_ms']} ms, 95 % within {asked['p95_ms']} ms."]
    return "\n".join(rows)


def _options() -> argparse.Namespace:
    names = [step.name for step in STEPS]
    parser = argparse.ArgumentParser(
        prog="python -m bench.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="default: build/scale-N")
    parser.add_argument("--steps", nargs="+", choices=names, default=names, metavar="STEP")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def _check_space(folder: Path, articles: int) -> int:
    """Return the bytes that the files need. Raises SystemExit if so much is not free."""
    needed = articles * _BYTES_PER_ARTICLE + _SETUP_BYTES
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        sys.exit(f"{needed / 1e9:.1f} GB are needed in {folder}, and {free / 1e9:.1f} GB are free.")
    return needed


def _run(step: Step, folders: Folders, articles: int) -> tuple[Usage, Mapping[str, object]]:
    output = folders.root / f"{step.name}.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            step.command(folders, articles),
            cwd=folders.root,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        usage = watch(process)
    if process.returncode not in (0, _DEGRADED):
        lines = output.read_text(errors="replace").splitlines()
        sys.exit("\n".join([f"{step.name} ended with status {process.returncode}:", *lines[-8:]]))
    return usage, _figures(output)


def _figures(output: Path) -> Mapping[str, object]:
    """Return the JSON object in the last line of `output`; empty if it has none."""
    *_, last = output.read_text(errors="replace").splitlines() or [""]
    try:
        figures = json.loads(last)
    except ValueError:
        return {}
    return figures if isinstance(figures, dict) else {}


def _machine(articles: int) -> Mapping[str, object]:
    return {
        "articles": articles,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    main()
