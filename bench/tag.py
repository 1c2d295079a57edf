"""Tag texts, next to libraries that only match phrases, by CPU time of one process.

The texts are synthetic: words of a small vocabulary with about a hundred phrases per text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.claims import Side, versions_of
from bench.measuring import cpu_seconds
from bench.results import OURS
from crawler.models.topics import Item, Topic
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.phrase_matcher import fold_words
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from devtools.peers import has_package

_PER_TOPIC, _TEXTS, _WORDS, _HITS = 15, 200, 1_000, 109
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SLOW = 20  # texts for a side that needs 10 ms and more for one


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail, pyahocorasick and regex with `size` phrases."""
    dice = random.Random(1)
    phrases = [" ".join(words(dice, dice.randint(1, 3))) for _ in range(size)]
    items = texts(dice, phrases, _TEXTS)
    tagger = Tagger(make_taxonomy(topics_of(phrases)), LearnedWeights())
    folded = [f" {fold_words(item.text)} " for item in items]
    yield [
        Side(OURS, lambda: _rate(tagger.tag, items), versions_of("ahocorasick-rs")),
        _pyahocorasick(phrases, folded),
        _regex(phrases, folded[:_SLOW]),
    ]


def words(dice: random.Random, count: int) -> list[str]:
    """Return synthetic words of three to nine letters."""
    return ["".join(dice.choices(_LETTERS, k=dice.randint(3, 9))) for _ in range(count)]


def texts(dice: random.Random, phrases: Sequence[str], count: int) -> list[Item]:
    """Return `count` texts of about a thousand words with 109 of the `phrases` in each."""
    vocabulary = words(dice, 5_000)
    made = []
    for _ in range(count):
        written = dice.choices(vocabulary, k=_WORDS - 2 * _HITS)
        for phrase in dice.choices(phrases, k=_HITS):
            written.insert(dice.randrange(len(written)), phrase)
        made.append(Item(title=" ".join(written[:8]), text=" ".join(written)))
    return made


def topics_of(phrases: Sequence[str]) -> list[Topic]:
    """Return topics with fifteen of the `phrases` each."""
    return [
        Topic(f"topic-{start}", f"Topic {start}", "", strong=tuple(phrases[start:][:_PER_TOPIC]))
        for start in range(0, len(phrases), _PER_TOPIC)
    ]


def _pyahocorasick(phrases: Sequence[str], folded: Sequence[str]) -> Side:
    if not has_package("ahocorasick"):
        return Side("pyahocorasick", None, {})
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for number, phrase in enumerate(phrases):
        automaton.add_word(f" {phrase} ", number)
    automaton.make_automaton()
    return Side(
        "pyahocorasick",
        lambda: _rate(lambda text: list(automaton.iter(text)), folded),
        versions_of("pyahocorasick"),
    )


def _regex(phrases: Sequence[str], folded: Sequence[str]) -> Side:
    if not has_package("regex"):
        return Side("regex", None, {})
    import regex

    pattern = regex.compile(r"\b\L<phrases>\b", phrases=list(phrases))
    return Side(
        "regex",
        lambda: _rate(lambda text: list(pattern.finditer(text)), folded),
        versions_of("regex"),
    )


def _rate(tag: Callable[[object], object], items: Sequence[object]) -> Mapping[str, float]:
    return {"texts": len(items) / cpu_seconds(lambda: [tag(item) for item in items])}
