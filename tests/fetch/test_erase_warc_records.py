"""An erased record is nowhere in the archive, and every other one is where it was."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.errors import InputError
from crawler.fetch.erase_warc_records import erase_records
from crawler.fetch.warc_archive import WarcArchive, read_archived_response
from crawler.models.http_exchange import Response

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def archived(folder: Path, bodies: list[bytes]) -> list[tuple[str, int]]:
    with WarcArchive(folder, NOW) as archive:
        kept = [
            archive.store(
                Response(f"https://a.example/{n}", f"https://a.example/{n}", 200, (), body, NOW)
            )
            for n, body in enumerate(bodies)
        ]
    return [(response.archive_file or "", response.archive_offset or 0) for response in kept]


def test_erase_removes_only_the_given_record(tmp_path: Path) -> None:
    places = archived(tmp_path, [b"first", b"private words", b"third"])
    size = (tmp_path / places[0][0]).stat().st_size
    assert erase_records(tmp_path, [places[1], ("pruned.warc.gz", 7)]) == 1
    assert (tmp_path / places[0][0]).stat().st_size == size
    assert [read_archived_response(tmp_path, *places[n]).body for n in (0, 2)] == [
        b"first",
        b"third",
    ]
    with pytest.raises(InputError):
        read_archived_response(tmp_path, *places[1])
    assert b"private" not in gzip.decompress((tmp_path / places[0][0]).read_bytes())


def test_warcio_skips_erased_records(tmp_path: Path) -> None:
    places = archived(tmp_path, [b"first", b"x", b"third"])
    erase_records(tmp_path, places[1:2])
    with (tmp_path / places[0][0]).open("rb") as segment:
        found = [
            record.headers["WARC-Target-URI"]
            for record in ArchiveIterator(segment, record_types=WarcRecordType.response)
        ]
    assert found == ["https://a.example/0", "https://a.example/2"]


def test_erase_at_a_place_without_record_raises_and_writes_nothing(tmp_path: Path) -> None:
    ((name, offset),) = archived(tmp_path, [b"first"])
    before = (tmp_path / name).read_bytes()
    for wrong in (offset + 1, len(before)):
        with pytest.raises(InputError):
            erase_records(tmp_path, [(name, wrong)])
    assert (tmp_path / name).read_bytes() == before
