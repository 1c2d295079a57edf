"""Backlog of a new check: the findings per package that may remain until they are fixed.

A backlog file has one row per package and rule: package, rule, findings. The check fails when the
findings of a rule exceed the total of its rows, and prints those of the packages that have more
than their row allows. So a module can move between packages. A package without a row has 0.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.repository import package_of, table_rows


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place that breaks a rule, and what to write instead."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"

    @property
    def key(self) -> tuple[str, str]:
        """The backlog row that counts this finding: package and rule."""
        return package_of(self.path), self.rule


def load_backlog(path: Path) -> Counter[tuple[str, str]]:
    """Return the allowed number of findings by package and rule; a missing file allows none."""
    rows = table_rows(path) if path.exists() else []
    return Counter({(package, rule): int(number) for package, rule, number in rows})


def above_backlog(
    findings: Iterable[Finding], allowed: Counter[tuple[str, str]]
) -> dict[tuple[str, str], list[Finding]]:
    """Return the `findings` by package and rule above `allowed`, where the rule's total grew."""
    by_key: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(finding.key, []).append(finding)

    excess: Counter[str] = Counter()
    for (_, rule), group in by_key.items():
        excess[rule] += len(group)
    for (_, rule), number in allowed.items():
        excess[rule] -= number

    grown = {key for key, group in by_key.items() if len(group) > allowed[key]}
    return {key: by_key[key] for key in grown if excess[key[1]] > 0}


def write_backlog(path: Path, header: str, findings: Iterable[Finding]) -> None:
    """Write the number of `findings` by package and rule; delete the file when none is left."""
    counts = Counter(finding.key for finding in findings)
    rows = [f"{package}\t{rule}\t{counts[package, rule]}\n" for package, rule in sorted(counts)]
    if rows:
        path.write_text(header + "".join(rows), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def header_of(module: str) -> str:
    """Return the comment that begins the backlog of the check in the `module` of devtools."""
    return (
        f"# Findings of devtools/{module}.py that may remain: package, rule, findings.\n"
        f"# `python -m devtools.{module} PATH…` lists them, `--renew` lowers the numbers.\n"
    )


def run_check(
    module: str,
    description: str,
    backlog: Path,
    find_all: Callable[[Sequence[str]], list[Finding]],
    arguments: Sequence[str] | None,
) -> int:
    """Run the check in this `module` of devtools from the command line; return the exit code.

    `description` is its help, `find_all` finds its findings in paths (none: everywhere), and
    `arguments` are those of the command line (default: of this process).
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m devtools.{module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", help="files or folders; default: all")
    parser.add_argument("--counts", action="store_true", help="print numbers per package")
    parser.add_argument("--renew", action="store_true", help="lower the backlog")
    parser.add_argument("--grow", action="store_true", help="with --renew: for a stricter rule")
    options = parser.parse_args(arguments)
    findings = find_all(options.paths)
    if options.renew:
        print(renewed(backlog, header_of(module), find_all(()), grow=options.grow))
        return 0
    if options.counts:
        for (package, rule), number in sorted(Counter(f.key for f in findings).items()):
            print(f"{number:5}  {package}  {rule}")
    else:
        print(*findings, sep="\n")
    print(f"{len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


def renewed(path: Path, header: str, findings: list[Finding], *, grow: bool = False) -> str:
    """Write today's `findings` as the backlog at `path` and return a summary.

    Refuse when the total grew, unless `grow` is set: only a new or stricter rule may add to it.

    Raises:
        ValueError: the total number of findings grew.
    """
    before = load_backlog(path).total()
    if len(findings) > before and not grow:
        raise ValueError(f"{len(findings)} findings, the backlog allows {before}: fix the new ones")
    write_backlog(path, header, findings)
    return f"{path.name}: {before} -> {len(findings)}"


def new_findings(findings: Iterable[Finding], path: Path) -> str:
    """Return the `findings` of packages that exceed the backlog at `path`, one per line."""
    groups = above_backlog(findings, load_backlog(path))
    lines = [str(finding) for key in sorted(groups) for finding in sorted(groups[key])]
    return "".join(f"\n{line}" for line in lines)
