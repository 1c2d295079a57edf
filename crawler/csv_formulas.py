"""CSV for spreadsheets: no cell is a formula, numbers stay numbers. No I/O.

A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab, a carriage return or a line
feed as a formula; full-width signs count too. The source of the rule is the page "CSV Injection" of
OWASP (https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe in front makes the cell
text. The format is that of RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

Value = str | int | float | bytes | None

_SIGNS = frozenset("=+-@\N{MINUS SIGN}")
_CONTROLS = ("\0", "\t", "\n", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Spreadsheets skip spaces, and a reader does not see the others.
_SKIPPED_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def without_formula(text: str) -> str:
    """Return the text of a cell, with an apostrophe in front if it would be a formula."""
    if text[:1].isalnum():  # most cells
        return text
    is_formula = text.startswith(_CONTROLS) or _first_sign(text) in _SIGNS
    return f"'{text}" if is_formula else text


def csv_document(rows: Iterable[Sequence[Value]]) -> str:
    """Return the cells of `rows` as a CSV document without formulas (RFC 4180).

    Numbers are written unchanged, bytes as hexadecimal digits, and None as an empty cell.
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def csv_without_formulas(document: str) -> str:
    """Return a CSV `document` with the same cells, none of which is a formula.

    A document has no types, so a cell that is spelled like a number, such as `-5`, is unchanged.
    """
    out = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(document, newline=""))
    csv.writer(out).writerows(map(_number_or_text, row) for row in rows)
    return out.getvalue()


def _number_or_text(cell: str) -> str:
    return cell if _NUMBER.fullmatch(cell) else without_formula(cell)


def _cell(value: Value) -> str | int | float | None:
    if isinstance(value, bytes):
        return value.hex()
    return without_formula(value) if isinstance(value, str) else value


def _first_sign(text: str) -> str:
    """The first character that is not skipped, in its compatibility form (UAX 15, NFKC)."""
    for character in text:
        if unicodedata.category(character) not in _SKIPPED_CATEGORIES:
            return unicodedata.normalize("NFKC", character)[:1]
    return ""
