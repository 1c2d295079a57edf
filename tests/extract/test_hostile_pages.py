"""Hostile pages and files that are not pages: a Failure, never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.extract_page import MAX_BYTES, PageInput, extract_page
from crawler.extract.jsonld import parse_jsonld
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome

PROSE = (
    "<p>"
    + (
        "A paragraph about replication and the cost of agreeing on it, "
        "long enough to be read as prose. "
    )
    * 3
    + "</p>"
)


def read(body: bytes, content_type: str = "text/html", **more: object) -> Article | Failure:
    return extract_page(PageInput("https://site.example/a/b.html", body, content_type, **more))  # type: ignore[arg-type]


def page(inside: str, head: str = "") -> bytes:
    html = (
        f"<!doctype html><html><head><title>A title of some words</title>{head}</head>"
        f"<body>{inside}</body></html>"
    )
    return html.encode()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"x" * (MAX_BYTES + 1), Outcome.TOO_LARGE),
        (b"<html>" + b"<b>" * 60_000 + b"</html>", Outcome.TOO_LARGE),
        (b"<html><body>" + b"<div>" * 100_000, Outcome.TOO_LARGE),
        (b"<html><body>" + b"<div>" * 400 + b"deep", Outcome.TOO_LARGE),
        (b"", Outcome.EMPTY),
        (b" \n\t", Outcome.EMPTY),
        (b"<html><body><script>render()</script></body></html>", Outcome.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, Outcome.UNSUPPORTED),
        (b"PK\x03\x04rest", Outcome.UNSUPPORTED),
        (b"\x00\x00\x00\x20ftypisom", Outcome.UNSUPPORTED),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', Outcome.UNSUPPORTED),
        (b'{"a": 1}', Outcome.UNSUPPORTED),
        (b"[" * 100_000, Outcome.BAD_CONTENT),
        (b"%PDF-1.7 nothing more", Outcome.BAD_CONTENT),
    ],
)
def test_unreadable_body_gives_failure_with_outcome(body: bytes, outcome: Outcome) -> None:
    result = read(body)
    assert isinstance(result, Failure)
    assert result.outcome is outcome
    assert result.stage == "extract"


def test_entities_of_the_document_type_are_not_expanded() -> None:
    declared = '<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    result = read(f"{declared}<html><body><p>&b;&b;&b;</p>{PROSE}".encode())
    assert isinstance(result, Article)
    assert "boomboom" not in result.text


def test_hostile_metadata_values_are_dropped() -> None:
    head = (
        '<base href="javascript:alert(1)"><link rel="canonical" href="javascript:alert(2)">'
        '<meta property="og:title" content="&lt;img src=x onerror=alert(3)&gt;A title">'
        '<meta name="author" content="&lt;script&gt;alert(4)&lt;/script&gt;">'
        '<meta property="article:published_time" content="9999-12-31">'
    )
    links = (
        '<p>See <a href="java\tscript:alert(5)">this</a>, <a href="data:text/html,x">that</a> '
        'and <a href="/c">more</a> of it.</p>'
    )
    result = read(page(PROSE + links + PROSE, head))
    assert isinstance(result, Article)
    assert "<" not in result.title + "".join(result.authors)
    assert result.canonical is None
    assert result.published is None
    assert [link.url for link in result.links] == ["https://site.example/c"]


def test_control_and_bidi_characters_are_removed() -> None:
    result = read(
        page(
            f"<h1>Plain \u202ekcab title</h1><p>Text with \x1b[31mcolour\x07 and "
            f"\u200bnothing. {PROSE}</p>"
        )
    )
    assert isinstance(result, Article)
    assert not set(result.text + result.title) & set("\x1b\x07\u202e\u200b")


@given(st.binary(max_size=2000))
@settings(max_examples=150)
def test_arbitrary_bytes_never_raise(body: bytes) -> None:
    assert isinstance(read(body, ""), Article | Failure)


@given(st.text(alphabet="<>/=\"' abdivspanphref&;!-[]\n", max_size=500))
@settings(max_examples=150)
def test_arbitrary_markup_never_raises(markup: str) -> None:
    assert isinstance(read(page(markup)), Article | Failure)


@pytest.mark.parametrize("part", ['\\"', "/*", " ", ", ", "\n", "{}", "[", '"', "//\n"])
def test_long_broken_json_ld_is_left_out(part: str) -> None:
    script = '{"a' + part * (400_000 // len(part))
    assert all("datePublished" not in node for node in parse_jsonld([script]))
