"""Reading lists: picks of a file, and errors that name the file and the pick."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.models.reading_lists import Pick
from crawler.topics.reading_lists import MAX_PICKS, read_reading_lists

LEASES = """\
[[picks]]
url = "https://papers.example/leases"
title = "Leases for caches"
authors = ["A. Author", "An Institute"]
year = 1989
kind = "paper"
why = "Introduces leases."
listed_in = "someone/awesome-list"

[[picks]]
url = "https://blog.example/locks"
title = "Locks that end"
authors = ["B. Author"]
kind = "essay"
why = "Shows  how a pause\\n breaks a lock."
listed_in = "documentation"
"""


def _write(folder: Path, text: str) -> Path:
    (folder / "leases.toml").write_text(text, encoding="utf-8")
    return folder


def test_file_gives_picks_in_order(tmp_path: Path) -> None:
    first, second = read_reading_lists(_write(tmp_path, LEASES))["leases"]
    assert first == Pick(
        "https://papers.example/leases",
        "Leases for caches",
        "paper",
        "Introduces leases.",
        "someone/awesome-list",
        ("A. Author", "An Institute"),
        1989,
    )
    assert (second.year, second.why) == (None, "Shows how a pause breaks a lock.")
    assert read_reading_lists(tmp_path / "missing") == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "essay"\n', "", "pick 2.*kind"),
        ("year = 1989", 'year = "1989"', "pick 1.*year"),
        ("year = 1989", "stars = 5", "pick 1: stars is not a key"),
        ("https://blog.example/locks", "javascript:alert(1)", "pick 2.*not an http"),
        ("https://blog.example/locks", "/locks", "pick 2.*not an http"),
        ("[[picks]]", "[picks]", r"leases\.toml"),
        ("[[picks]]\n", "[[pick]]\n", r"leases\.toml"),
    ],
)
def test_invalid_pick_is_an_error_that_names_it(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in LEASES
    with pytest.raises(ConfigurationError, match=message):
        read_reading_lists(_write(tmp_path, LEASES.replace(old, new)))


def test_too_many_picks_are_an_error(tmp_path: Path) -> None:
    one = LEASES.partition("\n\n")[0] + "\n\n"
    with pytest.raises(ConfigurationError, match="101 picks"):
        read_reading_lists(_write(tmp_path, one * (MAX_PICKS + 1)))
