"""Overlap of text blocks with a text, by word trigrams.

White space, bullets and markup do not affect trigrams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extract.text_blocks import Block
from crawler.tokenization import split_words


def shares_in_text(blocks: Sequence[Block], text: str) -> list[float]:
    """Return for each of `blocks` the share of its word trigrams that a text contains.

    For a block of one or two words it is 1 if the text contains them, else 0.
    """
    words = split_words(text)
    trigrams = set(_trigrams(words))
    joined = f" {' '.join(words)} "
    return [_share(block.words, trigrams, joined) for block in blocks]


def _trigrams(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, words[1:], words[2:], strict=False)


def _share(words: tuple[str, ...], trigrams: set[tuple[str, str, str]], joined: str) -> float:
    if len(words) < 3:
        return float(bool(words) and f" {' '.join(words)} " in joined)
    return sum(map(trigrams.__contains__, _trigrams(words))) / (len(words) - 2)
