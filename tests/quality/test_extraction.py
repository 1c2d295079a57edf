"""Floors for the quality of extraction on a sample of the corpora, if they are present."""

from __future__ import annotations

import pytest

from bench.quality_extraction import ARTICLES, report
from crawler.extract.extract_page import extract_page

# of the sample below, a little under what was measured; they only rise
FLOORS = {
    "aeb text F1": 0.96,
    "flink text F1": 0.99,
    "rdb text F1": 0.97,
    "traf text F1": 0.94,
    "flink title": 1.0,
    "flink author": 0.9,
    "flink date": 1.0,
    "traf title": 0.85,
    "traf author": 0.7,
    "traf date": 0.85,
}


def test_extraction_quality_of_sample_meets_floors() -> None:
    if not ARTICLES.is_dir():
        pytest.skip("The article corpus is not beside this checkout.")
    found = {name: value for name, value, _, _ in report(part=0, parts=4)}
    assert {
        name: round(found[name], 3) for name, floor in FLOORS.items() if found[name] < floor
    } == {}


def test_report_is_empty_without_corpus() -> None:
    assert report(ARTICLES / "nowhere") == []
    assert callable(extract_page)
