"""Hostile HTML and URLs: the result is plain text with absolute web links."""

from __future__ import annotations

import pytest

from crawler.html_text_and_links import Anchor, absolute_web_url, html_to_text, strip_tags
from crawler.url_parser import parse_whatwg


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "blob:x",
        "ssh://x",
        "intent:x",
        "mailto:a@b.c",
        "http://",
        "",
        "a b",
    ],
)
def test_url_without_web_scheme_or_host_is_rejected(url: str) -> None:
    assert absolute_web_url(url) == ""


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("//host/x", "https://host/x"),
        ("?q=1", "https://base.example/a/b?q=1"),
        ("#f", "https://base.example/a/b#f"),
        ("/c", "https://base.example/c"),
        ("HTTPS://X.example/É", "HTTPS://X.example/É"),
        ("https://x.example/a b", "https://x.example/a%20b"),
    ],
)
def test_relative_urls_become_absolute_and_absolute_ones_are_unchanged(
    url: str, absolute: str
) -> None:
    assert absolute_web_url(url, "https://base.example/a/b") == absolute


def test_hostile_base_url_is_ignored() -> None:
    assert absolute_web_url("/c", "javascript:alert(1)//") == ""
    assert absolute_web_url("https://x.example/", "javascript:alert(1)//") == "https://x.example/"


def test_text_keeps_paragraphs_and_breaks_and_joins_split_spans() -> None:
    read = html_to_text(
        '<p>One<br>two <a class="mention hashtag" href="/t/a">#<span>Raft</span></a></p>'
        "<p>three<script>alert(1)</script></p>",
        "https://m.example/",
    )
    assert read.text == "One\ntwo #Raft\n\nthree"
    assert read.anchors == (
        Anchor(
            "https://m.example/t/a",
            "#Raft",
            frozenset({"mention", "hashtag"}),
            before="\n\nOne\ntwo ",
        ),
    )


def test_anchor_has_its_rel_types_and_the_text_before() -> None:
    (anchor,) = html_to_text('Read #<a rel="tag ugc" href="https://m.example/t/a">Raft</a>').anchors
    assert (anchor.rel, anchor.before) == ({"tag", "ugc"}, "Read #")


def test_preformatted_text_keeps_its_indent_and_line_breaks() -> None:
    html = "<p>Run  it:</p><pre><code>  if x:\n      y()\n\n  z()</code></pre><p>Done  now</p>"
    assert html_to_text(html).text == "Run it:\n\n  if x:\n      y()\n\n  z()\n\nDone now"


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<ol><li>a</li><li>b</li></ol>", ["1. a", "2. b"]),
        ('<ol start="3"><li>a<li value="9">b<li>c</ol>', ["3. a", "9. b", "10. c"]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", ["1. a", "b", "2. c"]),
        ('<ol start="-1"><li>a</ol>', ["1. a"]),
        ('<ol start="99999999"><li>a</ol>', ["1. a"]),
        ("<li>a</li>", ["a"]),
    ],
)
def test_numbered_items_begin_with_their_number(html: str, lines: list[str]) -> None:
    text = html_to_text(html, numbered=True).text
    assert [line for line in text.split("\n") if line] == lines


def test_element_with_a_class_to_leave_out_has_no_text_and_no_anchors() -> None:
    html = '<p class="x quote-inline">RE: <br><a href="https://a.example/1">a</a></p><p>kept</p>'
    text = html_to_text(html, without_classes=frozenset({"quote-inline"}))
    assert (text.text, text.anchors) == ("kept", ())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A <b>bold</b> title", "A bold title"),
        ("x &amp; y", "x & y"),
        ("vector<int> &lt;3", "vector<int> <3"),
        ("<img src=x onerror=alert(1)>A", "A"),
        ("a\0b\ud800", "ab�"),
    ],
)
def test_title_markup_becomes_plain_text(title: str, text: str) -> None:
    assert strip_tags(title) == text


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("https://a.example/b?c=1#d", "https://a.example/b?c=1#d"),
        ("https://a.example", "https://a.example"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("https://1.2.3.999/", ""),
        ("https://a.0x1/", ""),
        ("https://user@a.example/", "https://user@a.example/"),
        ("https://a.example\\b", "https://a.example/b"),
        ("https://a_b.example/", "https://a_b.example/"),
    ],
)
def test_url_is_absolute_only_if_the_parser_accepts_it(url: str, absolute: str) -> None:
    assert absolute_web_url(url) == absolute
    assert bool(parse_whatwg(url)) == bool(absolute)
