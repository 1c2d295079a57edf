"""LinkedIn exports: names with member ids, files that Excel rewrote, and LinkedIn's own markup."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from crawler.errors import InputError
from crawler.importers.linkedin_markup import without_linkedin_markup
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.posts import Post

COLUMNS = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")
ROW = (
    "2025-02-03 04:05:06",
    "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7292051234567890123",
    '"Fences für Bücher, not locks; see #Raft"',
    "https://blog.test/fences",
    "",
    "MEMBER_NETWORK",
)
TABLE = "\r\n".join([",".join(COLUMNS), ",".join(ROW), ""])


def _posts(data: bytes, name: str = "Shares.csv") -> tuple[Post, ...]:
    return parse_file(name, data, None, ImportOptions(datetime(2026, 1, 2, tzinfo=UTC))).posts


def _zip(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".csv", content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", ["Shares", "Shares_81234567", "Shares (2)", "Basic_Export__Shares_81234567", "Shares-1"]
)
def test_shares_of_a_zip_are_found_under_any_of_their_names(name: str) -> None:
    data = _zip(**{name: TABLE, "messages_81234567": "FROM,CONTENT\nann,private", "Profile": "a"})
    (post,) = _posts(data, "Complete_LinkedInDataExport.zip")
    assert post.text == "Fences für Bücher, not locks; see #Raft"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("above", ["", "sep={}\r\n", "\r\n"])
def test_file_that_a_spreadsheet_saved_gives_the_same_post(
    encoding: str, delimiter: str, above: str
) -> None:
    rows = "\r\n".join(delimiter.join(row) for row in (COLUMNS, ROW))
    (post,) = _posts((above.format(delimiter) + rows).encode(encoding))
    (expected,) = _posts(TABLE.encode())
    assert (post.uri, post.text, post.links) == (expected.uri, expected.text, expected.links)
    assert post.published == datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert post.visibility == "public"


def test_columns_in_another_order_and_case_are_read() -> None:
    (post,) = _posts(b'"sharecommentary";"ShareCommentary";"DATE"\nold;Leases;2025-01-01\n')
    assert post.text == "Leases"


def test_date_that_a_spreadsheet_rewrote_is_replaced_by_the_time_in_the_share_id() -> None:
    instant = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
    share = int(instant.timestamp() * 1000) << 22
    row = f"03.02.2025 05:05;https://www.linkedin.com/feed/update/urn:li:activity:{share};Leases"
    (post,) = _posts(f"Date;ShareLink;ShareCommentary\n{row}\n".encode())
    assert post.published == instant


def test_date_without_a_share_id_is_unknown() -> None:
    (post,) = _posts(b"Date;ShareLink;ShareCommentary\nyesterday;;Leases\n")
    assert post.published is None


def test_quotes_and_line_breaks_of_a_text_are_restored() -> None:
    text = '"She said ""fence""\nand ""lease"".""\n""""\n""Second, paragraph: ""ok"""'
    (post,) = _posts(f"Date,ShareLink,ShareCommentary\n2025-01-01,,{text}\n".encode())
    assert post.text == 'She said "fence"\nand "lease".\n\nSecond, paragraph: "ok"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"On \{ {hashtag|\#|Raft} and {hashtag|#|分散}\.", r"On { #Raft and #分散\."),
        ("{hashtag/\\#/Raft}", "#Raft"),
        (r"With @[Ann Author](urn:li:person:a_1-B) \(and Bob\)", "With Ann Author (and Bob)"),
        ("hashtag#Raft hashtag\n#Paxos", "#Raft #Paxos"),
        (r"A path C:\_temp \(kept\)", r"A path C:\_temp \(kept\)"),
        ("a {set} of @[x](y)", "a {set} of @[x](y)"),
    ],
)
def test_markup_of_linkedin_becomes_plain_text(text: str, shown: str) -> None:
    assert without_linkedin_markup(text) == shown


def test_hashtag_templates_of_an_export_are_hashtags() -> None:
    row = r"2025-01-01,,Leases {hashtag|\#|DistributedSystems}"
    (post,) = _posts(f"Date,ShareLink,ShareCommentary\n{row}\n".encode())
    assert post.hashtags == ("DistributedSystems",)


def test_zip_without_shares_names_what_is_missing() -> None:
    with pytest.raises(InputError, match=r"Shares\.csv"):
        _posts(_zip(messages="FROM,CONTENT\nann,private"), "export.zip")
