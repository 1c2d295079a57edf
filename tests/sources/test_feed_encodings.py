"""Encodings of feeds: what the bytes are, not what is declared."""

from __future__ import annotations

import json

import pytest

from tests.sources.feed_documents import entries_of, rss

RUSSIAN = "Очередь сообщений теряет порядок"
JAPANESE = "分散ロックの期限と時計のずれ"


def _document(title: str, encoding: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return declaration + rss(f"<title>{title}</title><description>{title * 4}</description>")


@pytest.mark.parametrize(
    ("title", "declared", "actual", "header"),
    [
        (RUSSIAN, "cp-1251", "cp1251", ""),
        (RUSSIAN, "", "cp1251", ""),
        (RUSSIAN, "windows-1251", "utf-8", "text/xml; charset=windows-1251"),
        (RUSSIAN, "utf-16", "utf-8", ""),
        (RUSSIAN, "utf-16", "utf-16", ""),
        (RUSSIAN, "koi8-r", "koi8-r", "text/xml; charset=utf-8"),
        (JAPANESE, "", "euc-jp", ""),
        (JAPANESE, "", "shift-jis", "text/xml; charset=iso-8859-1"),
        ("时钟漂移与租约", "", "gb2312", ""),
        ("時鐘漂移與租約", "", "big5", ""),
    ],
)
def test_title_is_decoded_whatever_is_declared(
    title: str, declared: str, actual: str, header: str
) -> None:
    assert entries_of(_document(title, declared).encode(actual), header)[0].title == title


def test_one_stray_byte_in_utf_8_changes_no_other_character() -> None:
    document = _document(RUSSIAN).encode().replace(b"</title>", b" d\xe9j\xe0</title>")
    assert entries_of(document, "text/xml; charset=windows-1251")[0].title == f"{RUSSIAN} déjà"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_json_feed_is_read_in_every_encoding(encoding: str) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "items": [{"id": "1", "title": RUSSIAN, "content_text": RUSSIAN * 5}],
    }
    document = json.dumps(feed, ensure_ascii=False).encode(encoding)
    assert entries_of(document, "application/feed+json")[0].title == RUSSIAN
