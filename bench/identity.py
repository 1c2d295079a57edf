"""Speed of article keys, text comparison and card matching, in CPU seconds of one core.

    python -m bench.identity [TEXTS]

TEXTS is the number of texts of 600 words, by default 100,000; one in fifty is a copy. URLs are
normalized next to courlan's strict `clean_url`, which does less, in the same run.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import accumulate

from courlan import clean_url

from crawler.links.article_key import normalize_url
from crawler.links.duplicate_texts import find_duplicate_texts
from crawler.links.rules import VERSION
from crawler.models.card_matching import MatchCandidate
from crawler.models.posts import Link, Post
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.posts import save_posts

WORDS = 600
VOCABULARY = 20_000
COPY_EVERY = 50
ADDRESSES = 20_000
PER_POST = 2
SHAPES = (
    "https://www.example{0}.org/2026/06/why-clocks-drift-{1}/?utm_source=feed&utm_medium=rss",
    "https://github.com/ada/clock{1}/blob/main/README.md",
    "https://youtu.be/a{1:010d}?si=x",
    "https://www.linkedin.com/safety/go?url=https%3A%2F%2Fexample{0}.org%2Fa%2F{1}&trk=x",
    "https://blog.example{0}.org/posts/{1}",
)


def main(texts: int) -> None:
    urls = [SHAPES[number % len(SHAPES)].format(number % 97, number) for number in range(ADDRESSES)]
    rate("addresses keyed", len(urls), lambda: [normalize_url(url) for url in urls])
    rate("  courlan.clean_url", len(urls), lambda: [clean_url(url) for url in urls])
    attach(urls)
    articles = list(prose(texts))
    found: list[object] = []
    rate(
        f"texts of {WORDS} words compared",
        texts,
        lambda: found.extend(find_duplicate_texts(articles)),
    )
    print(f"  copies found: {len(found):,} of {texts // COPY_EVERY:,}")


def attach(urls: list[str]) -> None:
    """Links into articles, and all articles again under new rules."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    db = open_memory()
    posts = [
        Post("bench", f"bench:{at}", "", links=tuple(map(Link, urls[at : at + PER_POST])))
        for at in range(0, len(urls), PER_POST)
    ]
    save_posts(db, "bench", posts, now)
    ledger = IdentityLedger(db, normalize_url, VERSION)
    rate("links attached", len(urls), lambda: ledger.attach_links(now))
    ledger.rekey(now)
    rate(
        "keys made again after a change of rules",
        len(urls),
        lambda: IdentityLedger(db, normalize_url, "changed").rekey(now),
    )


def prose(count: int) -> Iterable[MatchCandidate]:
    """Texts of words drawn as natural text draws them (few often, most seldom); every fiftieth is
    an earlier one with words changed.
    """
    chosen = random.Random(7)
    vocabulary = [f"word{number}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    last: list[str] = []
    for number in range(count):
        copied = bool(last) and number % COPY_EVERY == COPY_EVERY - 1
        words = (
            [word if chosen.random() > 0.02 else "changed" for word in last]
            if copied
            else chosen.choices(vocabulary, cum_weights=weights, k=WORDS)
        )
        last = words
        yield MatchCandidate(number, "", "", "", " ".join(words))


def rate(what: str, count: int, work: object) -> None:
    """Run and print CPU seconds and how many a second."""
    assert callable(work)
    started = time.process_time()
    work()
    spent = time.process_time() - started
    print(
        f"{what:<42} {count:>8,} in {spent:7.2f} s CPU  {count / max(spent, 1e-9):>10,.0f} /s",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
