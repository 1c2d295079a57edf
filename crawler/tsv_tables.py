"""Tab-separated tables inside packages. `#` starts a comment; the first row names columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files


def read_table(package: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of the table `name` of a `package`, each as column name -> cell.

    Missing cells are empty.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield {column: cell or "" for column, cell in row.items()}
