"""A clock in a year that no run can have stops the run before it writes a date."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import HashtrailError
from tests.promises.workspace import START, nights_with


@pytest.mark.parametrize("year", [1, 999, 1970, 2201, 9999])
def test_run_with_an_impossible_clock_changes_nothing(tmp_path: Path, year: int) -> None:
    with nights_with(tmp_path, "", {}) as nights:
        with pytest.raises(HashtrailError, match=f"{year}, which cannot be right"):
            nights.run(START.replace(year=year))
        assert nights.run(START).outcome == "ok"
