"""Keep the licence of every locked package in requirements/licences.tsv and docs/LICENCES.md.

python -m devtools.licences          write docs/LICENCES.md from the table
python -m devtools.licences --renew  add new packages from their metadata, remove unused ones first

A row is package, use, licence (an SPDX expression) and note. Rows with a note are edited by hand
and not renewed: the metadata names no licence, or the licence is not permissive.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from devtools.repository import ROOT, table_rows

TABLE = ROOT / "requirements/licences.tsv"
PAGE = ROOT / "docs/LICENCES.md"
VENDORED = ROOT / "site/explorer/vendor/vendored.toml"
RELEASE_ENVIRONMENT = ROOT / ".release"
UNKNOWN = "unknown"
HEADER = "# package\tuse\tlicence (SPDX)\tnote; rows with a note are edited by hand\n"

USES: Mapping[str, str] = {
    "run": "Hashtrail needs it at run time",
    "build": "builds the wheel",
    "extra": "an optional extra of Hashtrail",
    "test": "used by the tests and linters",
    "release": "used to make a release",
}
PERMISSIVE = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC"}
    | {"MIT", "MIT-0", "PSF-2.0", "Zlib"}
)
WEAK_COPYLEFT = frozenset(["LGPL-3.0-only", "MPL-1.1", "MPL-2.0"])
"""Allowed with a note: a change of the package must be published, but not the code that uses it."""

_NAMES: Mapping[str, str] = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the bsd 2-clause license": "BSD-2-Clause",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One locked package with its `use`, its `licence` and a `note` about an exception."""

    package: str
    use: str
    licence: str
    note: str = ""


def rows() -> list[Row]:
    """Return the rows of the table."""
    return [Row(*columns) for columns in table_rows(TABLE)]


def locked_packages(root: Path = ROOT) -> dict[str, str]:
    """Return the use of every package in the locks of the repository at `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    names = {lock: _names(root / f"requirements/{lock}.lock") for lock in ("run", "dev", "release")}
    extras = project["project"]["optional-dependencies"].values()
    core = _closure(project["project"]["dependencies"]) & names["run"]
    optional = _closure(line for lines in extras for line in lines) & names["dev"]
    uses = dict.fromkeys(names["release"], "release") | dict.fromkeys(names["dev"], "test")
    uses |= dict.fromkeys(optional, "extra") | dict.fromkeys(names["run"], "build")
    return uses | dict.fromkeys(core, "run")


def declared_licence(distribution: Distribution) -> str:
    """Return the SPDX expression that the metadata of `distribution` declares, or `UNKNOWN`.

    Fields: https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    metadata = distribution.metadata
    names = ("License-Expression", "License")
    candidates = [text for name in names for text in metadata.get_all(name) or []]
    classifiers = metadata.get_all("Classifier") or []
    candidates += [line.split(" :: ")[-1] for line in classifiers if line.startswith("License ::")]
    return next((name for text in candidates if (name := _spdx(text))), UNKNOWN)


def installed() -> dict[str, Distribution]:
    """Return the packages of this environment and of the one with the tools of a release."""
    places = [str(path) for path in RELEASE_ENVIRONMENT.glob("lib/python*/site-packages")]
    packages = [*distributions(path=[*places]), *distributions()]
    return {canonicalize_name(package.metadata["Name"]): package for package in packages}


def is_allowed(row: Row) -> bool:
    """Return whether the policy allows the licence of `row` for its use.

    Permissive licences are allowed. A weak copyleft licence needs a note that explains it. Any
    other licence needs a note too, and is never allowed for a package that runs.
    """
    if _satisfied_by(row.licence, PERMISSIVE):
        return True
    if row.use in ("run", "extra"):
        return bool(row.note) and _satisfied_by(row.licence, PERMISSIVE | WEAK_COPYLEFT)
    return bool(row.note) and row.licence != UNKNOWN


def renewed(old: Iterable[Row]) -> list[Row]:
    """Return the rows for the packages that are locked now.

    `old` rows with a note keep their licence. Rows of packages that are not installed stay equal.
    """
    previous = {row.package: row for row in old}
    packages = installed()
    result = []
    for name, use in sorted(locked_packages().items()):
        row = previous.get(name, Row(name, use, UNKNOWN))
        if name in packages:
            licence = row.licence if row.note else declared_licence(packages[name])
            row = replace(row, use=use, licence=licence)
        result.append(row)
    return result


def render_page(packages: Sequence[Row]) -> str:
    """Return docs/LICENCES.md for these `packages` and the files of other projects."""
    return "\n".join([_INTRODUCTION, *_package_tables(packages), *_vendored_table(), ""])


def _names(lock: Path) -> set[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line[:60]}


def _closure(requirements: Iterable[str]) -> set[str]:
    """Return the names of the `requirements` and of everything that they require."""
    packages = installed()
    pending = [Requirement(line) for line in requirements]
    visited: set[tuple[str, str]] = set()
    while pending:
        requirement = pending.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras} - {e for n, e in visited if n == name}:
            visited.add((name, extra))
            pending += _required(packages.get(name), extra)
    return {name for name, _ in visited}


def _required(package: Distribution | None, extra: str) -> Iterator[Requirement]:
    """Yield what `package` requires on any platform, with `extra` if that is not empty."""
    for line in (package.requires or []) if package else []:
        requirement = Requirement(line)
        extras = set(re.findall(r"extra == [\"']([^\"']+)", str(requirement.marker or "")))
        if extra in extras or not (extra or extras):
            yield requirement


def _spdx(text: str) -> str:
    """Return the SPDX expression for a licence named `text`, or nothing."""
    name = _NAMES.get(text.strip().lower(), text.strip())
    try:
        return canonicalize_license_expression(name) if name and len(name) < 200 else ""
    except InvalidLicenseExpression:
        return ""


def _satisfied_by(expression: str, allowed: frozenset[str]) -> bool:
    """Return whether the `allowed` licences satisfy an `expression` of AND parts and OR choices."""
    parts = expression.replace("(", "").replace(")", "").split(" AND ")
    return all(any(name in allowed for name in part.split(" OR ")) for part in parts)


_INTRODUCTION = """\
# Licences

This page is generated by `make docs` from `requirements/licences.tsv`. Hashtrail has the licence
Apache-2.0. Its wheel contains the files of the last table. The installer downloads the packages.

The policy, which a test enforces:

- A package that runs has a permissive licence. A weak copyleft licence (LGPL, MPL) is an exception
  that needs a reason: it covers changes of that package, and Hashtrail changes none.
- No package that runs has a strong copyleft licence (GPL, AGPL).
- Tools for tests and releases may have any licence, with a reason.

`make lock` adds new packages to the table, with the licence that their metadata declares."""


def _package_tables(packages: Sequence[Row]) -> Iterator[str]:
    for use, meaning in USES.items():
        selected = [row for row in packages if row.use == use]
        yield f"\n## {use.capitalize()}: {len(selected)} packages\n\n{meaning.capitalize()}.\n"
        yield "| package | licence | note |\n|---|---|---|"
        yield from (f"| {row.package} | {row.licence} | {row.note} |" for row in selected)


def _vendored_table() -> Iterator[str]:
    yield "\n## Files of other projects in this repository\n"
    yield "| package | version | licence | source |\n|---|---|---|---|"
    for package in tomllib.loads(VENDORED.read_text(encoding="utf-8")).values():
        columns = (package[key] for key in ("package", "version", "licence", "source"))
        yield f"| {' | '.join(columns)} |"


def main(arguments: Sequence[str] = ()) -> None:
    """Write the page, and before that the table if the `arguments` contain --renew."""
    if "--renew" in arguments:
        lines = ("\t".join((r.package, r.use, r.licence, r.note)) for r in renewed(rows()))
        TABLE.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    PAGE.write_text(render_page(rows()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
