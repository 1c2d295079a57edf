"""Measure how fast texts are tagged on one core, by CPU time.

    python -m bench.tag

It prints documents per second for texts of 1,000 words, against 1,500 phrases and against the
bundled topics. A plain Aho-Corasick pass over the same texts gives the upper bound, because each
match must be visited. Then it prints the time to retag 100,000 articles at that rate.

The texts are synthetic: words of a small vocabulary with about a hundred phrases per text.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from ahocorasick_rs import AhoCorasick

from crawler.models.topics import Item, Topic
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.phrase_matcher import fold_words
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import make_taxonomy
from crawler.workspace import bundled_path

PHRASES, TOPICS, TEXTS, WORDS, HITS = 1_500, 100, 1_000, 1_000, 109
RETAGGED = 100_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(source: random.Random, count: int) -> list[str]:
    """Return synthetic words of three to nine letters."""
    return ["".join(source.choices(LETTERS, k=source.randint(3, 9))) for _ in range(count)]


def texts(source: random.Random, phrases: Sequence[str]) -> list[Item]:
    """Texts of about `WORDS` words with `HITS` phrases in each."""
    vocabulary = words(source, 5_000)
    made = []
    for _ in range(TEXTS):
        written = source.choices(vocabulary, k=WORDS - 2 * HITS)
        for phrase in source.choices(phrases, k=HITS):
            written.insert(source.randrange(len(written)), phrase)
        made.append(Item(title=" ".join(written[:8]), text=" ".join(written)))
    return made


def rate(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Items per second of CPU time, the best of three passes."""
    return max(len(items) / _seconds(work, items) for _ in range(3))


def _seconds(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def main() -> None:
    """Print the three rates and the time for an archive."""
    source = random.Random(1)
    phrases = [" ".join(words(source, source.randint(1, 3))) for _ in range(PHRASES)]
    each = PHRASES // TOPICS
    topics = [
        Topic(f"topic-{n}", f"Topic {n}", "", strong=tuple(phrases[n * each : (n + 1) * each]))
        for n in range(TOPICS)
    ]
    items = texts(source, phrases)
    bare = AhoCorasick([f" {phrase} " for phrase in phrases])
    made_up, shipped = (
        Tagger(make_taxonomy(topics), LearnedWeights()),
        Tagger.load(bundled_path("data", "topics")),
    )
    count = sum(len(topic.strong) + len(topic.weak) for topic in shipped.taxonomy.topics.values())
    ceiling = rate(
        lambda item: bare.find_matches_as_indexes(f" {fold_words(item.text)} ", overlapping=True),
        items,
    )
    real = texts(
        source, [phrase for topic in shipped.taxonomy.topics.values() for phrase in topic.strong]
    )
    shipped_rate = rate(shipped.tag, real)
    print(f"fold and match only, {PHRASES:,} phrases      {ceiling:>8,.0f} texts/s")
    print(
        f"tag, {PHRASES:,} phrases                      {rate(made_up.tag, items):>8,.0f} texts/s"
    )
    print(f"tag, the {count:,} phrases that ship          {shipped_rate:>8,.0f} texts/s")
    print(f"re-tagging {RETAGGED:,} articles at that rate  {RETAGGED / shipped_rate:>8,.0f} s")


if __name__ == "__main__":
    main()
