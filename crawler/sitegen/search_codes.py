"""Compact text form of lists of numbers, for script files that `site/assets/search.js` reads.

A number is written in base 32, highest digit first. Its last digit is one of the first 32
characters of the alphabet, every other digit one of the last 32 (a variable-length quantity).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import sub

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
"""The characters of codes, lowest digit first."""

_BASE = 32


def encode_number(number: int) -> str:
    """Return the code of a `number` that is not negative."""
    code = ALPHABET[number % _BASE]
    while number := number // _BASE:
        code = ALPHABET[_BASE + number % _BASE] + code
    return code


_CODES = [encode_number(number) for number in range(_BASE**3)]
_GAP_CODES = ["", *_CODES]  # a gap of 0 numbers is a difference of 1


def encode_numbers(numbers: Iterable[int]) -> str:
    """Return the codes of `numbers`, one after the other."""
    return "".join([_code(number) for number in numbers])


def encode_ascending(numbers: Sequence[int]) -> str:
    """Return the codes of the gaps between distinct ascending `numbers`."""
    if not numbers:
        return ""
    differences = map(sub, numbers, chain((-1,), numbers))
    if numbers[-1] < len(_CODES):
        return "".join(map(_GAP_CODES.__getitem__, differences))
    return "".join([_code(difference - 1) for difference in differences])


def encode_runs(numbers: Sequence[int]) -> str:
    """Return the codes of distinct ascending `numbers` as runs: gap before a run, its length - 1.

    It is shorter than `encode_ascending` for lists that have most numbers of a range.
    """
    lengths: list[int] = []
    last = start = -1
    for number in numbers:
        if number != last + 1 or not lengths:
            lengths += [number - last - 1, 0]
            start = number
        lengths[-1] = number - start
        last = number
    return encode_numbers(lengths)


def _code(number: int) -> str:
    return _CODES[number] if number < len(_CODES) else encode_number(number)
