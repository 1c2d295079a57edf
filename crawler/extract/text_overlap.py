"""How much of each block a text contains: by word trigrams, so that white space, bullets and markup
do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.text_blocks import Block

_WORD = re.compile(r"\w+")


def shares_in_text(blocks: Sequence[Block], text: str) -> list[float]:
    """For each block, from 0 to 1: the part of its word trigrams that stand in `text`; for one or
    two words whether they stand there.
    """
    words = _WORD.findall(text)
    trigrams, joined = set(zip(words, words[1:], words[2:], strict=False)), f" {' '.join(words)} "
    return [_share(block.words, trigrams, joined) for block in blocks]


def _share(words: tuple[str, ...], trigrams: set[tuple[str, str, str]], joined: str) -> float:
    if len(words) < 3:
        return float(bool(words) and f" {' '.join(words)} " in joined)
    own = list(zip(words, words[1:], words[2:], strict=False))
    return sum(map(trigrams.__contains__, own)) / len(own)
