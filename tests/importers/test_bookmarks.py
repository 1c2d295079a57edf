"""Bookmarks as HTML: folders, tags, notes, unclosed markup and the charsets of old browsers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))
HEAD = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n"


def _import(body: str, head: str = HEAD) -> ImportResult:
    return parse_file("b.html", (head + body).encode(), None, OPTIONS)


def _texts(body: str) -> list[str]:
    return [post.text for post in _import(body).posts]


def test_folders_become_tags_except_those_that_the_browser_creates() -> None:
    body = """<DL><p><DT><H3 PERSONAL_TOOLBAR_FOLDER="true">Lesezeichenleiste</H3>
<DL><p><DT><H3>Distributed databases</H3><DL><p><DT><A HREF="https://a.example/1">One</A></DL><p>
<DT><A HREF="https://a.example/2">Two</A></DL><p><DT><H3>Clocks</H3><DL><p>
<DT><A HREF="https://a.example/3">Three</A></DL><p></DL><p>"""
    tags = [post.hashtags for post in _import(body).posts]
    assert tags == [("Distributeddatabases",), (), ("Clocks",)]


def test_page_in_two_folders_keeps_the_tags_of_both() -> None:
    link = '<DT><A HREF="https://a.example/1" TAGS="raft">One</A>'
    body = f"<DL><p><DT><H3>A</H3><DL><p>{link}</DL><p><DT><H3>B</H3><DL><p>{link}</DL><p></DL>"
    result = _import(body)
    assert [post.hashtags for post in result.posts] == [("raft", "A", "B")]
    assert sum(left_out.count for left_out in result.left_out) == 1


def test_page_that_is_private_in_one_folder_is_private() -> None:
    body = '<DT><A HREF="https://a.example/1">One</A><DT><A HREF="https://a.example/1" PRIVATE=1>x'
    assert [post.visibility for post in _import(body).posts] == ["private"]


@pytest.mark.parametrize(
    "body",
    [
        "<DT><A HREF=https://a.example/1>One</A><DD>A note.<HR><DT><H3>Folder</H3>",
        "<DT><A HREF=https://a.example/1>One</A>\n<DD>A note.\n<DT><H3>Folder</H3>\n<DL><p></DL>",
        "<DT><A HREF=https://a.example/1>One</A><DD>A note.</DL><p>\n<H3>Folder</H3>",
    ],
    ids=["rule", "folder", "end of the list"],
)
def test_description_ends_before_the_next_element(body: str) -> None:
    assert _texts(body) == ["One\n\nA note."]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("How <script> works", "How <script> works"),
        ("<textarea> and <style>", "<textarea> and <style>"),
        ("From Option<A> to <T>", "From Option<A> to <T>"),
        ("a < b and <b>bold", "a < b and bold"),
        ("AT&amp;T &lt;p&gt;", "AT&T <p>"),
    ],
)
def test_markup_in_a_title_never_hides_the_bookmarks_after_it(title: str, text: str) -> None:
    body = f"<DT><A HREF=https://a.example/1>{title}</A><DT><A HREF=https://a.example/2>Two</A>"
    assert _texts(body) == [text, "Two"]


def test_link_in_a_description_is_text_and_no_bookmark() -> None:
    body = (
        "<DT><A HREF=https://a.example/1>One</A>"
        "<DD>&lt;p&gt;See &lt;a href='https://b.example/'&gt;this&lt;/a&gt;.&lt;/p&gt;"
    )
    assert _texts(body) == ["One\n\nSee this."]


@pytest.mark.parametrize("label", ["ISO-8859-1", "windows-1252", "latin1", "unknown", ""])
def test_old_file_is_read_in_its_declared_charset(label: str) -> None:
    meta = f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={label}">\n'
    data = (HEAD + meta + "<DT><A HREF=https://a.example/1>Müßig – “quoted”</A>").encode("cp1252")
    (post,) = parse_file("b.html", data, None, OPTIONS).posts
    assert post.text == "Müßig – “quoted”"


def test_damaged_byte_in_utf_8_changes_one_character_only() -> None:
    data = (HEAD + "<DT><A HREF=https://a.example/1>Überlegungen für ?</A>").encode()
    (post,) = parse_file("b.html", data.replace(b"?", b"\xff"), None, OPTIONS).posts
    assert post.text.startswith("Überlegungen für ")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_bookmarks_with_a_byte_order_mark_are_read(encoding: str) -> None:
    data = (HEAD + "<DT><A HREF=https://a.example/1>Überlegungen</A>").encode(encoding)
    assert [post.text for post in parse_file("b.html", data, None, OPTIONS).posts] == [
        "Überlegungen"
    ]


def test_bookmarks_without_a_doctype_are_recognized_by_their_elements() -> None:
    body = '<DL><p>\n<DT><A HREF="https://a.example/1" ADD_DATE="1795334400">One</A>\n</DL>'
    assert _import(body, "").format == "bookmarks"


@pytest.mark.parametrize("title", ["Pocket Export", "Instapaper: Export"])
def test_list_of_a_reading_service_is_read_as_bookmarks(title: str) -> None:
    head = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{title}</title></head><body>"
    body = """<h1>Unread</h1><ul>
<li><a href="https://a.example/1" time_added="1795334400" tags="raft,two words">One</a></li></ul>
<h1>Read Archive</h1><ul><li><a href="https://a.example/2" tags="">Two</a></li></ul>"""
    one, two = _import(body, head).posts
    assert (one.text, one.hashtags, two.hashtags) == ("One", ("raft", "twowords"), ())


def test_favourites_folder_of_safari_is_not_a_tag() -> None:
    body = "<DT><H3 FOLDED>Favourites</H3><DL><p><DT><A HREF=https://a.example/1>One</A></DL>"
    (post,) = _import(body).posts
    assert post.hashtags == ()
