"""CSV for spreadsheets: which cells get an apostrophe, and which stay unchanged."""

from __future__ import annotations

import csv
import io

import pytest

from crawler.csv_formulas import csv_document, csv_without_formulas, without_formula

FORMULAS = [
    "=HYPERLINK(A1)",
    "+cmd",
    "-2+3",
    "@SUM(B2)",
    "\t=1",
    "\rx",
    "\nx",
    "\0=1",
    "  =1",
    "\u3000=1",
    "\ufeff=1",
    "\u200b@x",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0dx",
    "\uff20x",
    "\ufe63x",
    "\u2212x",
]
PLAIN = ["", "a=b", "x\n=1", "1-2", "'=1", "*bold*", "#tag", "\u2013 a dash", "\u5206\u5e03\u5f0f"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_gets_an_apostrophe(text: str) -> None:
    assert without_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_unchanged(text: str) -> None:
    assert without_formula(text) == text


def test_numbers_stay_numbers_and_text_of_a_number_does_not() -> None:
    assert csv_document([[-5, 2.5, None, b"\x01\xff", "-5"]]) == "-5,2.5,,01ff,'-5\r\n"


@pytest.mark.parametrize("number", ["-5", "+3.25", "-1e-07", "12"])
def test_document_without_types_keeps_numbers(number: str) -> None:
    assert csv_without_formulas(f"n\r\n{number}\r\n") == f"n\r\n{number}\r\n"


def test_document_keeps_the_cells_that_are_not_formulas() -> None:
    rows = [["=a", "b"], ['say "hi", you', "two\r\nlines"], ["-x", "+1 555"]]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    document = csv_without_formulas(out.getvalue())
    assert list(csv.reader(io.StringIO(document, newline=""))) == [
        ["'=a", "b"],
        ['say "hi", you', "two\r\nlines"],
        ["'-x", "'+1 555"],
    ]
