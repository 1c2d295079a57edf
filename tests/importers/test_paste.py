"""Paste importer: the sample gives nine units in any order, and no text is added or lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import InputError, UsageError
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.posts import Post

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/inbox/sample.txt"
SEED = ROOT / "../shared/seeds/posts.txt"
PASTES = [pytest.param(SAMPLE, id="sample"), pytest.param(SEED, id="seed")]


def _read(name: str, data: bytes, format: str | None = None) -> tuple[Post, ...]:
    options = ImportOptions(datetime(2026, 11, 22, tzinfo=UTC))
    return parse_file(name, data, format, options).posts


def _paste(text: str) -> tuple[Post, ...]:
    return _read("notes.txt", text.encode())


def _file(path: Path) -> bytes:
    if not path.exists():
        pytest.skip("The seed paste is not beside this checkout.")
    return path.read_bytes()


def _shape(post: Post) -> tuple[object, ...]:
    return post.text, post.hashtags, post.links, post.cards, post.thread_position


@pytest.mark.parametrize("path", PASTES)
def test_sample_paste_gives_eight_posts_and_one_lone_card(path: Path) -> None:
    posts = _read(path.name, _file(path))
    assert [bool(post.text) for post in posts] == [True] * 5 + [False] + [True] * 3
    assert [len(post.links) for post in posts] == [1, 1, 0, 1, 2, 0, 0, 0, 0]
    assert [link.url for post in posts for link in post.links] == re.findall(
        r"https://\S+", path.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("path", PASTES)
def test_card_is_assigned_to_the_post_whose_link_shares_its_words(path: Path) -> None:
    posts = _read(path.name, _file(path))
    assert [
        (number, card.site_name, card.link)
        for number, post in enumerate(posts)
        for card in post.cards
    ] == [
        (3, "Engineering At Scale", posts[3].links[0].url),
        (4, "DEV Community", posts[4].links[0].url),
        (5, "APNIC Blog", None),
    ]


@pytest.mark.parametrize("path", PASTES)
def test_hashtags_and_the_thread_position_are_as_written(path: Path) -> None:
    posts = _read(path.name, _file(path))
    assert [post.thread_position for post in posts] == [
        None,
        None,
        None,
        None,
        5,
        None,
        None,
        None,
        None,
    ]
    assert posts[0].hashtags == (
        "Atlassian",
        "InfoQ",
        "SoftwareArchitecture",
        "EventDrivenArchitecture",
        "DistributedSystems",
    )
    assert posts[4].hashtags == ("distributedsystems",)
    assert posts[8].hashtags == ("SOLID", "FinTech", "DistributedSystems")


@pytest.mark.parametrize("path", PASTES)
def test_every_written_line_belongs_to_exactly_one_unit(path: Path) -> None:
    posts = _read(path.name, _file(path))
    covered = [
        number
        for post in posts
        for number in range(post.provenance.lines[0], post.provenance.lines[1] + 1)
    ]
    lines = path.read_text(encoding="utf-8").split("\n")
    assert len(covered) == len(set(covered))
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= set(covered)


@cache
def _units(path: Path) -> list[tuple[str, Post]]:
    """Return each unit of the file with the post that was parsed from it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    spans = [(post.provenance.lines, post) for post in _read(path.name, path.read_bytes())]
    return [("\n".join(lines[first - 1 : last]), post) for (first, last), post in spans]


@settings(max_examples=300)
@given(data=st.data())
@pytest.mark.parametrize("path", PASTES)
def test_units_joined_in_any_order_with_any_gap_split_the_same(
    path: Path, data: st.DataObject
) -> None:
    _file(path)
    units = _units(path)
    order = data.draw(st.permutations(range(len(units))))
    gaps = data.draw(st.lists(st.integers(1, 3), min_size=len(units), max_size=len(units)))
    joined = "".join(units[unit][0] + "\n" * gap for unit, gap in zip(order, gaps, strict=True))
    assert [_shape(post) for post in _paste(joined)] == [_shape(units[unit][1]) for unit in order]


def test_same_text_has_the_same_uri_at_any_place() -> None:
    once, again = _paste("One thought.\n\n#Raft"), _paste("\r\n\r\nOne  thought.\r\n\r\n#Raft\r\n")
    assert once[0].uri == again[0].uri
    assert len(_paste("One thought.\n\n#Raft\n\nOne thought.\n\n#Raft")) == 1


def test_line_of_dashes_separates_posts() -> None:
    assert [post.text for post in _paste("First.\n---\nSecond.\n===\nThird.")] == [
        "First.",
        "Second.",
        "Third.",
    ]


def test_two_blank_lines_separate_posts_except_before_hashtags() -> None:
    assert [post.text for post in _paste("First.\n\n\nSecond.\n\n\n#Tag\n")] == [
        "First.",
        "Second.\n\n#Tag",
    ]


def test_emoji_between_hashtags_keep_a_hashtag_line() -> None:
    assert [post.hashtags for post in _paste("First.\n🚀 #Raft • #Paxos 🎉\nSecond.\n#Cells")] == [
        ("Raft", "Paxos"),
        ("Cells",),
    ]


def test_one_blank_line_separates_paragraphs() -> None:
    assert len(_paste("First.\n\nStill the first.")) == 1


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("1/ One.\n2/ Two.\n3/ Three.", [1, 2, 3]),
        ("1/3 One.\n\n2/3 Two.\n\n3/3 Three.", [1, 2, 3]),
        ("(1/2) One.\n(2/2) Two.", [1, 2]),
        ("1) One.\n2) Two.", [1, 2]),
        ("24/7 support costs sleep.", [None]),
        ("We keep\n7/8 of it.", [None]),
    ],
)
def test_thread_markers_begin_posts(text: str, positions: list[int | None]) -> None:
    assert [post.thread_position for post in _paste(text)] == positions


def test_consecutive_parts_form_a_thread_and_a_single_part_none() -> None:
    posts = _paste("1/ One.\n\n2/ Two.\n\n3/ Three.\n\n5/ Five.\n\n1/ Another.\n\n2/ And on.")
    first, second = posts[0].uri, posts[4].uri
    assert [post.thread_key for post in posts] == [first, first, first, None, second, second]


def test_text_without_hashtags_gives_none() -> None:
    (post,) = _paste(
        "C# is #1 for me &#39;really&#39;, see https://example.org/a#Section and "
        "blogs.oracle#SOLID\n#Rust"
    )
    assert post.hashtags == ("Rust",)


def test_links_lose_trailing_punctuation_and_truncated_links_are_dropped() -> None:
    (post,) = _paste(
        "Read (https://en.wikipedia.org/wiki/Raft_(algorithm)), "
        "www.example.org/a. Not https://example.com/very-lo…"
    )
    assert [link.url for link in post.links] == [
        "https://en.wikipedia.org/wiki/Raft_(algorithm)",
        "https://www.example.org/a",
    ]


def test_three_short_lines_before_hashtags_begin_a_post() -> None:
    (post,) = _paste("Big news\n\nWe moved to cells\n\nThank you all\n\n#Cells")
    assert not post.cards


def test_platform_lines_are_removed_from_the_text() -> None:
    posts = _paste(
        "Queues hide load. …more\n3d • Edited •\nhashtag#Queues\n12 comments\nLike\nComment\n"
        "Repost\nSend\nBack-pressure shows it.\nhashtag#Queues"
    )
    assert [post.text for post in posts] == [
        "Queues hide load.\n\n#Queues",
        "Back-pressure shows it.\n#Queues",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8"),
        (b"a\0b", "binary"),
        (b"word " * 4_000_000, "20.0 MB"),
    ],
    ids=["empty", "blank", "image", "zeros", "20 MB"],
)
def test_unreadable_file_is_named_in_the_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=r"notes\.txt") as raised:
        _read("notes.txt", data)
    assert message in str(raised.value)


def test_unknown_format_lists_the_known_formats() -> None:
    with pytest.raises(UsageError, match="paste"):
        _read("notes.txt", b"text", "docx")


@pytest.mark.parametrize(
    "line",
    ["#a" * 500_000, "word " * 200_000, "https://a.example/" + ")" * 1_000_000, "(" * 1_000_000],
)
def test_line_of_one_megabyte_is_one_post(line: str) -> None:
    (post,) = _paste(line)
    assert post.text


def test_paste_of_a_thousand_small_posts_gives_a_thousand_posts() -> None:
    pasted = (f"Post number {number} says this.\n\n#Tag\n" for number in range(1_000))
    assert len(_paste("".join(pasted))) == 1_000


def test_windows_file_with_byte_order_mark_gives_the_same_posts() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    plain = [post.uri for post in _paste(text)]
    for encoded in (
        text.replace("\n", "\r\n").encode("utf-8-sig"),
        text.replace("\n", "\r\n").encode("utf-16"),
    ):
        assert [post.uri for post in _read("notes.txt", encoded)] == plain
