"""Exports of bookmark services: one post per page, with tags and time, without private notes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.errors import InputError
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult, LeftOut
from tests.importers.service_exports import EXPORTS, TITLE, URL, zipped

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))


def _import(name: str, data: bytes, format: str | None = None) -> ImportResult:
    return parse_file(name, data, format, OPTIONS)


@pytest.mark.parametrize("format", EXPORTS)
def test_export_of_a_service_gives_the_bookmark_with_tags_and_time(format: str) -> None:
    suffix, data = EXPORTS[format]
    result = _import(f"export.{suffix}", data)
    (post,) = result.posts
    assert (result.format, result.failures) == (format, ())
    assert (post.uri, post.links[0].url) == (f"bookmark:{URL}", URL)
    assert post.text.startswith(TITLE)
    assert post.hashtags == ("raft", "twowords")
    assert post.published == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert post.visibility == "public"
    assert "private note" not in post.text
    assert "text of the page" not in post.text


def test_markup_in_the_description_of_pinboard_becomes_text() -> None:
    (post,) = _import("p.json", EXPORTS["pinboard"][1]).posts
    assert post.text == f"{TITLE}\n\nWhy & how"


@pytest.mark.parametrize(("format", "field"), [("karakeep", "bookmarks"), ("linkding", "results")])
def test_list_of_bookmarks_that_was_saved_alone_is_read(format: str, field: str) -> None:
    bookmarks = json.loads(EXPORTS[format][1])[field]
    result = _import("list.json", json.dumps(bookmarks).encode())
    assert (result.format, [post.text[:6] for post in result.posts]) == (format, ["Leases"])


@pytest.mark.parametrize("format", ["linkding", "pinboard"])
def test_bookmark_that_is_not_shared_is_private(format: str) -> None:
    data = EXPORTS[format][1]
    for shared, hidden in ((b'"shared": true', b'"shared": false'), (b'"yes"', b'"no"')):
        data = data.replace(shared, hidden)
    assert [post.visibility for post in _import("a.json", data).posts] == ["private"]


def test_note_without_a_page_is_left_out_with_its_reason() -> None:
    result = _import("k.json", EXPORTS["karakeep"][1])
    assert result.left_out == (LeftOut("notes and files without a web page", 1),)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_table_is_read_in_any_dialect(delimiter: str, encoding: str) -> None:
    rows = [["URL", "Title", "Selection", "Folder", "Timestamp"], [URL, "Bürgschaft", "", "", "0"]]
    text = "sep=;\r\n" * (delimiter == ";") + "".join(f"{delimiter.join(row)}\r\n" for row in rows)
    (post,) = _import("list.csv", text.encode(encoding)).posts
    assert (post.text, post.published) == ("Bürgschaft", None)


def test_same_page_in_two_folders_is_one_post_with_the_tags_of_both() -> None:
    header = EXPORTS["raindrop"][1].split(b"\n")[0]
    rows = (
        b"\n1,A,,,https://a.example/,Deep Systems / Raft,x,,,,\n2,A,,,https://a.example/,B,x,,,,\n"
    )
    (post,) = _import("r.csv", header + rows).posts
    assert post.hashtags == ("x", "DeepSystems", "Raft", "B")


def test_zip_of_pocket_gives_the_bookmarks_of_all_its_parts() -> None:
    part = EXPORTS["pocket"][1]
    second = part.replace(b"/leases", b"/clocks")
    data = zipped({"part_000000.csv": part, "part_000001.csv": second, "notes.txt": b"private"})
    assert [post.links[0].url[-6:] for post in _import("pocket.zip", data).posts] == [
        "leases",
        "clocks",
    ]


@pytest.mark.parametrize("format", EXPORTS)
@pytest.mark.parametrize("data", [b"<html>Sign in</html>", b"{}", b"[1", b"a,b\n1,2\n"])
def test_other_file_under_the_name_of_a_service_is_an_error_with_a_hint(
    format: str, data: bytes
) -> None:
    with pytest.raises(InputError, match=r"^a\.file") as raised:
        _import("a.file", data, format)
    assert raised.value.hint


def test_page_of_a_row_that_is_not_csv_is_reported_and_the_others_are_imported() -> None:
    header, row = EXPORTS["pocket"][1].split(b"\n")[:2]
    long_field = b'"' + b"a" * 1_100_000 + b'",https://a.example/,0,0,,unread'
    result = _import("p.csv", b"\n".join([header, long_field, row]))
    assert [post.text for post in result.posts] == [TITLE]
    assert [failure.message.partition(":")[0] for failure in result.failures] == ["p.csv, line 2"]
