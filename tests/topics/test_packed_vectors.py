"""Packed vectors have the sums of unpacked ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.topics.packed_vectors import PackedVectors

LENGTH = 3
HUNDREDTHS = st.lists(st.integers(-500, 500), min_size=LENGTH, max_size=LENGTH)
FACTORS = st.integers(0, 1 << 14).map(lambda number: number / (1 << 14))


@given(st.lists(st.tuples(HUNDREDTHS, FACTORS), max_size=50))
def test_weighted_sum_equals_the_sum_of_the_numbers(
    terms: Sequence[tuple[Sequence[int], float]],
) -> None:
    vectors = PackedVectors(LENGTH)
    packed = [vectors.pack(hundredths) for hundredths, _ in terms]
    sums = vectors.weighted_sum(packed, [factor for _, factor in terms])
    for place, total in enumerate(sums):
        expected = sum(hundredths[place] / 100 * factor for hundredths, factor in terms)
        assert total == pytest.approx(expected, abs=1e-6)


def test_sum_of_no_vectors_is_zero() -> None:
    assert PackedVectors(LENGTH).weighted_sum([], []) == [0.0, 0.0, 0.0]
