"""Read the recipes of CONTRIBUTING.md: the files that they add and the lines that they insert."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_NEW_FILE = re.compile(
    r"^The new file `([^`]+)`[^\n]*(?:\n[^\n`]+)*:\n\n```\w*\n(.*?)^```", re.M | re.S
)
_INSERTION = re.compile(
    r"^In `([^`]+)`, (before|after) the line `([^`]+)`,[^`]*?:\n\n```\w*\n(.*?)^```", re.M | re.S
)
_CHECKS = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that a recipe adds."""

    path: str
    text: str

    def apply(self, root: Path) -> None:
        """Write the file below `root`. Raises FileExistsError if it exists."""
        path = root / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(self.text)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Lines that a recipe inserts `before` or `after` the line `anchor` of a file."""

    path: str
    side: str
    anchor: str
    text: str

    def apply(self, root: Path) -> None:
        """Insert the lines below `root`. Raises ValueError if the anchor is not in the file."""
        path = root / self.path
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        at = lines.index(f"{self.anchor}\n") + (self.side == "after")
        lines.insert(at, self.text)
        path.write_text("".join(lines), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe: its title, its changes, and the commands that check it."""

    title: str
    changes: tuple[NewFile | Insertion, ...]
    checks: tuple[str, ...]


def read_recipes(text: str) -> list[Recipe]:
    """Return the recipes of a page: sections of level 3 with at least one change of a file."""
    recipes = []
    for section in re.split(r"^### ", text, flags=re.M)[1:]:
        section = re.split(r"^## ", section, flags=re.M)[0]
        files = [NewFile(*groups) for groups in _NEW_FILE.findall(section)]
        insertions = [Insertion(*groups) for groups in _INSERTION.findall(section)]
        checks = [line for block in _CHECKS.findall(section) for line in block.splitlines()]
        if files or insertions:
            title = section.partition("\n")[0]
            recipes.append(Recipe(title, (*files, *insertions), tuple(checks)))
    return recipes
