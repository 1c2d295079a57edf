"""Floors for the quality of article keys, drift and duplicates."""

from __future__ import annotations

import pytest

from bench.quality_identity import CORPORA, FLOORS, own, report


def test_identity_quality_of_own_pairs_and_checks_meets_floors() -> None:
    for name, value, size in own():
        assert size >= 20
        assert value >= FLOORS[name], name


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_identity_quality_of_corpora_meets_floors() -> None:
    for name, value, size, floor in report():
        assert size > 10
        assert value >= floor, name
