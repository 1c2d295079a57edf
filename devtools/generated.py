"""Headers of generated files: how a file was computed, and whether its inputs have changed.

A generated text file begins with comment lines, a generated JSON file has the same as an object
under the key `generated`:

# command: python -m bench.learn_topics
# input: data/topics/*.toml sha256:0f3a…
# rows: 1204
# library: scikit-learn 1.9.1
# taxonomy: 1a2b3c4d

An input is a path or a pattern from the root of the repository. Its digest covers the paths and
contents of the tracked files that match.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from devtools.backlog import Finding
from devtools.repository import ROOT, matching_files, tracked_files


@dataclass(frozen=True, slots=True)
class Header:
    """How a file was computed; `inputs` are digests by path or pattern."""

    command: str
    inputs: Mapping[str, str]
    rows: int
    libraries: Mapping[str, str]
    taxonomy: str


def new_header(
    command: str, inputs: Sequence[str], rows: int, libraries: Sequence[str], taxonomy: str
) -> Header:
    """Return the header of a file that `command` computes now.

    `inputs` are paths or patterns. `rows` is the number of rows that it was computed from.
    `libraries` are names of installed packages. `taxonomy` is the version of the topics or empty.
    """
    digests = {pattern: digest_of(pattern) for pattern in inputs}
    versions = {name: version(name) for name in libraries}
    return Header(command, digests, rows, versions, taxonomy)


def digest_of(pattern: str) -> str:
    """Return the digest of the tracked files that match the `pattern`."""
    digest = sha256()
    for path in matching_files([pattern]):
        digest.update(path.encode() + b"\0" + (ROOT / path).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def as_comments(header: Header) -> str:
    """Return the `header` as the comment lines that begin a text file."""
    lines = [
        f"command: {header.command}",
        *(f"input: {pattern} sha256:{digest}" for pattern, digest in header.inputs.items()),
        f"rows: {header.rows}",
        *(f"library: {name} {number}" for name, number in header.libraries.items()),
        f"taxonomy: {header.taxonomy or '-'}",
    ]
    return "".join(f"# {line}\n" for line in lines)


def as_json(header: Header) -> dict[str, Any]:
    """Return the `header` as the value of the key `generated` of a JSON file."""
    return {
        "command": header.command,
        "inputs": dict(header.inputs),
        "rows": header.rows,
        "libraries": dict(header.libraries),
        "taxonomy": header.taxonomy,
    }


def input_digests(path: Path) -> dict[str, str]:
    """Return the digests by input that the header of the file at `path` contains, if any."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".json":
        content = json.loads(text)
        header = content.get("generated", {}) if isinstance(content, dict) else {}
        return dict(header.get("inputs", {}))
    fields = [line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# ")]
    inputs = [field[1] for field in fields if len(field) == 2 and field[0] == "input"]
    pairs = [text.rpartition(" sha256:") for text in inputs]
    return {pattern: digest for pattern, separator, digest in pairs if separator}


def command_of(path: Path) -> str:
    """Return the command in the header of the generated file at `path`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return str(json.loads(text)["generated"]["command"])
    return next(line[11:] for line in text.splitlines() if line.startswith("# command: "))


def stale_findings() -> Iterator[Finding]:
    """Yield a finding for each generated file in data/ or crawler/ with a changed input."""
    for path in tracked_files():
        if not path.startswith(("data/", "crawler/")) or not path.endswith((".tsv", ".json")):
            continue
        for pattern, digest in input_digests(ROOT / path).items():
            if digest_of(pattern) != digest:
                message = f"{pattern} has changed; run: {command_of(ROOT / path)}"
                yield Finding(path, 1, "stale", message)
