"""Archives of posts: only public posts are published, and a damaged file skips only itself."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult

OPTIONS = ImportOptions(datetime(2026, 12, 1, 2, tzinfo=UTC))
HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
SHARES = HEADER + "2026-01-01 10:00:00,,A good post,,,MEMBER_NETWORK\n"
TWEET = {"id_str": "1", "full_text": "A good post", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}
TWEETS = "window.YTD.tweets.part0 = " + json.dumps([{"tweet": TWEET}])


def zipped(**files: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, content in files.items():
            writer.writestr(
                name.replace("__", "/") + (".csv" if "Shares" in name else ".js"), content
            )
    return archive.getvalue()


def read(name: str, data: bytes) -> ImportResult:
    return parse_file(name, data, None, OPTIONS)


@pytest.mark.parametrize("value", ["MEMBER_NETWORK", "member_network", "Anyone", "PUBLIC", ""])
def test_share_for_everyone_is_public(value: str) -> None:
    (post,) = read("Shares.csv", f"{HEADER}2026-01-01,,A post,,,{value}\n".encode()).posts
    assert post.visibility == "public"


@pytest.mark.parametrize(
    "value",
    [
        "CONNECTIONS",
        "CONNECTIONS_ONLY",
        "PRIVATE",
        "LOGGED_IN_MEMBERS",
        "Nur Kontakte",
        "GROUP",
        "?",
    ],
)
def test_share_with_any_other_visibility_stays_private(value: str) -> None:
    (post,) = read("Shares.csv", f"{HEADER}2026-01-01,,A post,,,{value}\n".encode()).posts
    assert post.visibility == "connections"


@pytest.mark.parametrize(
    "damaged", ["", "garbage", "window.YTD.like.part0 = []", "window.YTD.tweets.part1 = {"]
)
@pytest.mark.parametrize("name", ["data__tweets-part1", "data__account"])
def test_damaged_file_of_an_x_archive_leaves_the_others_imported(name: str, damaged: str) -> None:
    imported = read("x.zip", zipped(**{"data__tweets": TWEETS, name: damaged}))
    assert [post.text for post in imported.posts] == ["A good post"]
    assert [name.replace("__", "/") in failure.message for failure in imported.failures] == [True]


def test_damaged_shares_leave_the_others_imported() -> None:
    imported = read("l.zip", zipped(a__Shares=SHARES, b__Shares="x,y\n1,2\n"))
    assert [post.text for post in imported.posts] == ["A good post"]
    assert "b/Shares.csv" in imported.failures[0].message
