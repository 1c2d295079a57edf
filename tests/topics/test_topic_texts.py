"""Topic texts: files of a folder, paragraphs and the two forms of links."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.topics.topic_texts import (
    MAX_BYTES,
    TextSegment,
    parse_topic_text,
    plain_topic_text,
    read_topic_texts,
)


def test_files_give_texts_by_slug(tmp_path: Path) -> None:
    (tmp_path / "leases.md").write_text("A lease ends.\r\n\r\n\r\nIt renews.\n", encoding="utf-8")
    (tmp_path / "empty.md").write_text("\n", encoding="utf-8")
    (tmp_path / "_notes.md").write_text("Not a topic.", encoding="utf-8")
    (tmp_path / "leases.toml").write_text("", encoding="utf-8")
    assert read_topic_texts(tmp_path) == {"leases": "A lease ends.\n\nIt renews."}
    assert read_topic_texts(tmp_path / "missing") == {}


@pytest.mark.parametrize("content", [b"caf\xe9", b"x" * (MAX_BYTES + 1)])
def test_unreadable_text_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "leases.md").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"leases\.md"):
        read_topic_texts(tmp_path)


def test_both_forms_of_links_are_parsed() -> None:
    text = (
        "A lock that [ends\nby itself](https://a.example/x_(y)) is a lease.\n\n"
        "See [fencing](topic:distributed-locking)."
    )
    assert parse_topic_text(text) == (
        (
            TextSegment("A lock that "),
            TextSegment("ends by itself", url="https://a.example/x_(y)"),
            TextSegment(" is a lease."),
        ),
        (
            TextSegment("See "),
            TextSegment("fencing", topic="distributed-locking"),
            TextSegment("."),
        ),
    )
    assert plain_topic_text(text) == "A lock that ends by itself is a lease.\nSee fencing."


@pytest.mark.parametrize(
    "text",
    [
        "[run](javascript:alert(1))",
        "[run](data:text/html,x)",
        "[up](../index.html)",
        "[x](topic:../y)",
        "[x](https://a.example/ y)",
        "<script>alert(1)</script>",
        "![image](//a.example/x.png)",
    ],
)
def test_other_markup_stays_text(text: str) -> None:
    assert parse_topic_text(text) == ((TextSegment(text),),)


def test_removed_link_leaves_its_name() -> None:
    assert plain_topic_text("A [paper]([hidden link]) about it.") == "A paper about it."


def test_long_text_of_brackets_is_parsed_in_linear_time() -> None:
    assert len(parse_topic_text("[" * 10_000 + "](" * 5_000)) == 1
