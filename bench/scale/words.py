"""Seeded sentences, titles and texts: words by Zipf's law, words of topics, phrases and names."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from crawler.knowledge.entities import entity_table
from crawler.models.topics import Topic

_COMMON = """
the of to and a in is for that with on we it as are this be by an or from at which not can our you
data service system how when one each more than time into has have their but all was they will
there if out up what so about who get would make like him see know take some could them other then
now look only come its over think also back after use two work first well way even new want because
any these give day most us
"""
_HAN = "分布式系统一致性协议数据库缓存消息队列故障恢复副本分区时钟事务日志负载均衡服务发现"
_KANA = "データベースシステムキャッシュメッセージサーバークラスタの設計と運用を学ぶ"
_SYLLABLES = tuple(a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "er", "in"))
_ENDINGS = ("", "", "", "s", "ed", "ing", "ly", "tion", "al", "er")
_WORDS = 40_000
_TOPIC_WORDS = 60
_FIGURES = ("requests per second", "users", "nodes", "GB", "TB", "messages", "ms", "transactions")
_CHARACTERS = 7.5  # of a word with the space after it


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words by rank with their cumulative `weights`, and words of each topic by slug.

    `names` are those of entities, the most frequent ones first, with their `name_weights`.
    """

    words: Sequence[str]
    weights: Sequence[float]
    of_topics: Mapping[str, Sequence[str]]
    names: Sequence[str]
    name_weights: Sequence[float]

    @classmethod
    def create(cls, topics: Sequence[Topic], seed: int) -> Self:
        """Return the vocabulary of a `seed`; each of the `topics` has its own words."""
        dice = random.Random(f"words {seed}")
        invented = (
            "".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4))) + dice.choice(_ENDINGS)
            for _ in range(_WORDS)
        )
        words = list(dict.fromkeys([*_COMMON.split(), *invented]))
        rare = words[len(words) // 20 :]
        of_topics = {topic.slug: dice.sample(rare, _TOPIC_WORDS) for topic in topics}
        names = [entity.name for entity in entity_table()]
        dice.shuffle(names)
        return cls(words, _zipf(len(words)), of_topics, names, _zipf(len(names)))

    def sentence(
        self, dice: random.Random, length: int, others: Sequence[str] = (), phrase: str = ""
    ) -> str:
        """Return a sentence of `length` words, of which `others` and the `phrase` come besides."""
        chosen = dice.choices(self.words, cum_weights=self.weights, k=length)
        for word in (*others, phrase):
            if word:
                chosen.insert(dice.randrange(len(chosen)), word)
        text = " ".join(chosen)
        return f"{text[:1].upper()}{text[1:]}."

    def text(
        self, dice: random.Random, characters: int, topics: Sequence[str], phrases: Sequence[str]
    ) -> str:
        """Return paragraphs of about so many `characters`.

        One sentence of three has a word of one of the `topics`, and one of five has one of the
        `phrases`. One of nine has the name of an entity, and one of forty a figure.
        """
        left = int(characters / _CHARACTERS)
        paragraphs: list[str] = []
        sentences: list[str] = []
        while left > 0:
            length = dice.randint(7, 24)
            left -= length
            sentences.append(self._topical_sentence(dice, length, topics, phrases))
            if len(sentences) > 4 or left <= 0:
                paragraphs.append(" ".join(sentences))
                sentences = []
        return "\n\n".join(paragraphs)

    def title(self, dice: random.Random, language: str, phrase: str) -> str:
        """Return a title in a `language`, with the `phrase` unless it is empty."""
        if language in ("zh", "ja"):
            letters = _HAN if language == "zh" else _HAN + _KANA
            return "".join(dice.choices(letters, k=dice.randint(8, 20)))
        words = self.sentence(dice, dice.randint(3, 8), (), phrase).rstrip(".").split()
        return " ".join(word[:1].upper() + word[1:] for word in words)

    def _topical_sentence(
        self, dice: random.Random, length: int, topics: Sequence[str], phrases: Sequence[str]
    ) -> str:
        others = list(self._others(dice, topics))
        phrase = dice.choice(phrases) if phrases and dice.random() < 0.2 else ""
        return self.sentence(dice, length, others, phrase)

    def _others(self, dice: random.Random, topics: Sequence[str]) -> Iterator[str]:
        chance = dice.random()
        if topics and chance < 0.33:
            yield dice.choice(self.of_topics[dice.choice(topics)])
        if chance > 0.89:
            yield dice.choices(self.names, cum_weights=self.name_weights)[0]
        if 0.4 < chance < 0.425:
            yield f"{dice.randint(2, 999)} {dice.choice(_FIGURES)}"


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 3) for rank in range(count)))
