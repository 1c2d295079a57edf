"""Compute keys of articles from URLs, next to URL normalizers, by CPU time of one process."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from courlan import clean_url

from bench.claims import Side, versions_of
from bench.measuring import cpu_seconds
from bench.results import OURS
from crawler.links.article_key import normalize_url
from crawler.links.duplicate_texts import find_duplicate_texts
from crawler.links.rules import VERSION
from crawler.models.card_matching import MatchCandidate
from crawler.models.posts import Link, Post
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from devtools.peers import has_package

_WORDS = 600
_VOCABULARY = 20_000
_COPY_EVERY = 50
_PER_POST = 2
_URLS_PER_TEXT = 20
_SHAPES = (
    "https://www.example{0}.org/2026/06/why-clocks-drift-{1}/?utm_source=feed&utm_medium=rss",
    "https://github.com/ada/clock{1}/blob/main/README.md",
    "https://youtu.be/a{1:010d}?si=x",
    "https://www.linkedin.com/safety/go?url=https%3A%2F%2Fexample{0}.org%2Fa%2F{1}&trk=x",
    "https://blog.example{0}.org/posts/{1}",
)


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail, courlan's strict `clean_url` and url-normalize for `size` URLs."""
    urls = [_SHAPES[number % len(_SHAPES)].format(number % 97, number) for number in range(size)]
    texts = list(_texts(max(size // _URLS_PER_TEXT, 2)))
    yield [
        Side(OURS, lambda: _hashtrail(urls, texts), {}),
        Side("courlan", lambda: {"URLs": _rate(clean_url, urls)}, versions_of("courlan")),
        _url_normalize(urls),
    ]


def _hashtrail(urls: list[str], texts: list[MatchCandidate]) -> Mapping[str, float]:
    return {
        "URLs": _rate(normalize_url, urls),
        "links attached to articles": len(urls) / _attach(urls),
        "texts compared for duplicates": len(texts)
        / cpu_seconds(lambda: list(find_duplicate_texts(texts))),
    }


def _url_normalize(urls: list[str]) -> Side:
    if not has_package("url_normalize"):
        return Side("url-normalize", None, {})
    from url_normalize import url_normalize

    return Side(
        "url-normalize",
        lambda: {"URLs": _rate(url_normalize, urls)},
        versions_of("url-normalize"),
    )


def _rate(normalize: Callable[[str], object], urls: list[str]) -> float:
    return len(urls) / cpu_seconds(lambda: [normalize(url) for url in urls])


def _attach(urls: list[str]) -> float:
    """Return the CPU seconds in which all `urls`, as links of posts, become articles."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    db = open_memory()
    posts = [
        Post("bench", f"bench:{at}", "", links=tuple(map(Link, urls[at : at + _PER_POST])))
        for at in range(0, len(urls), _PER_POST)
    ]
    save_posts(db, "bench", posts, now)
    ledger = IdentityLedger(db, normalize_url, VERSION)
    return cpu_seconds(lambda: ledger.attach_links(now))


def _texts(count: int) -> Iterable[MatchCandidate]:
    """Yield texts whose words follow Zipf's law. Every fiftieth is an earlier one with a few
    changed words.
    """
    dice = random.Random(7)
    vocabulary = [f"word{number}" for number in range(_VOCABULARY)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(_VOCABULARY)))
    last: list[str] = []
    for number in range(count):
        is_copy = bool(last) and number % _COPY_EVERY == _COPY_EVERY - 1
        words = (
            [word if dice.random() > 0.02 else "changed" for word in last]
            if is_copy
            else dice.choices(vocabulary, cum_weights=weights, k=_WORDS)
        )
        last = words
        yield MatchCandidate(number, "", "", "", " ".join(words))
