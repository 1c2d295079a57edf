"""The recipes of CONTRIBUTING.md work: applied to a copy of the repository, their checks pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.doc_pages import ROOT
from devtools.recipes import Insertion, Recipe, read_recipes

RECIPES = read_recipes((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
COPIED = ("bench", "crawler", "data", "pyproject.toml", "site", "templates", "tests")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "state", "public", ".builds")
MOST_FILES = 3


@pytest.fixture(scope="module")
def copied_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the changes of all recipes."""
    copy = tmp_path_factory.mktemp("repository")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
        else:
            shutil.copyfile(ROOT / name, copy / name)
    for recipe in RECIPES:
        for change in recipe.changes:
            change.apply(copy)
    return copy


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_recipe_touches_at_most_three_files(recipe: Recipe) -> None:
    assert 1 <= len({change.path for change in recipe.changes}) <= MOST_FILES
    assert recipe.checks


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_checks_of_recipe_pass(recipe: Recipe, copied_repository: Path) -> None:
    for check in recipe.checks:
        command = check.replace(".venv/bin/python", sys.executable).replace(
            ".venv/bin/hashtrail", f"{sys.executable} -m crawler.cli.main"
        )
        done = subprocess.run(
            command,
            shell=True,
            cwd=copied_repository,
            env=os.environ | {"PYTHONPATH": str(copied_repository)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{check}\n{done.stdout}\n{done.stderr}"


def test_insertion_next_to_a_missing_line_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text("a\n")
    with pytest.raises(ValueError, match="is not in list"):
        Insertion("table.txt", "after", "b", "c\n").apply(tmp_path)
