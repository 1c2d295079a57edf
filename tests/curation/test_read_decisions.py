"""Files of the curator are read as decisions, and errors name the file and the entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.curation.read_decisions import read_decisions
from crawler.errors import ConfigurationError
from crawler.models.curator_decisions import Decision
from crawler.workspace import bundled_path


def write(folder: Path, text: str, name: str = "decisions.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_decisions_of_all_kinds_are_sorted_by_action_and_subject(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[[untag]]\nurl = "https://a.example/"\ntopic = "caching"\nreason = "About hiking."',
    )
    write(
        tmp_path,
        """
        [[hide]]
        url = "https://b.example/"
        reason = "Spam."
        [[ban]]
        host = "Farm.Example"
        reason = "A link farm."
        by = "Anna"
        [[ban]]
        author = "mastodon:Bot@trail.example"
        reason = "A bot."
        [[merge]]
        url = "https://c.example/amp"
        into = "https://c.example/"
        reason = "Its AMP form."
        [[split]]
        url = "https://d.example/2"
        reason = "Part two."
        [[tag]]
        url = "https://a.example/"
        topic = "leases"
        reason = "Chapter 3."
        [[pin]]
        url = "https://a.example/"
        topic = "leases"
        reason = "The best start."
        [[note]]
        url = "https://a.example/"
        text = "Read chapter 3 first."
        reason = "Asked often."
        """,
        "more.toml",
    )
    assert read_decisions(tmp_path) == (
        Decision("ban-author", "mastodon:bot@trail.example", "", "A bot."),
        Decision("ban-host", "farm.example", "", "A link farm.", "Anna"),
        Decision("hide", "https://b.example/", "", "Spam."),
        Decision("merge", "https://c.example/amp", "https://c.example/", "Its AMP form."),
        Decision("note", "https://a.example/", "Read chapter 3 first.", "Asked often."),
        Decision("pin", "https://a.example/", "leases", "The best start."),
        Decision("split", "https://d.example/2", "", "Part two."),
        Decision("tag", "https://a.example/", "leases", "Chapter 3."),
        Decision("untag", "https://a.example/", "caching", "About hiking."),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[hyde]]\nurl = "u"', r"decisions\.toml: \[\[hyde\]\] is not a kind of decision"),
        ('[hide]\nurl = "u"', r"write \[\[hide\]\] with two brackets"),
        ('[[hide]]\nurl = "u"', "hide number 1: reason is missing"),
        ('[[hide]]\nurl = "u"\nreason = "  "', "reason is missing"),
        ('[[tag]]\nurl = "u"\nreason = "r"', "tag number 1: topic is missing"),
        ('[[ban]]\nreason = "r"', "ban number 1: author is missing"),
        ('[[hide]]\nurl = "u"\nreason = "r"\ncolour = "red"', "unknown colour"),
        ('[[hide]]\nurl = 7\nreason = "r"', "url must be text"),
        (
            '[[hide]]\nurl = "u"\nreason = "r"\n[[hide]]\nurl = "u"\nreason = "s"',
            "hide number 2: the same as .*hide number 1",
        ),
        (
            '[[tag]]\nurl = "u"\ntopic = "t"\nreason = "r"\n'
            '[[untag]]\nurl = "u"\ntopic = "t"\nreason = "s"',
            "tag number 1: contradicts .*untag number 1",
        ),
        (
            '[[merge]]\nurl = "u"\ninto = "v"\nreason = "r"\n[[split]]\nurl = "u"\nreason = "s"',
            "contradicts",
        ),
        ("[[hide]\n", r"decisions\.toml: .*line 1"),
    ],
)
def test_invalid_entry_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_decisions(write(tmp_path, text))


def test_empty_folder_has_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path) == ()


def test_bundled_file_has_no_decisions() -> None:
    assert read_decisions(bundled_path("data", "curation")) == ()


def test_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    text = '[[hide]]\nurl = "https://a.example/"\nreason = "r"\n'
    (tmp_path / "decisions.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [decision.subject for decision in read_decisions(tmp_path)] == ["https://a.example/"]


@pytest.mark.parametrize(
    "text", ['hide = ["x"]', "hide = [1, 2]", "hide = [[]]", 'hide = ["x", {url = "u"}]']
)
def test_list_without_tables_is_refused_with_a_hint(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="two brackets"):
        read_decisions(write(tmp_path, text))


def test_deeply_nested_brackets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nested too deeply"):
        read_decisions(write(tmp_path, "a = " + "[" * 5000 + "]" * 5000))


@pytest.mark.parametrize(
    "host",
    [
        "farm.example",
        "*.farm.example",
        ".farm.example",
        "WWW.Farm.Example.",
        "farm.example:443",
        "https://farm.example/x",
        "//farm.example/",
    ],
)
def test_spellings_of_a_banned_host_are_normalized(tmp_path: Path, host: str) -> None:
    write(tmp_path, f'[[ban]]\nhost = "{host}"\nreason = "r"')
    assert [decision.subject for decision in read_decisions(tmp_path)] == ["farm.example"]
