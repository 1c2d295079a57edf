"""Quality of article keys, duplicate texts, card matching and the detection of content drift."""

from __future__ import annotations

import csv
import json
import random
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ada_url

from crawler.links.article_key import normalize_url
from crawler.links.content_drift import CheckedPage, DriftSignal, StoredArticle, classify_drift
from crawler.links.duplicate_texts import MIN_WORDS, find_duplicate_texts
from crawler.links.match_cards import match_cards
from crawler.links.text_fingerprint import fingerprint
from crawler.links.title_similarity import content_words
from crawler.models.articles import ArticleState
from crawler.models.card_matching import MatchCandidate, WaitingCard
from crawler.models.outcomes import Outcome
from crawler.models.posts import Card

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared/corpora"
OWN_PAIRS = ROOT / "tests/links/pairs.tsv"
CHECKS = ROOT / "tests/links/url_checks.toml"
FLOORS = {
    "identity: own pairs joined": 1.0,
    "identity: own pairs kept apart": 1.0,
    "identity: pairs joined": 1.0,
    "identity: pairs kept apart": 1.0,
    "identity: URL standard cases": 1.0,
    "identity: copies precision": 0.99,
    "identity: copies recall": 0.95,
    "identity: cards precision": 0.99,
    "identity: cards recall": 0.9,
    "hijack detection: recall": 0.9,
    "hijack detection: specificity": 0.975,
}
Figure = tuple[str, float, int, float]


def report(corpora: Path = CORPORA) -> list[Figure]:
    """Every figure with the number of cases behind it and its floor."""
    pairs = corpora / "urls/identity_pairs.tsv"
    measured = [
        joined("identity: pairs joined", pairs),
        apart("identity: pairs kept apart", pairs),
        standard(corpora),
        *copies(corpora),
        *cards(corpora),
    ]
    figures = [*own(), *measured]
    return [(name, round(value, 4), size, FLOORS[name]) for name, value, size in figures]


def own() -> list[tuple[str, float, int]]:
    """The figures that need nothing but this repository."""
    return [
        joined("identity: own pairs joined", OWN_PAIRS),
        apart("identity: own pairs kept apart", OWN_PAIRS),
        *looks(),
    ]


def joined(name: str, path: Path) -> tuple[str, float, int]:
    """The share of pairs meant to be one article that have one key."""
    return _share(name, [same for kind, same in _pairs(path) if kind == "same"])


def apart(name: str, path: Path) -> tuple[str, float, int]:
    """The share of pairs meant to be two articles that have two keys."""
    return _share(name, [not same for kind, same in _pairs(path) if kind == "diff"])


def standard(corpora: Path) -> tuple[str, float, int]:
    """Return how many of the URL Standard's own test cases the parser passes."""
    cases = [
        case
        for case in json.loads(
            (corpora / "urls/whatwg_urltestdata.json").read_text(encoding="utf-8")
        )
        if isinstance(case, dict)
    ]
    return _share(
        "identity: URL standard cases",
        [_href(case["input"], case.get("base")) == case.get("href") for case in cases],
    )


def copies(corpora: Path) -> list[tuple[str, float, int]]:
    """Return precision and recall over real texts with five kinds of copies and with excerpts.

    An excerpt is not a copy.
    """
    texts = list(_texts(corpora))
    chosen = random.Random(1)
    articles: list[MatchCandidate] = []
    group: dict[int, int] = {}
    for number, (title, text) in enumerate(texts):
        versions = [text, *(change(text, chosen) for change in COPIES)]
        for version in versions:
            group[len(articles)] = number
            articles.append(MatchCandidate(len(articles), "", title, "", version))
        group[len(articles)] = -1 - number
        articles.append(MatchCandidate(len(articles), "", title, "", _excerpt(text)))
    found = {(match.article_id, match.subject_id) for match in find_duplicate_texts(articles)}
    first = {
        number: min(article for article, owner in group.items() if owner == number)
        for number in range(len(texts))
    }
    wanted = {
        (first[owner], article)
        for article, owner in group.items()
        if owner >= 0 and article != first[owner]
    }
    right = sum(group[one] == group[other] for one, other in found)
    return [
        ("identity: copies precision", right / max(len(found), 1), len(found)),
        ("identity: copies recall", len(wanted & found) / len(wanted), len(wanted)),
    ]


def cards(corpora: Path) -> list[tuple[str, float, int]]:
    """Return the figures for previews of real titles.

    A third of the articles is known by title, a third by URL only, and a third is unknown.

    Recall is over the titles of articles that are known by title, occur once and have three words
    or more; shorter ones always wait.
    """
    with (corpora / "topics/dev.jsonl").open(encoding="utf-8") as lines:
        rows = [
            (row["title"], row["url"])
            for row in map(json.loads, lines)
            if row.get("title") and row.get("url")
        ]
    known = [
        MatchCandidate(number, url, title if number % 3 == 0 else "", "")
        for number, (title, url) in enumerate(rows)
        if number % 3 < 2
    ]
    waiting = [
        WaitingCard(number, Card(f"{title} | {_site(url)}", site_name=_site(url)))
        for number, (title, url) in enumerate(rows)
    ]
    titles = [title for title, _ in rows]
    counts = Counter(titles)
    found = {match.subject_id: match.article_id for match in match_cards(waiting, known)}
    right = sum(titles[card] == titles[article] for card, article in found.items())
    meant = [
        number
        for number in range(0, len(rows), 3)
        if counts[titles[number]] == 1 and len(content_words(titles[number])) > 2
    ]
    recall = sum(number in found for number in meant) / len(meant)
    return [
        ("identity: cards precision", right / max(len(found), 1), len(found)),
        ("identity: cards recall", recall, len(meant)),
    ]


def looks() -> list[tuple[str, float, int]]:
    """Return the figures for checks of old URLs, written for this repository.

    Some pages were replaced by unrelated sites; others were redesigned, moved or unavailable.
    """
    flagged = [
        (
            bool(look.get("bad")),
            sign is not None and sign.state in (ArticleState.PARKED, ArticleState.HIJACKED),
        )
        for look, sign in judged()
    ]
    noticed = _share("hijack detection: recall", [accused for bad, accused in flagged if bad])
    return [
        noticed,
        _share(
            "hijack detection: specificity", [not accused for bad, accused in flagged if not bad]
        ),
    ]


def judged() -> list[tuple[dict[str, Any], DriftSignal | None]]:
    """Yield every check in `tests/links/url_checks.toml` with its classification."""
    table = tomllib.loads(CHECKS.read_text(encoding="utf-8"))
    kept = {
        name: StoredArticle(fingerprint=fingerprint(row["text"]), **row)
        for name, row in table["kept"].items()
    }
    return [
        (look, classify_drift(kept[look["kept"]], seen(look, kept[look["kept"]])))
        for look in table["look"]
    ]


def seen(look: dict[str, Any], kept: StoredArticle) -> CheckedPage:
    """One row of the file as a look; `{text}` and `{half}` stand for the kept text."""
    if "outcome" in look:
        return CheckedPage(Outcome(look["outcome"]))
    words = kept.text.split()
    text = (
        look["text"]
        .replace("{text}", kept.text)
        .replace("{half}", " ".join(words[: len(words) // 2]))
    )
    return CheckedPage(
        Outcome.OK,
        look.get("final_url", kept.url),
        look["title"],
        text,
        fingerprint(text),
        look.get("site_name", ""),
        look.get("language", "en"),
    )


def _few_words_changed(text: str, chosen: random.Random) -> str:
    words = text.split()
    return " ".join(chosen.choice(words) if chosen.random() < 0.03 else word for word in words)


def _framed(text: str, chosen: random.Random) -> str:
    return (
        f"Originally published on our blog. Share this post. {text} About the author. "
        f"Subscribe to the newsletter. {chosen.randrange(999)} comments."
    )


def _shortened(text: str, chosen: random.Random) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * chosen.uniform(0.8, 0.95))])


def _respelled(text: str, chosen: random.Random) -> str:
    return (
        text.replace('"', "”").replace("'", "’").replace(" - ", " — ").replace("\n", " \n ").upper()
        if chosen.random() < 0.5
        else text.replace(",", " ,")
    )


def _paragraph_moved(text: str, chosen: random.Random) -> str:
    words = text.split()
    cut = chosen.randrange(len(words))
    return " ".join(words[cut:] + words[:cut])


COPIES: tuple[Callable[[str, random.Random], str], ...] = (
    _few_words_changed,
    _framed,
    _shortened,
    _respelled,
    _paragraph_moved,
)


def _excerpt(text: str) -> str:
    """The first two fifths of a text: a quotation, not a copy."""
    words = text.split()
    return " ".join(words[: len(words) * 2 // 5])


def _texts(corpora: Path) -> Iterator[tuple[str, str]]:
    """Title and text of every measured page that is long enough.

    Parser tests are left out: many are one filler text.
    """
    with (corpora / "articles/truth.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = row.get("text") or ""
            if len(text.split()) >= MIN_WORDS * 3 and "lorem ipsum" not in text.casefold():
                yield row.get("title") or "", text


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.").split(".")[0].title()


def _pairs(path: Path) -> list[tuple[str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (row["kind"], normalize_url(row["a"]).key == normalize_url(row["b"]).key != "")
            for row in rows
        ]


def _href(url: str, base: str | None) -> str | None:
    try:
        return str((ada_url.URL(url, base) if base else ada_url.URL(url)).href)
    except ValueError:
        return None


def _share(name: str, hits: list[bool]) -> tuple[str, float, int]:
    return name, sum(hits) / max(len(hits), 1), len(hits)
