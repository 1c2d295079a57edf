"""A robots.txt rule matches the identical URL, and no byte order mark hides the first group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.robots_txt import RobotsTxt

SITE = "http://example.org"


def allowed(body: str | bytes, path: str) -> bool:
    content = body.encode() if isinstance(body, str) else body
    return RobotsTxt.parse(content).decide("hashtrail", SITE + path).allowed


IDENTICAL = [
    "/a/b?x=1&u=http://h.example?y&z",
    "/a?u=https://h.example/p",
    "/a/http://h.example/p",
    "/https://h.example",
    "/a?u=//h.example",
    "/a?time=12:30?x",
    "/a:b?c:d",
    "/a;p=1;q?x;y",
    "/a?b?c?d",
    "/?",
    "/a?",
    "/a;",
    "/a:",
    "//h.example/a",
    "/a//b",
    "/@user/p",
    "/a,b(c)!'d",
    "/a+b?c+d",
    "/a%2Fb?c%2Fd",
    "/a%3Fb",
    "/a%zz",
    "/a%",
    "/a[b]{c}|d^e",
    "/a\\b",
    '/a"b',
    "/ツ?ツ=é",
    "/%E3%83%84",
    "/caf%E9",
    "/a b",
    "/a=b&c=%26",
    "/~user/.x_y-z",
    "/index.html?a:b",
]


@pytest.mark.parametrize("path", IDENTICAL)
def test_disallow_rule_matches_the_identical_url(path: str) -> None:
    assert not allowed(f"user-agent: *\ndisallow: {path}", path)


@pytest.mark.parametrize("path", IDENTICAL)
def test_allow_matches_the_identical_url_in_a_closed_site(path: str) -> None:
    assert allowed(f"user-agent: *\ndisallow: /\nallow: {path}", path)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="#*$")))
def test_any_rule_without_wildcards_matches_the_url_it_spells(text: str) -> None:
    path = f"/{text}z"
    assert not allowed(f"user-agent: *\ndisallow: {path}", path)


# rules, path, allowed; each by RFC 9309 section 2.2.2 or 2.2.3
CASES = [
    ("disallow: /a?b=https://foo.bar", "/a?b=https%3A%2F%2Ffoo.bar", False),
    ("disallow: /a?b=https%3a%2f%2ffoo.bar", "/a?b=https://foo.bar", False),
    ("disallow: /a%2fb", "/a/b", True),
    ("disallow: /a/b", "/a%2Fb", True),
    ("disallow: /a%3Fb", "/a?b", True),
    ("disallow: /a?b", "/a%3fb", True),
    ("disallow: /a%26b", "/a&b", True),
    ("disallow: /%7Euser", "/~user", False),
    ("disallow: /~user", "/%7euser", False),
    ("disallow: /caf%e9", "/caf%E9", False),
    ("disallow: /caf%E9", "/caf%E8", True),
    ("disallow: /%C3", "/%C3%A9", False),
    ("disallow: /a$", "/a", False),
    ("disallow: /a$", "/a$b", True),
    ("disallow: /a$b", "/a$bc", False),
    ("disallow: /a%24", "/a$", False),
    ("disallow: /a*b$", "/axb", False),
    ("disallow: /a*b$", "/axbc", True),
    ("disallow: /a*b$", "/a", True),
    ("disallow: /a**b", "/axb", False),
    ("disallow: /a%2Ab", "/a*b", False),
    ("disallow: /a%2Ab", "/axb", True),
    ("disallow: *", "/a", False),
    ("disallow: /*?", "/a?b", False),
    ("disallow: /*?\nallow: /abc", "/abc?x=1", True),
    ("disallow: /*:\nallow: /ab", "/ab?t=1:2", True),
    ("allow: /a*\ndisallow: /a{", "/a{", True),
    ("allow: /%61\ndisallow: /a", "/a", True),
    ("disallow: /a?x=1&u=http://h", "/a?x=1&u=http://other", True),
    ("disallow: /a", "?x=http://h/a", True),
    ("disallow: /a\nallow: /a/index.html", "/a/", True),
    ("disallow: /a#b", "/a#c", False),
]


@pytest.mark.parametrize(("rules", "path", "expected"), CASES)
def test_escapes_wildcards_and_priority_follow_rfc_9309(
    rules: str,
    path: str,
    expected: bool,
) -> None:
    assert allowed(f"user-agent: *\n{rules}", path) is expected


GROUP = "user-agent: *\ndisallow: /private"
MARKED = {
    "whole UTF-8 mark": b"\xef\xbb\xbf" + GROUP.encode(),
    "first two bytes": b"\xef\xbb" + GROUP.encode(),
    "first byte": b"\xef" + GROUP.encode(),
    "mark and blank line": b"\xef\xbb\xbf\r\n" + GROUP.encode(),
    "two bytes and comment": b"\xef\xbb# site\r" + GROUP.encode(),
    "UTF-16 little endian": b"\xff\xfe" + GROUP.encode("utf-16-le"),
    "UTF-16 big endian": b"\xfe\xff" + GROUP.encode("utf-16-be"),
    "UTF-16 mark on ASCII text": b"\xff\xfe" + GROUP.encode(),
    "UTF-16, odd number of bytes": b"\xff\xfe" + GROUP.encode("utf-16-le") + b"\n",
    "carriage returns": b"\xef" + GROUP.replace("\n", "\r").encode(),
    "CRLF": b"\xef\xbb" + GROUP.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("body", MARKED.values(), ids=MARKED.keys())
def test_byte_order_mark_does_not_hide_the_first_group(body: bytes) -> None:
    assert not allowed(body, "/private/x")
    assert allowed(body, "/public")


@pytest.mark.parametrize("start", [b"\xef\x11\xbf", b"\xef\xbb\x11", b"\xbb\xbf", b"\xbf"])
def test_incomplete_byte_order_mark_hides_the_first_line(start: bytes) -> None:
    assert allowed(start + GROUP.encode(), "/private/x")
