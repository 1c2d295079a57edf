"""Words of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.tokenization import WORD, split_words


@given(st.text())
def test_words_of_any_text_are_the_matches_of_the_pattern(text: str) -> None:
    assert split_words(text) == WORD.findall(text)


def test_typographic_quotes_and_marks_separate_words() -> None:
    assert split_words("naïve “leases” – don’t_wait…42") == [
        "naïve",
        "leases",
        "don",
        "t_wait",
        "42",
    ]


def test_unpaired_surrogate_separates_words() -> None:
    assert split_words("one\ud800two") == ["one", "two"]
