"""Layout of Python files: line length and file length."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools import layout
from devtools.backlog import new_findings
from tests.conventions import fail_with


def test_repository_has_no_findings_beyond_the_backlog() -> None:
    fail_with(new_findings(layout.find_all(), layout.BACKLOG))


@pytest.mark.parametrize(("length", "findings"), [(100, 0), (101, 1)])
def test_line_of_more_than_100_columns_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int, findings: int
) -> None:
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    (tmp_path / "a.py").write_text("a = 1\n" + ("# " + "x " * 60)[: length - 1] + "y" + "\n")
    assert [f.line for f in layout.line_findings(["a.py"])] == [2] * findings


@pytest.mark.parametrize(("lines", "findings"), [(400, 0), (401, 1)])
def test_module_of_more_than_400_lines_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int, findings: int
) -> None:
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler/a.py").write_text("a = 1\n" * lines)
    assert len([*layout.file_findings(["crawler/a.py"])]) == findings
