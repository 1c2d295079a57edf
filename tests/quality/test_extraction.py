"""Floors under how well articles are read: a sample of pages with known truth, when the corpora are
there; our own pages are always read in tests/extract.
"""

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


def test_a_sample_of_the_corpus_is_read_as_well_as_it_was_measured() -> None:
    if not ARTICLES.is_dir():
        pytest.skip("The article corpus is not beside this checkout.")
    found = {name: value for name, value, _, _ in report(part=0, parts=4)}
    assert {
        name: round(found[name], 3) for name, floor in FLOORS.items() if found[name] < floor
    } == {}


def test_without_the_corpus_the_report_is_empty() -> None:
    assert report(ARTICLES / "nowhere") == []
    assert callable(extract_page)
