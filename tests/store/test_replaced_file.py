"""A copied file has the bytes of the original, with and without direct input and output."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crawler.store import replaced_file

SIZES = (0, 1, 4096, 4097, 4 * 1024 * 1024, 4 * 1024 * 1024 + 513, 9 * 1024 * 1024)


@pytest.mark.parametrize("flag", [replaced_file._DIRECT, 0])
@pytest.mark.parametrize("size", SIZES)
def test_copy_of_a_file_of_any_size_has_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, flag: int
) -> None:
    monkeypatch.setattr(replaced_file, "_DIRECT", flag)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(random.Random(size).randbytes(size))

    replaced_file.clone_file(source, target)

    assert target.read_bytes() == source.read_bytes()


def test_copy_into_a_missing_folder_raises_an_os_error(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"bytes")

    with pytest.raises(FileNotFoundError):
        replaced_file.clone_file(source, tmp_path / "missing" / "target")
