"""Build the files of a release from the last commit into dist/, reproducibly.

python -m devtools.distribution   wheel, source archive, requirements.txt and SHA256SUMS

The build reads an export of the commit. Files that are not committed, such as pasted posts in
data/inbox/, never enter the wheel. `requirements.txt` pins the wheel and all packages with hashes.
`pip install --no-deps --require-hashes -r requirements.txt` installs exactly these.

Two builds of a commit give the same bytes. They depend on the version of hatchling, which
requirements/run.lock pins, and on the zlib of Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from devtools.repository import ROOT

DIST = ROOT / "dist"


def build(source: Path, target: Path) -> list[Path]:
    """Build wheel and source archive of the tree `source` in the folder `target`; return both.

    Hatchling writes a fixed time and fixed permissions, unless SOURCE_DATE_EPOCH is set:
    https://hatch.pypa.io/latest/config/build/#reproducible-builds
    """
    environment = {name: os.environ[name] for name in os.environ if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(target)]
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)
    return sorted(target.glob("hashtrail-*"))


def export_commit(target: Path, commit: str = "HEAD") -> None:
    """Write the files of `commit` to the folder `target`."""
    archive = target.with_suffix(".tar")
    command = ["git", "-C", str(ROOT), "archive", f"--output={archive}", commit]
    subprocess.run(command, check=True)
    with tarfile.open(archive) as files:
        files.extractall(target, filter="data")


def requirements(wheel: Path, lock: str) -> str:
    """Return `lock`, the text of requirements/run.lock, and a line for the `wheel`, with hash."""
    version = wheel.name.split("-")[1]
    return f"{lock}hashtrail=={version} \\\n    --hash=sha256:{_digest(wheel)}\n"


def make_release(target: Path) -> list[Path]:
    """Replace the folder `target` with the files of a release. Return the files."""
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        export_commit(source)
        files = build(source, target)
        lock = (source / "requirements/run.lock").read_text(encoding="utf-8")
    (wheel,) = (file for file in files if file.suffix == ".whl")
    pinned = target / "requirements.txt"
    pinned.write_text(requirements(wheel, lock), encoding="utf-8")
    return [*files, pinned, write_checksums(target)]


def write_checksums(target: Path) -> Path:
    """Write SHA256SUMS for the other files of the folder `target`, as `sha256sum`. Return it."""
    sums = target / "SHA256SUMS"
    files = sorted(file for file in target.iterdir() if file != sums)
    lines = (f"{_digest(file)}  {file.name}\n" for file in files)
    sums.write_text("".join(lines), encoding="utf-8")
    return sums


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    for name in make_release(DIST):
        print(name.relative_to(ROOT))
