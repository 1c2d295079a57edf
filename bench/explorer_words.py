"""Words, sentences and texts of a generated library: Zipf's law, phrases of topics, entities."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

_COMMON = """
the of to and a in is for that with on we it as are this be by an or from at which not can our you
data service system how when one each more than time into has have their but all
"""
_HAN = "分布式系统一致性协议数据库缓存消息队列故障恢复副本分区时钟事务日志负载均衡服务发现"
_KANA = "データベースシステムキャッシュメッセージサーバークラスタの設計と運用を学ぶ"
_WORDS = 30_000
_PARAGRAPHS = 12_000
_PARAGRAPH_WORDS = 60


@dataclass(frozen=True, slots=True)
class TextSource:
    """A seeded source of texts. `weights` are the cumulative weights of the `words`."""

    dice: random.Random
    words: Sequence[str]
    weights: Sequence[float]
    paragraphs: Sequence[str] = ()

    @classmethod
    def create(cls, dice: random.Random, paragraphs: int = _PARAGRAPHS) -> Self:
        """Return a source with a vocabulary and so many `paragraphs` made with `dice`."""
        letters = "aeioubcdfghklmnprstvwy"
        invented = ("".join(dice.choices(letters, k=dice.randint(3, 11))) for _ in range(_WORDS))
        words = [*_COMMON.split(), *dict.fromkeys(invented)]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
        source = cls(dice, words, weights)
        texts = [source.sentence(_PARAGRAPH_WORDS) for _ in range(paragraphs)]
        return cls(dice, words, weights, texts)

    def sentence(self, words: int, phrases: Sequence[str] = ()) -> str:
        """Return a sentence of so many `words`, with the `phrases` spread between them."""
        chosen = self.dice.choices(self.words, cum_weights=self.weights, k=words)
        for phrase in phrases:
            chosen.insert(self.dice.randint(0, len(chosen)), phrase)
        text = " ".join(chosen)
        return f"{text[:1].upper()}{text[1:]}."

    def text(self, words: int, phrases: Sequence[str]) -> str:
        """Return the text of an article of about so many `words` with the `phrases` at its end."""
        count = max(1, round(words / _PARAGRAPH_WORDS))
        parts = self.dice.choices(self.paragraphs, k=count)
        rare = f"{self.dice.choice(self.words)}{self.dice.randrange(100_000)}"
        return "\n\n".join([*parts, self.sentence(8, [*phrases, rare])])

    def title(self, language: str, phrases: Sequence[str]) -> str:
        """Return a title in a `language` with the first of the `phrases`."""
        if language in ("zh", "ja"):
            letters = _HAN if language == "zh" else _HAN + _KANA
            return "".join(self.dice.choices(letters, k=self.dice.randint(8, 20)))
        words = self.sentence(self.dice.randint(3, 8), phrases[:1]).rstrip(".").split()
        return " ".join(word[:1].upper() + word[1:] for word in words)
