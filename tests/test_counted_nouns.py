"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from crawler.counted_nouns import counted_noun


@pytest.mark.parametrize(
    ("count", "nouns", "text"),
    [
        (0, ("post",), "0 posts"),
        (1, ("post",), "1 post"),
        (1_204, ("post",), "1,204 posts"),
        (1, ("entry", "entries"), "1 entry"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_noun_has_the_number_of_its_count(count: int, nouns: tuple[str, ...], text: str) -> None:
    assert counted_noun(count, *nouns) == text
