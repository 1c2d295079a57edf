"""The common spellings of dates: the same times as by the general reader, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.dates.common_spellings import read_common_spelling


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-19T08:00:00Z", datetime(2026, 11, 19, 8, tzinfo=UTC)),
        ("2026-11-19T00:30:00+01:00", datetime(2026, 11, 18, 23, 30, tzinfo=UTC)),
        ("Thu, 19 Nov 2026 08:00:00 GMT", datetime(2026, 11, 19, 8, tzinfo=UTC)),
        ("9 Nov 2026 22:00:00 -0330", datetime(2026, 11, 10, 1, 30, tzinfo=UTC)),
    ],
)
def test_time_of_a_common_spelling_is_in_utc(written: str, moment: datetime) -> None:
    assert read_common_spelling(written) == moment


@pytest.mark.parametrize(
    "written",
    [
        "2026-13-19T08:00:00Z",
        "2026-11-19T24:00:00Z",
        "2026-11-19T08:00:00",
        "0001-01-01T00:00:00+23:59",
        "Thu, 31 Nov 2026 08:00:00 GMT",
        "Thu, 19 Foo 2026 08:00:00 GMT",
        "Thu, 19 Nov 2026 08:00:00 +9900",
        "Thu, 19 Nov 2026 08:00:00 EST",
        "Thu, 19 Nov 2026 08:00 GMT",
        "",
    ],
)
def test_other_text_is_not_a_common_spelling(written: str) -> None:
    assert read_common_spelling(written) is None
