"""Archived responses are read back byte for byte, also by other WARC readers."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import InputError, StoreError
from crawler.fetch.warc_archive import WarcArchive, expired_segments, read_archived_response
from crawler.models.http_exchange import Response

NOW = datetime(2026, 3, 1, 2, 0, 0, 123456, tzinfo=UTC)
URL = "https://blog.example/a?b=%C3%A9"


def _response(
    body: bytes = b"<p>Hello</p>",
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html"),),
    url: str = URL,
) -> Response:
    return Response(url, url, 200, headers, body, NOW)


def _keep(archive: WarcArchive, *responses: Response) -> list[Response]:
    return [archive.store(response) for response in responses]


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@given(body=st.binary(max_size=2000), value=PRINTABLE, status=st.sampled_from([200, 203, 299]))
@settings(max_examples=60)
def test_stored_response_is_read_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, value: str, status: int
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    sent = Response(
        URL,
        URL,
        status,
        (("content-type", "text/html"), ("x-robots-tag", value), ("x-robots-tag", value)),
        body,
        NOW,
    )
    with WarcArchive(folder, NOW) as archive:
        (kept,) = _keep(archive, sent)
    assert kept.archive_file is not None
    assert kept.archive_offset is not None
    assert read_archived_response(folder, kept.archive_file, kept.archive_offset) == sent


def test_transfer_headers_are_not_stored(
    tmp_path: Path,
) -> None:
    headers = (
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-length", "7"),
        ("etag", '"x"'),
    )
    with WarcArchive(tmp_path, NOW) as archive:
        (kept,) = _keep(archive, _response(b"x" * 50, headers))
        back = archive.read(str(kept.archive_file), int(kept.archive_offset or 0))
    assert back.headers == (("etag", '"x"'),)
    assert back.body == b"x" * 50


def test_header_with_line_breaks_cannot_add_a_line(tmp_path: Path) -> None:
    with WarcArchive(tmp_path, NOW) as archive:
        (kept,) = _keep(archive, _response(headers=(("etag", "a\r\nx-injected: yes \udcff 語"),)))
        back = archive.read(str(kept.archive_file), int(kept.archive_offset or 0))
    assert [name for name, _ in back.headers] == ["etag"]


def test_warcio_reads_the_segments(tmp_path: Path) -> None:
    with WarcArchive(tmp_path, NOW) as archive:
        kept = _keep(
            archive,
            *(_response(f"<p>{n}</p>".encode(), url=f"https://a.example/{n}") for n in range(20)),
        )
    with (tmp_path / str(kept[0].archive_file)).open("rb") as segment:
        records = [
            (r.headers["WARC-Target-URI"], r.stream_pos, r.reader.read())
            for r in ArchiveIterator(segment, record_types=WarcRecordType.response)
        ]
    assert records == [(r.final_url, r.archive_offset, r.body) for r in kept]


def test_full_segment_is_followed_by_a_new_one(tmp_path: Path) -> None:
    with WarcArchive(tmp_path, NOW, segment_bytes=20_000) as archive:
        kept = _keep(
            archive,
            *(
                _response(gzip.compress(bytes([n]) * 9) * 200, url=f"https://a.example/{n}")
                for n in range(200)
            ),
        )
    files = sorted({str(response.archive_file) for response in kept})
    assert len(files) > 2
    assert all((tmp_path / name).stat().st_size < 30_000 for name in files)
    assert all(
        read_archived_response(tmp_path, str(r.archive_file), int(r.archive_offset or 0)).body
        == r.body
        for r in kept
    )


def test_two_workers_of_one_run_write_two_segments(tmp_path: Path) -> None:
    with (
        WarcArchive(tmp_path, NOW, worker="one") as one,
        WarcArchive(tmp_path, NOW, worker="one") as two,
    ):
        assert _keep(one, _response())[0].archive_file != _keep(two, _response())[0].archive_file


@pytest.mark.parametrize(
    ("file", "offset"),
    [
        ("gone.warc.gz", 0),
        ("half.warc.gz", 0),
        ("../half.warc.gz", 3),
        ("text.warc.gz", 0),
        ("empty.warc.gz", 0),
    ],
)
def test_unreadable_place_is_named_in_the_error(tmp_path: Path, file: str, offset: int) -> None:
    with WarcArchive(tmp_path, NOW) as archive:
        (kept,) = _keep(archive, _response(b"word " * 9000))
    whole = (tmp_path / str(kept.archive_file)).read_bytes()[int(kept.archive_offset or 0) :]
    (tmp_path / "half.warc.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.warc.gz").write_text("just text\n" * 50)
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    with pytest.raises(InputError, match="no readable record"):
        read_archived_response(tmp_path, file, offset)


def test_segment_that_the_system_cannot_open_is_an_error_of_the_storage(tmp_path: Path) -> None:
    (tmp_path / "s.warc.gz").mkdir()
    with pytest.raises(StoreError, match="directory"):
        read_archived_response(tmp_path, "s.warc.gz", 0)


def test_disk_error_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"Not a directory|File exists"):
        WarcArchive(tmp_path / "file", NOW).store(_response())


def test_segments_expire_by_the_age_of_their_run(tmp_path: Path) -> None:
    for age in (1, 364, 366, 900):
        with WarcArchive(tmp_path, NOW - timedelta(days=age)) as archive:
            _keep(archive, _response())
    (tmp_path / "notes.warc.gz").write_bytes(b"mine")
    expired = expired_segments(tmp_path, 365, NOW)
    assert [path.name[:8] for path in expired] == ["20230913", "20250228"]
