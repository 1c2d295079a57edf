"""Ages and dates that networks print become dates with a precision."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.post_ages import read_age
from crawler.importers.record_types import ImportOptions
from crawler.importers.sandboxed_import import open_file
from tests.importers.copied_pages import NOW, SPRING


@pytest.mark.parametrize(
    ("written", "published", "precision"),
    [
        ("35m", datetime(2026, 3, 20, 15, 10, tzinfo=UTC), "minute"),
        ("vor 3 Stunden", datetime(2026, 3, 20, 12, tzinfo=UTC), "hour"),
        ("ayer", datetime(2026, 3, 19, tzinfo=UTC), "day"),
        ("há 1 semana • Editado", datetime(2026, 3, 13, tzinfo=UTC), "week"),
        ("3 mois", datetime(2025, 12, 1, tzinfo=UTC), "month"),
        ("2年前", datetime(2024, 1, 1, tzinfo=UTC), "year"),
        ("Dec 24", datetime(2025, 12, 24, tzinfo=UTC), "day"),
        ("24. Dez. 2023", datetime(2023, 12, 24, tzinfo=UTC), "day"),
        ("Last edited 9:41 AM · Feb 9, 2026 · 1,234 Views", SPRING, "day"),
        ("最終編集 午前9:41 · 2026年2月9日", SPRING, "day"),
        ("February 9, 2026 at 11:58 PM", datetime(2026, 2, 9, tzinfo=UTC), "day"),
        ("午後3:45 · 2026年2月9日", datetime(2026, 2, 9, tzinfo=UTC), "day"),
        ("4d*", datetime(2026, 3, 16, tzinfo=UTC), "day"),  # edited, on Mastodon
        ("5 Std. *", datetime(2026, 3, 20, 10, tzinfo=UTC), "hour"),
        ("Feb 9, 2026, 10:15 AM · Tusky", SPRING, "day"),
        ("9. Feb. 2026, 10:15 · Bearbeitet am 10. Feb. 11:20 · Web", SPRING, "day"),
        ("3 m", None, ""),  # minutes or months
        ("Feb 30", None, ""),
    ],
)
def test_age_becomes_a_date_with_the_precision_of_its_unit(
    written: str, published: datetime | None, precision: str
) -> None:
    age = read_age(written, NOW)
    assert age is not None
    assert (age.published, age.precision) == (published, precision)


@pytest.mark.parametrize(
    "text", ["3 replicas", "We waited 3 days", "2026", "May", "12", "10:15", "March on", "", "d"]
)
def test_words_and_numbers_are_not_ages(text: str) -> None:
    assert read_age(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["Feb 9, 2026 · Meetup in Lisbon", f"Feb 9, 2026, 10:15 · {'a talk on clocks ' * 2}"]
)
def test_date_with_other_words_is_not_an_age(text: str) -> None:
    assert read_age(text, NOW) is None


def test_age_is_relative_to_the_date_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("Ann Author\n• 2nd\n4d •\nLeases.", "utf-8")
    written = datetime(2026, 1, 15, 9, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    options = open_file(path, None, ImportOptions(NOW)).options
    (post,) = parse_file("page.txt", path.read_bytes(), "paste", options).posts
    assert post.published == datetime(2026, 1, 11, tzinfo=UTC)
    assert post.provenance.date_precision == "day"


@pytest.mark.parametrize("written", [0, NOW.timestamp() + 10**6])
def test_age_is_relative_to_the_import_if_the_date_of_the_file_is_wrong(
    tmp_path: Path, written: float
) -> None:
    path = tmp_path / "page.txt"
    path.touch()
    os.utime(path, (written, written))
    assert open_file(path, None, ImportOptions(NOW)).options.copied_at == NOW
