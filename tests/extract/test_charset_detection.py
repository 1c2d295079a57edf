"""Character encoding by byte order mark, header, meta declaration and detection."""

from __future__ import annotations

import pytest

from crawler.extract.charset_detection import decode_page

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
    assert SENTENCE in decode_page(body, content_type)


def test_undeclared_cyrillic_encoding_is_detected() -> None:
    text = "Распределённые системы ломаются по частям, и это главное их свойство. " * 20
    assert "системы" in decode_page(text.encode("koi8-r"), "")


def test_invalid_bytes_are_decoded_with_replacements() -> None:
    assert isinstance(decode_page(bytes(range(256)) * 4, "text/html; charset=utf-8"), str)
    assert "\x00" not in decode_page(b"a\x00b")
