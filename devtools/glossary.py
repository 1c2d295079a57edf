"""Read docs/GLOSSARY.md: terms, words with one meaning, standard parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from devtools.repository import ROOT

GLOSSARY = "docs/GLOSSARY.md"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the terms: word, definition, where it is defined, words not to use for it."""

    word: str
    definition: str
    places: tuple[str, ...]
    avoid: str


@cache
def sections() -> dict[str, list[list[str]]]:
    """Return the cells of the table rows by section heading, without the heads of the tables."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (ROOT / GLOSSARY).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            found.setdefault(heading, []).append(cells)
    return {name: rows[2:] for name, rows in found.items()}


def code_names(cell: str) -> tuple[str, ...]:
    """Return the names in backticks in a table `cell`."""
    return tuple(re.findall(r"`([^`]+)`", cell))


def standard_parameters() -> tuple[str, ...]:
    """Return the names of the parameters that docstrings need not explain."""
    rows = sections()["Standard parameters"]
    return tuple(name for row in rows for name in code_names(row[0]))


def terms() -> list[Term]:
    """Return the rows of all tables of terms."""
    return [
        Term(row[0], row[1], code_names(row[2]), row[3])
        for rows in sections().values()
        for row in rows
        if len(row) == 4
    ]


def reserved_words() -> dict[str, tuple[str, ...]]:
    """Return the words with one meaning, each with patterns of the names that may contain it."""
    rows = sections()["Words with one meaning"]
    return {code_names(row[0])[0]: code_names(row[2]) for row in rows}


def vague_words() -> dict[str, str]:
    """Return the words that are too vague for a name, each with a better one."""
    rows = sections()["Vague words"]
    return {code_names(row[0])[0]: row[1] for row in rows}
