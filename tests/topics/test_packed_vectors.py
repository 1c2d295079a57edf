"""Packed vectors have the sums of unpacked ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.topics.packed_vectors import PackedVectors

NAMES = ("a", "b", "c")
NUMBERS = st.dictionaries(
    st.sampled_from(NAMES), st.integers(-500, 500).map(lambda number: number / 100)
)
FACTORS = st.integers(0, 1 << 14).map(lambda number: number / (1 << 14))


@given(st.lists(st.tuples(NUMBERS, FACTORS), max_size=50))
def test_weighted_sum_equals_the_sum_of_the_numbers(
    terms: Sequence[tuple[Mapping[str, float], float]],
) -> None:
    vectors = PackedVectors(NAMES)
    packed = [vectors.pack(numbers) for numbers, _ in terms]
    sums = vectors.weighted_sum(packed, [factor for _, factor in terms])
    for name in NAMES:
        expected = sum(numbers.get(name, 0.0) * factor for numbers, factor in terms)
        assert sums[name] == pytest.approx(expected, abs=1e-6)


def test_sum_of_no_vectors_is_zero() -> None:
    assert PackedVectors(NAMES).weighted_sum([], []) == {"a": 0.0, "b": 0.0, "c": 0.0}
