"""The fingerprint of a text: MinHash over runs of four words (Broder 1997), through rensa; two
texts agree as their fingerprints do. Pure.
"""

from __future__ import annotations

import base64
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice

from rensa import RMinHash

from crawler.tokenization import WORD

_RUN = 4
_SLOTS = 64
_SEED = 1
_ROWS = 3
_CROWD = 200
_BATCH = 256
_MARK = f"m{RMinHash.ALGORITHM_VERSION}."


def shingles(text: str) -> list[str]:
    """Every run of four words of a text, folded; a shorter text is one run."""
    found = WORD.findall(text.casefold())
    return [
        " ".join(run) for run in zip(*(found[start:] for start in range(_RUN)), strict=False)
    ] or [" ".join(found)]


def fingerprint(text: str) -> str:
    """A text's fingerprint: 64 slots of 32 bits in base64, marked with the version of the
    algorithm.
    """
    return next(fingerprints([text]))


def fingerprints(texts: Iterable[str]) -> Iterator[str]:
    """The fingerprints of many texts, in order; quicker than one by one.

    The runs of a few hundred texts are in memory at a time.
    """
    remaining = iter(texts)
    while batch := [shingles(text) for text in islice(remaining, _BATCH)]:
        for sketch in RMinHash.digests_from_token_sets(batch, num_perm=_SLOTS, seed=_SEED):
            yield _MARK + base64.b64encode(array("I", sketch).tobytes()).decode()


def fingerprint_slots(mark: str) -> Sequence[int]:
    """The slots of a fingerprint; none when it was made by another version of the algorithm."""
    return array("I", base64.b64decode(mark.removeprefix(_MARK))) if mark.startswith(_MARK) else ()


def fingerprint_similarity(one: str, other: str) -> float | None:
    """An estimate of the share of runs that two texts have in common (Jaccard; standard error
    0.06); None when they cannot be compared.
    """
    a, b = fingerprint_slots(one), fingerprint_slots(other)
    return sum(x == y for x, y in zip(a, b, strict=True)) / _SLOTS if a and b else None


def jaccard_similarity(one: Iterable[str], other: Iterable[str]) -> float:
    """The exact share of runs that two texts have in common (Jaccard)."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 0.0


def candidate_pairs(marks: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers of fingerprints that agree in a whole band of slots (locality-sensitive
    hashing, Indyk and Motwani 1998).

    A crowd in one band is boilerplate: its members are compared with the first only, so that the
    work stays linear.
    """
    bands: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, mark in enumerate(marks):
        values = fingerprint_slots(mark)
        for start in range(0, len(values) - _ROWS + 1, _ROWS):
            bands[start, *values[start : start + _ROWS]].append(number)
    seen: set[tuple[int, int]] = set()
    for crowd in bands.values():
        pairs = (
            combinations(crowd, 2)
            if len(crowd) <= _CROWD
            else ((crowd[0], other) for other in crowd[1:])
        )
        seen.update(pairs)
    yield from sorted(seen)
