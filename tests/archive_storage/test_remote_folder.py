"""The archive in S3-compatible storage (the server of moto on loopback) and in a shared folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive_storage import (
    ArchiveFolder,
    archive_folder,
    list_segments,
    segment_sizes,
    upload_segments,
)
from crawler.errors import ConfigurationError, InputError, StoreError
from crawler.fetch.erase_warc_records import erase_records
from crawler.fetch.warc_archive import (
    WarcArchive,
    expired_segments,
    has_record,
    read_archived_response,
)
from crawler.models.http_exchange import Response

if not os.environ.get("HASHTRAIL_REQUIRE_S3"):
    pytest.importorskip("boto3")
    pytest.importorskip("fsspec")
    pytest.importorskip("moto")

import boto3

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Open = Callable[[str], ArchiveFolder]


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a bucket that the environment gives access to."""
    from crawler.archive_storage import s3_filesystem

    for name, value in {
        "AWS_ACCESS_KEY_ID": "key-of-the-test",
        "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
    }.items():
        monkeypatch.setenv(name, value)
    s3_filesystem._client.cache_clear()
    boto3.client("s3").create_bucket(Bucket="archive")
    return "s3://archive/pages"


@pytest.fixture(params=["s3", "shared folder", "fsspec folder"])
def archive(request: pytest.FixtureRequest, bucket: str, tmp_path: Path) -> Iterator[ArchiveFolder]:
    urls = {
        "s3": bucket,
        "shared folder": f"file://{tmp_path / 'shared'}",
        "fsspec folder": f"local://{tmp_path / 'mount'}",
    }
    folder = archive_folder(urls[request.param], tmp_path, tmp_path / "spool")
    yield folder
    for segment in list_segments(folder):
        segment.unlink()
    assert list_segments(folder) == []


def _stored(folder: ArchiveFolder, *bodies: bytes, at: datetime = NOW) -> list[Response]:
    with WarcArchive(folder, at) as archive:
        return [
            archive.store(
                Response(f"https://a.example/{n}", f"https://a.example/{n}", 200, (), body, at)
            )
            for n, body in enumerate(bodies)
        ]


def _place(response: Response) -> tuple[str, int]:
    return str(response.archive_file), int(response.archive_offset or 0)


def test_records_are_read_before_and_after_the_upload(archive: ArchiveFolder) -> None:
    kept = _stored(archive, b"one", b"two" * 100_000)
    before = [read_archived_response(archive, *_place(each)).body for each in kept]
    upload_segments(archive)
    after = [read_archived_response(archive, *_place(each)).body for each in kept]
    assert before == after == [b"one", b"two" * 100_000]
    assert all(has_record(archive, *_place(each)) for each in kept)
    assert sum(segment_sizes(archive).values()) > 300


def test_unchanged_page_refers_to_an_uploaded_record(archive: ArchiveFolder) -> None:
    (first,) = _stored(archive, b"body")
    upload_segments(archive)
    with WarcArchive(archive, NOW) as later:
        again = later.store(first, _place(first))
    assert again.archive_original == first.archive_file
    assert read_archived_response(archive, *_place(again)).body == b"body"


def test_erased_record_is_deleted_and_others_stay(archive: ArchiveFolder) -> None:
    kept = _stored(archive, b"one", b"two", b"three")
    upload_segments(archive)
    assert erase_records(archive, [_place(kept[1]), ("pruned.warc.gz", 7)]) == 1
    assert b"two" not in b"".join(each.read_bytes() for each in list_segments(archive))
    assert read_archived_response(archive, *_place(kept[2])).body == b"three"
    with pytest.raises(InputError):
        read_archived_response(archive, *_place(kept[1]))


def test_old_segments_expire_by_name(archive: ArchiveFolder) -> None:
    _stored(archive, b"old", at=NOW.replace(year=2024))
    new = _stored(archive, b"new")
    upload_segments(archive)
    for segment in expired_segments(archive, 365, NOW):
        segment.unlink()
    assert list(segment_sizes(archive)) == [new[0].archive_file]


def test_segments_wait_in_the_spool_while_the_storage_does_not_answer(
    bucket: str, tmp_path: Path
) -> None:
    missing = archive_folder("s3://no-such-bucket/pages", tmp_path, tmp_path / "spool")
    (kept,) = _stored(missing, b"body")
    with pytest.raises(StoreError, match="no-such-bucket"):
        upload_segments(missing)
    assert read_archived_response(missing, *_place(kept)).body == b"body"
    assert not isinstance(missing, Path)
    upload_segments(replace(missing, url=bucket))
    assert not list((tmp_path / "spool").iterdir())


def test_unknown_protocol_is_explained(tmp_path: Path) -> None:
    folder = archive_folder("nosuch://x", tmp_path, tmp_path)
    with pytest.raises(ConfigurationError, match="nosuch"):
        list_segments(folder)


def test_no_url_or_a_path_is_a_folder(tmp_path: Path) -> None:
    assert archive_folder("", tmp_path, tmp_path / "spool") == tmp_path / "spool"
    assert archive_folder("/mnt/x", tmp_path, tmp_path / "spool") == Path("/mnt/x")
