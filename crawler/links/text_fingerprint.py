"""Fingerprints of texts: MinHash over shingles of four words (Broder 1997), computed by rensa.

The similarity of two fingerprints estimates that of the texts. Pure functions.
"""

from __future__ import annotations

import base64
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice

from rensa import RMinHash

from crawler.tokenization import WORD

_SHINGLE_WORDS = 4
_SLOTS = 64
_SEED = 1
_BAND_SLOTS = 3
_MAX_BAND_TEXTS = 200
_BATCH = 256
_PREFIX = f"m{RMinHash.ALGORITHM_VERSION}."


def shingles(text: str) -> list[str]:
    """Return every run of four words of a text, case-folded; a shorter text is one run."""
    words = WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False)
    return [" ".join(run) for run in runs] or [" ".join(words)]


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text: the version of the algorithm and 64 slots in base64."""
    return next(fingerprints([text]))


def fingerprints(texts: Iterable[str]) -> Iterator[str]:
    """Yield the fingerprints of `texts` in order; this is faster than one by one.

    Only the shingles of one batch are in memory.
    """
    remaining = iter(texts)
    while batch := [shingles(text) for text in islice(remaining, _BATCH)]:
        for slots in RMinHash.digests_from_token_sets(batch, num_perm=_SLOTS, seed=_SEED):
            yield _PREFIX + base64.b64encode(array("I", slots).tobytes()).decode()


def fingerprint_slots(fingerprint: str) -> Sequence[int]:
    """Return the slots of a `fingerprint`, or () if another version of the algorithm made it."""
    if not fingerprint.startswith(_PREFIX):
        return ()
    return array("I", base64.b64decode(fingerprint.removeprefix(_PREFIX)))


def fingerprint_similarity(first: str, second: str) -> float | None:
    """Return an estimate of the Jaccard similarity of two texts (standard error 0.06).

    `first` and `second` are their fingerprints. Returns None if they cannot be compared.
    """
    first_slots = fingerprint_slots(first)
    second_slots = fingerprint_slots(second)
    if not first_slots or not second_slots:
        return None
    return sum(a == b for a, b in zip(first_slots, second_slots, strict=True)) / _SLOTS


def jaccard_similarity(first: Iterable[str], second: Iterable[str]) -> float:
    """Return the share of the shingles in `first` or `second` that are in both (Jaccard)."""
    first_set = set(first)
    second_set = set(second)
    union = first_set | second_set
    return len(first_set & second_set) / len(union) if union else 0.0


def candidate_pairs(fingerprints: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions of pairs of `fingerprints` that may be similar, in order.

    Two fingerprints are a pair if they have a band of slots in common (locality-sensitive hashing,
    Indyk and Motwani 1998). If many have one band, it is boilerplate: they are only paired with
    the first of them, to keep the work linear.
    """
    pairs: set[tuple[int, int]] = set()
    for positions in _positions_by_band(fingerprints).values():
        if len(positions) <= _MAX_BAND_TEXTS:
            pairs.update(combinations(positions, 2))
        else:
            pairs.update((positions[0], position) for position in positions[1:])
    yield from sorted(pairs)


def _positions_by_band(fingerprints: Iterable[str]) -> dict[tuple[int, ...], list[int]]:
    bands: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for position, fingerprint in enumerate(fingerprints):
        for band in _bands(fingerprint_slots(fingerprint)):
            bands[band].append(position)
    return bands


def _bands(slots: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the bands of a fingerprint, each with its position before its slots."""
    for start in range(0, len(slots) - _BAND_SLOTS + 1, _BAND_SLOTS):
        yield (start, *slots[start : start + _BAND_SLOTS])
