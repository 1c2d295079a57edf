"""Backlogs: a package may have at most the findings that its row allows; numbers only shrink."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from devtools.backlog import Finding, above_backlog, load_backlog, renewed, write_backlog

FINDINGS = [Finding("docs/A.md", line, "phrase", "write it") for line in (1, 2)]
KEY = ("docs", "phrase")


def test_package_above_its_row_is_reported() -> None:
    assert above_backlog(FINDINGS, Counter({KEY: 2})) == {}
    assert above_backlog(FINDINGS, Counter({KEY: 1})) == {KEY: FINDINGS}
    assert above_backlog(FINDINGS, Counter()) == {KEY: FINDINGS}


def test_finding_may_move_between_packages_while_the_total_does_not_grow() -> None:
    moved = [FINDINGS[0], Finding("site/pages/about.html", 1, "phrase", "write it")]
    assert above_backlog(moved, Counter({KEY: 2})) == {}
    assert above_backlog([*moved, moved[1]], Counter({KEY: 2})) == {
        ("site/pages", "phrase"): moved[1:] * 2
    }


def test_backlog_is_lowered_and_deleted_when_empty(tmp_path: Path) -> None:
    path = tmp_path / "backlog.tsv"
    write_backlog(path, "# header\n", FINDINGS)
    assert load_backlog(path) == {KEY: 2}
    assert renewed(path, "# header\n", FINDINGS[:1]) == "backlog.tsv: 2 -> 1"
    with pytest.raises(ValueError, match="the backlog allows 1"):
        renewed(path, "# header\n", FINDINGS)
    renewed(path, "# header\n", [])
    assert not path.exists()
