"""The files of a release: the same bytes from every build, and only committed files."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from devtools import distribution
from devtools.repository import ROOT, git, tracked_files


def _copy_repository(target: Path, umask: int, changed: float) -> Path:
    """Copy the repository to `target` with permissions of `umask` and the time `changed`."""
    previous = os.umask(umask)
    try:
        for name in reversed(tracked_files()):
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((ROOT / name).read_bytes())
            os.utime(copy, (changed, changed))
    finally:
        os.umask(previous)
    return target


def test_two_builds_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _copy_repository(tmp_path / "first", 0o022, 1_000_000_000)
    built = {file.name: file for file in distribution.build(first, tmp_path / "built-1")}
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    second = _copy_repository(tmp_path / "a/longer/second", 0o077, 1_700_000_000)
    again = {file.name: file for file in distribution.build(second, tmp_path / "built-2")}

    assert len(built) == len(again) == 2
    for name, file in built.items():
        assert file.read_bytes() == again[name].read_bytes(), name

    (wheel,) = (file for file in again.values() if file.suffix == ".whl")
    (archive,) = (file for file in again.values() if file.suffix == ".gz")
    with tarfile.open(archive) as files:
        files.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    (rebuilt, _) = distribution.build(source, tmp_path / "built-3")
    assert rebuilt.name == wheel.name
    assert rebuilt.read_bytes() == wheel.read_bytes()

    names = zipfile.ZipFile(wheel).namelist()
    assert "crawler/cli/main.py" in names
    assert [name for name in names if "__pycache__" in name or name.startswith("tests")] == []


def test_release_contains_only_committed_files(tmp_path: Path) -> None:
    distribution.export_commit(tmp_path / "source")
    exported = {
        path.relative_to(tmp_path / "source").as_posix()
        for path in (tmp_path / "source").rglob("*")
        if path.is_file()
    }
    assert exported == set(git("ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0")) - {""}


def test_requirements_pin_the_wheel_with_its_hash(tmp_path: Path) -> None:
    wheel = tmp_path / "hashtrail-1.2.3-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    digest = "ba59926159d2aa256eb8739b8da7e2b574b960e1202c6d624cbe981cef996c91"
    pinned = distribution.requirements(wheel, "click==8.5.0 \\\n    --hash=sha256:00\n")
    assert pinned.startswith("click==8.5.0 \\\n")
    assert pinned.endswith(f"\nhashtrail==1.2.3 \\\n    --hash=sha256:{digest}\n")
