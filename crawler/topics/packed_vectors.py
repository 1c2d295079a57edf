"""Vectors of hundredths packed into one integer each, so that one product scales a vector.

Each number has 32 bits. Python multiplies and adds long integers in C.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from operator import mul

UNIT = 100
"""Numbers are whole hundredths."""

_BITS = 32
_SCALE = 1 << 14  # of the factors
_MIDDLE = 1 << (_BITS - 1)
_SUM_UNIT = UNIT * _SCALE


class PackedVectors:
    """Packs and sums vectors of a `length`."""

    def __init__(self, length: int) -> None:
        self._fields = struct.Struct(f"<{length}i")
        self._middles = sum(_MIDDLE << _BITS * place for place in range(length))

    def pack(self, hundredths: Sequence[int]) -> int:
        """Return the vector with these numbers of `hundredths`."""
        return sum(number << _BITS * n for n, number in enumerate(hundredths) if number)

    def weighted_sum(self, vectors: Iterable[int], factors: Iterable[float]) -> list[float]:
        """Return the sum of packed `vectors`, each times its factor.

        Each sum must be between -1,310 and 1,310: a larger one changes its neighbors. If the
        `factors` form a vector of length one, and no number is above 5.0, then the sum of 49,000
        vectors is below 1,110. Half of the range is added to each number, so that no number
        borrows from the next one, and then the highest bit of each is changed back.
        """
        whole = [round(factor * _SCALE) for factor in factors]
        total = sum(map(mul, vectors, whole), self._middles) ^ self._middles
        numbers = self._fields.unpack(total.to_bytes(self._fields.size, "little"))
        return [number / _SUM_UNIT for number in numbers]
