"""A machine without network does not hide the failures of pages that workers could request."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.fetch.fetcher import Fetcher
from tests.promises.test_bad_link_costs_only_itself import GOOD, a_night, put

DOWN = "https://down.example/raft"


@pytest.mark.parametrize(("urls", "failures"), [((GOOD, DOWN), 1), ((DOWN,), 0)])
def test_failed_page_counts_if_another_page_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, urls: tuple[str, ...], failures: int
) -> None:
    monkeypatch.setattr(Fetcher, "is_offline", True)  # as if only workers had a network
    with a_night(tmp_path) as nights:
        put(nights, *urls)
        nights.run()
        counts = nights.query("SELECT failures FROM articles WHERE url = ?", DOWN)
        assert counts == [(failures,)]
