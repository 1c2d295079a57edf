"""Character encoding by byte order mark, header, meta declaration and detection."""

from __future__ import annotations

import pytest

from crawler.charset_detection import decode_bytes

SENTENCE = "Größe, naïve café – „Verteilte Systeme“ und Übersetzung. "


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (SENTENCE.encode(), ""),
        (SENTENCE.encode(), "text/html; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + SENTENCE.encode(), "text/html; charset=windows-1252"),
        (SENTENCE.encode("windows-1252"), "text/html; charset=windows-1252"),
        (SENTENCE.encode("windows-1252"), "text/html; charset=latin1"),
        (SENTENCE.encode("windows-1252"), "text/html; charset=x-bogus"),
        (b'<meta charset="windows-1252">' + SENTENCE.encode("windows-1252"), "text/html"),
        (
            b"<!-- "
            + b"x" * 6000
            + b' --><meta charset="windows-1252">'
            + SENTENCE.encode("windows-1252"),
            "",
        ),
        (b"\xff\xfe" + SENTENCE.encode("utf-16-le"), ""),
        (b"\xfe\xff" + SENTENCE.encode("utf-16-be"), "text/html; charset=utf-8"),
    ],
)
def test_page_is_decoded_by_its_encoding(body: bytes, content_type: str) -> None:
    assert SENTENCE in decode_bytes(body, content_type)


def test_undeclared_cyrillic_encoding_is_detected() -> None:
    text = "Распределённые системы ломаются по частям, и это главное их свойство. " * 20
    assert "системы" in decode_bytes(text.encode("koi8-r"), "")


def test_invalid_bytes_are_decoded_with_replacements() -> None:
    assert isinstance(decode_bytes(bytes(range(256)) * 4, "text/html; charset=utf-8"), str)
    assert "\x00" not in decode_bytes(b"a\x00b")


RUSSIAN = "Журнал репликации хранит каждую запись дважды. "
CHINESE_TAIWAN = "複製日誌把每一筆寫入保存兩次，因此讀取不會遺失。"
CHINESE = "复制日志把每一笔写入保存两次，因此读取不会丢失。"
JAPANESE = "複製ログは書き込みを二度保存するので、読み取りは失われません。"
KOREAN = "복제 로그는 모든 쓰기를 두 번 저장하므로 읽기를 잃지 않습니다. "


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE_TAIWAN, "big5"),
        (CHINESE, "gb2312"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "shift-jis"),
        (JAPANESE, "iso-2022-jp"),
        (KOREAN, "euc-kr"),
        (RUSSIAN, "cp1251"),
    ],
)
def test_undeclared_encoding_is_detected_between_ascii_elements(text: str, encoding: str) -> None:
    document = f"<rss><item><title>{text}</title><link>https://a.example/</link></item></rss>"
    assert decode_bytes(document.encode(encoding)) == document


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, KOREAN, RUSSIAN])
def test_latin_1_header_of_a_text_in_another_script_is_ignored(text: str) -> None:
    encoding = {CHINESE: "gb2312", JAPANESE: "euc-jp", KOREAN: "euc-kr", RUSSIAN: "koi8-r"}[text]
    assert text in decode_bytes(text.encode(encoding) * 9, "text/html; charset=ISO-8859-1")


@pytest.mark.parametrize(
    "label", ["cp-1251", "CP1251", "win-1251", "windows1251", "x-cp1251", "Windows_1251"]
)
def test_every_spelling_of_a_code_page_is_read(label: str) -> None:
    text = f"<?xml version='1.0' encoding='{label}'?><a>Ёлка</a>"
    assert decode_bytes(text.encode("cp1251")) == text


@pytest.mark.parametrize("header", ["", "text/xml; charset=windows-1251", "text/xml; charset=x"])
def test_utf_8_with_few_stray_bytes_is_utf_8_whatever_is_declared(header: str) -> None:
    document = (RUSSIAN * 5).encode() + b"caf\xe9 \x93cited\x94 " + RUSSIAN.encode()
    assert decode_bytes(document, header) == RUSSIAN * 5 + "café “cited” " + RUSSIAN


@pytest.mark.parametrize("cut", ["ы", "…", "🙂"])
def test_character_that_was_cut_becomes_one_replacement_character(cut: str) -> None:
    document = (RUSSIAN * 5).encode() + "ы".encode() + cut.encode()[:-1] + b"<br>"
    assert decode_bytes(document) == RUSSIAN * 5 + "ы\ufffd<br>"


def test_few_windows_1252_bytes_in_ascii_text_keep_the_declared_encoding() -> None:
    document = b"Plain words of an article about queues. " * 9 + b"\xcf\xf0\xe8"
    assert decode_bytes(document, "text/html; charset=windows-1251").endswith("При")
    assert decode_bytes(b"Plain words. " * 9 + b"na\xefve", "text/html; charset=utf-8").endswith(
        "naïve"
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_encodings_are_read_with_and_without_byte_order_mark(encoding: str) -> None:
    document = '{"title": "Größe"}'
    assert decode_bytes(document.encode(encoding)) == document


def test_declaration_in_the_document_beats_a_wrong_utf_8_header() -> None:
    document = f"<?xml version='1.0' encoding='koi8-r'?><rss><title>{RUSSIAN}</title></rss>"
    assert decode_bytes(document.encode("koi8-r"), "text/xml; charset=utf-8") == document


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("缓存与队列", "gb2312"),
        ("写入日志的顺序", "gb2312"),
        ("快取與佇列的順序", "big5"),
        ("쓰기 지연", "euc-kr"),
        ("Долгая запись и чтение", "cp1251"),
        ("Очереди", "koi8-r"),
    ],
)
def test_encoding_of_a_short_title_is_guessed_by_its_characters(title: str, encoding: str) -> None:
    document = f"<rss><channel><title>N</title><item><title>{title}</title></item></channel></rss>"
    assert decode_bytes(document.encode(encoding)) == document


def test_control_bytes_of_central_european_text_are_windows_1250() -> None:
    text = "Žluťoučký kůň příliš ďábelsky šílené kódy. " * 3
    assert decode_bytes(text.encode("cp1250")) == text


def test_utf8_text_that_is_cut_inside_a_character_is_utf8() -> None:
    cut = "<title>Ein Café in Köln: ü".encode()[:-1]
    assert decode_bytes(cut).startswith("<title>Ein Café in Köln: ")


def test_latin_text_that_ends_with_its_only_accented_letter_is_not_utf8() -> None:
    assert decode_bytes("Un café".encode("iso-8859-1"), "text/xml; charset=iso-8859-1") == "Un café"
