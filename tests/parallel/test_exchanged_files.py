"""Results and files of a cluster: through a shared folder, or through Dask up to a size."""

from __future__ import annotations

from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from crawler.errors import ConfigurationError
from crawler.parallel import sent_files
from crawler.parallel.exchange import ExchangedFile, remove_exchanged
from crawler.parallel.sent_files import send_files


def test_result_that_cannot_be_deleted_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(system: LocalFileSystem, path: str) -> None:
        raise PermissionError(path)

    place = ExchangedFile(f"file://{tmp_path}/exchange/1")
    place.compute(abs, -3)
    with monkeypatch.context() as patched:
        patched.setattr(LocalFileSystem, "rm_file", refuse)
        assert place.take() == 3
    remove_exchanged(f"file://{tmp_path}/exchange")
    assert not (tmp_path / "exchange").exists()


def test_files_above_the_limit_need_an_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_files, "_MAX_SENT_BYTES", 50_000)
    snapshot = tmp_path / "snapshot.db"
    snapshot.write_bytes(b"x" * 10_000)
    assert send_files({"snapshot.db": snapshot}, "").content
    snapshot.write_bytes(b"x" * 60_000)
    with pytest.raises(ConfigurationError, match="too large") as caught:
        send_files({"snapshot.db": snapshot}, "")
    assert "[engine] exchange" in caught.value.hint
    assert not send_files({"snapshot.db": snapshot}, f"file://{tmp_path}/exchange").content
