"""Dates: every spelling of the table has its time or none, and pages keep the publisher's day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.dates.calendar_names import ALL_WEEKDAYS, MONTHS
from crawler.dates.parse_date import parse_date, parse_time
from crawler.utc_times import iso

SEEN = datetime(2026, 11, 28, 4, tzinfo=UTC)
TABLE = Path(__file__).with_name("spellings.tsv").read_text(encoding="utf-8").splitlines()[1:]
SPELLINGS = [tuple(f"{line}\t\t".split("\t")[:3]) for line in TABLE]


@pytest.mark.parametrize(("written", "expected", "language"), SPELLINGS)
def test_spelling_has_the_time_of_the_table(written: str, expected: str, language: str) -> None:
    assert (iso(parse_time(written, SEEN, language)) or "") == expected


def test_spellings_are_sorted_and_at_least_120() -> None:
    keys = [(written, language) for written, _, language in SPELLINGS]
    assert keys == sorted(set(keys))
    assert len(keys) >= 120


def test_spelling_does_not_depend_on_the_day_it_is_seen() -> None:
    """A reader that fills missing parts from the current date has another result a year later."""
    for written, expected, language in SPELLINGS:
        later = parse_time(written, SEEN + timedelta(days=400), language)
        assert (iso(later) or "") == expected


@pytest.mark.parametrize("month", sorted(MONTHS))
def test_month_name_of_any_language_is_the_same_month_or_none(month: str) -> None:
    moment = parse_time(f"5 {month} 2024", SEEN)
    assert moment is None or moment == datetime(2024, MONTHS[month], 5, tzinfo=UTC)


def test_only_month_names_with_two_meanings_have_no_date() -> None:
    unclear = [month for month in MONTHS if parse_time(f"5 {month} 2024", SEEN) is None]
    assert sorted(unclear) == ["lip", "lis", "listopad", "listopada", "srp"]


def test_weekday_of_any_language_does_not_change_the_date() -> None:
    for weekday in ALL_WEEKDAYS:
        moment = parse_time(f"{weekday}, 5 Jan 2024 10:00:00 GMT", SEEN)
        assert moment == datetime(2024, 1, 5, 10, tzinfo=UTC), weekday


def test_no_name_is_a_month_and_a_weekday() -> None:
    assert not ALL_WEEKDAYS & MONTHS.keys()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-05T23:30:00-05:00", "2024-03-05T23:59:59Z"),
        ("2024-03-05T00:30:00+02:00", "2024-03-05T00:00:00Z"),
        ("Tue, 05 Mar 2024 23:30:00 -0500", "2024-03-05T23:59:59Z"),
        ("Tue, Mar 5 2024 08:28:28 PM", "2024-03-05T20:28:28Z"),
        ("published 2024-03-05T10:00:00Z by Ada", "2024-03-05T10:00:00Z"),
        ("2024-03-05 at noon", "2024-03-05T00:00:00Z"),
        ("Posted on 5. März 2024 in Clocks", "2024-03-05T00:00:00Z"),
        ("2024-03", ""),
        ("2024", ""),
    ],
)
def test_date_of_a_page_keeps_the_day_of_the_publisher(written: str, expected: str) -> None:
    assert (iso(parse_date(written, SEEN)) or "") == expected


@given(st.text(max_size=60))
@example("٣" * 60)
@example("2026-01-05T10:00:00+99:99")
@example("0000-00-00T00:00:00Z")
@example("5 Jan 2026 10:00 " + "A/" * 40)
@example("9" * 13)
def test_any_text_gives_a_plausible_time_or_none(text: str) -> None:
    moment = parse_time(text, SEEN)
    assert moment is None or datetime(1990, 1, 1, tzinfo=UTC) <= moment <= SEEN + timedelta(days=1)


@pytest.mark.parametrize("part", ["1", "1:", "a", "(", "5 ", "+1", "Mon, ", "1.", "年", "mar "])
def test_repeated_part_of_a_date_is_not_a_date(part: str) -> None:
    for length in (100, 120, 1_000_000):
        assert parse_time((part * (length // len(part) + 1))[:length], SEEN) is None
