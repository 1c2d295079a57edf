"""Vectors of decimal numbers packed into one integer each, so that one product scales a vector.

Each number has 32 bits. Python multiplies and adds long integers in C.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from operator import mul

_BITS = 32
_UNIT = 100  # numbers have two decimal places
_SCALE = 1 << 14  # of the factors
_MIDDLE = 1 << (_BITS - 1)


class PackedVectors:
    """Packs and sums vectors with one number for each of some `names`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._shifts = {name: _BITS * place for place, name in enumerate(names)}
        self._middles = sum(_MIDDLE << shift for shift in self._shifts.values())
        self._fields = struct.Struct(f"<{len(names)}I")

    def pack(self, numbers: Mapping[str, float]) -> int:
        """Return the vector with these `numbers`, rounded to two decimal places, and zeros."""
        return sum(round(number * _UNIT) << self._shifts[name] for name, number in numbers.items())

    def weighted_sum(self, vectors: Iterable[int], factors: Iterable[float]) -> dict[str, float]:
        """Return the sum of packed `vectors`, each times its factor, by name.

        Each sum must be between -1,310 and 1,310: a larger one changes its neighbors. If the
        `factors` form a vector of length one, and no number is above 5.0, then the sum of 49,000
        vectors is below 1,110. Half of the range is added to each number, so that all fields of
        bits are positive.
        """
        whole = [round(factor * _SCALE) for factor in factors]
        total = sum(map(mul, vectors, whole), self._middles)
        fields = self._fields.unpack(total.to_bytes(self._fields.size, "little"))
        unit = _UNIT * _SCALE
        return {
            name: (value - _MIDDLE) / unit for name, value in zip(self._names, fields, strict=True)
        }
