"""Docstrings of public names: present, with parameters, results and exceptions."""

from __future__ import annotations

import pytest

from devtools.backlog import new_findings
from devtools.docstrings import BACKLOG, find_all, is_mentioned, module_findings
from tests.conventions import fail_with

DOCUMENTED = '''
def parse_feed(body: bytes, entry_limit: int, db: object) -> list[str]:
    """Return the titles in `body`, at most `entry_limit`.

    Raises:
        InputError: the body is not a feed.
    """
    try:
        raise ValueError
    except ValueError:
        raise InputError("not a feed")


def _private(x): ...


class Feed:
    """A feed."""

    def __len__(self): return 0

    @property
    def size(self) -> int:
        """Size in bytes."""
        return 0

    def is_open(self) -> bool:
        """Whether the feed is open."""
        return True

    def close(self) -> None:
        """Close the feed."""
'''


def rules(content: str) -> list[str]:
    return [finding.rule for finding in module_findings("crawler/example.py", content)]


def test_repository_has_no_findings_beyond_the_backlog() -> None:
    fail_with(new_findings(find_all(), BACKLOG))


def test_complete_docstrings_are_accepted() -> None:
    assert rules(DOCUMENTED) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"""A feed."""', "", "missing"),
        ('"""Close the feed."""', "self._open = False", "missing"),
        ('"""Close the feed."""', '"""Close the feed"""', "summary"),
        (", at most `entry_limit`", "", "parameter"),
        ("Return the titles", "The titles", "result"),
        ('"""Whether the feed is open."""', '"""The feed is open."""', "result"),
        ("InputError: the body", "Error: the body", "exception"),
        ("except ValueError", "except KeyError", "exception"),
    ],
)
def test_incomplete_docstring_is_reported(old: str, new: str, rule: str) -> None:
    assert old in DOCUMENTED
    assert rules(DOCUMENTED.replace(old, new, 1)) == [rule]


def test_parameter_may_be_mentioned_in_words() -> None:
    assert is_mentioned("source_id", "Return the source.")
    assert is_mentioned("entry_limits", "At most the entry limit.")
    assert not is_mentioned("at", "Return that.")
