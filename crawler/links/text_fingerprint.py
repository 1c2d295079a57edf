"""Fingerprints of texts: MinHash over shingles of four words (Broder 1997), computed by rensa.

The similarity of two fingerprints estimates that of the texts. Pure functions.
"""

from __future__ import annotations

import base64
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rensa import RMinHash

from crawler.tokenization import WORD

KEYS = 10
"""The number of keys of a text."""

LEAST_SHARED_KEYS = 2
"""How many keys similar short texts have in common at least."""

MOST_TEXTS_OF_KEY = 200
"""Of more texts with one key, the first are compared: the key is boilerplate."""

_SHINGLE_WORDS = 4
_SLOTS = 64
_SEED = 1
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
    first_set = frozenset(first)  # not a copy, if it is one already
    second_set = frozenset(second)
    union = first_set | second_set
    return len(first_set & second_set) / len(union) if union else 0.0


def fingerprint_keys(fingerprint: str) -> tuple[int, ...]:
    """Return the keys of a `fingerprint`: texts with two keys in common may be similar.

    A key is the position and the value of a slot. Of two texts with a similarity of 0.6, 0.2 % have
    less than two of KEYS keys in common, with a similarity of 0.5 one of a hundred.
    """
    slots = fingerprint_slots(fingerprint)[:KEYS]
    return tuple(position << 32 | slot for position, slot in enumerate(slots))


class KeyIndex:
    """The keys of texts by id, in memory; ids are added in ascending order."""

    def __init__(self) -> None:
        self._ids: dict[int, list[int]] = defaultdict(list)

    def add(self, item_id: int, keys: Iterable[int]) -> None:
        """Add the `keys` of the text with the id `item_id`."""
        for key in keys:
            if len(self._ids[key]) < MOST_TEXTS_OF_KEY:
                self._ids[key].append(item_id)

    def sharing(self, keys: Iterable[int], least: int) -> set[int]:
        """Return the ids of the texts that have at least `least` of the `keys`."""
        counts = Counter(item_id for key in keys for item_id in self._ids.get(key, ()))
        return {item_id for item_id, count in counts.items() if count >= least}
