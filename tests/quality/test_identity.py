"""Identity stays above its floors: on pairs and looks of our own always, on the measured corpora
when they are there.
"""

from __future__ import annotations

import pytest

from bench.quality_identity import CORPORA, FLOORS, own, report


def test_our_own_pairs_and_looks_stay_above_their_floors() -> None:
    for name, value, size in own():
        assert size >= 20
        assert value >= FLOORS[name], name


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_every_figure_stays_above_its_floor() -> None:
    for name, value, size, floor in report():
        assert size > 10
        assert value >= floor, name
