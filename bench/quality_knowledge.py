"""Quality of article kinds on rows labelled by hand; the texts are in the corpus folder."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.knowledge.article_kinds import DEFAULT, classify_kind
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed

CORPORA = Path(__file__).parents[2] / "shared/corpora"
TABLES = Path(__file__).parent.parent / "tests/quality"
FLOORS = {
    "kinds accuracy": 0.97,
    "kinds precision": 0.96,
    "kinds recall": 0.93,
    "kinds accuracy, fresh rows": 0.90,
    "kinds accuracy, blind rows": 0.85,
    "kinds accuracy, well-known articles": 0.96,
}
Figure = tuple[str, float, int, float]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One article with the kinds that an editor accepts, the best first."""

    title: str
    url: str
    text: str
    accepted: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind that Hashtrail decides on."""
        return classify_kind(self.url, self.title, self.text)[0]

    @property
    def right(self) -> bool:
        """Whether an editor accepts it."""
        return self.kind in self.accepted


def report(corpora: Path = CORPORA) -> list[Figure]:
    """Each figure with the number of rows and its floor.

    Accuracy is over all rows; precision and recall pool every kind but the default.
    """
    rows = labelled(corpora)
    decided_rows = [row for row in rows if row.kind != DEFAULT]
    expected_rows = [row for row in rows if DEFAULT not in row.accepted]
    measured = {
        "kinds accuracy": rows,
        "kinds precision": decided_rows,
        "kinds recall": expected_rows,
        "kinds accuracy, fresh rows": fresh(corpora),
        "kinds accuracy, blind rows": fresh(corpora, "kinds_hand_blind.tsv"),
        "kinds accuracy, well-known articles": known(),
    }
    sizes = {name: len(rows) for name in ("kinds precision", "kinds recall")}
    return [
        (name, round(_share_right(each), 3), sizes.get(name, len(each)), FLOORS[name])
        for name, each in measured.items()
    ]


def labelled(corpora: Path) -> list[Labelled]:
    """The rows of the topics corpus with which the tables were made, without their texts."""
    accepted = _accepted("kinds_hand.tsv")
    return [
        Labelled(row["title"], row["url"], "", accepted[row["id"]])
        for row in _topics(corpora)
        if row["id"] in accepted
    ]


def fresh(corpora: Path, table: str = "kinds_hand_fresh.tsv") -> list[Labelled]:
    """The rows of the topics and the feeds corpus that were labelled before the first run."""
    accepted = _accepted(table)
    found = [
        Labelled(row["title"], _read_as(row["url"]), row["description"], accepted[row["id"]])
        for row in _topics(corpora)
        if row["id"] in accepted
    ]
    for feed in sorted({name.partition("#")[0] for name in accepted if "#" in name}):
        for number, (title, url, text) in enumerate(feed_entries(corpora, feed)):
            if kinds := accepted.get(f"{feed}#{number}"):
                found.append(Labelled(title, _read_as(url), text, kinds))
    return found


def known() -> list[Labelled]:
    """Well-known articles, without their texts."""
    cells = (line.split("\t") for line in _lines("kinds_known.tsv"))
    return [Labelled(title, url, "", tuple(kinds.split())) for kinds, url, title in cells]


def feed_entries(corpora: Path, name: str) -> Iterator[tuple[str, str, str]]:
    """Title, URL and text of the entries of one feed of the corpus, in its order."""
    body = gzip.decompress((corpora / f"feeds/real/{name}.gz").read_bytes())
    feed = parse_feed(Response("", "", 200, (), body, datetime(2026, 11, 22, tzinfo=UTC)))
    if isinstance(feed, Feed):
        yield from ((entry.title, entry.url, entry.summary) for entry in feed.entries)


def mistakes(rows: list[Labelled]) -> Iterator[str]:
    """A line for each wrong kind, for anyone who edits the tables."""
    for row in rows:
        if not row.right:
            decided = classify_kind(row.url, row.title, row.text)
            yield f"{decided} for {row.accepted}: {row.title} <{row.url}>"


def _share_right(rows: list[Labelled]) -> float:
    return sum(row.right for row in rows) / max(len(rows), 1)


def _read_as(url: str) -> str:
    """The URL that the crawler stores: archives and redirectors unwrapped."""
    return f"https://{normalize_url(url).key}"


def _topics(corpora: Path) -> Iterator[dict[str, Any]]:
    with (corpora / "topics/dev.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _accepted(name: str) -> dict[str, tuple[str, ...]]:
    cells = (line.split("\t") for line in _lines(name))
    return {row: tuple(kinds.split()) for row, kinds in cells}


def _lines(name: str) -> Iterator[str]:
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return (line for line in lines if not line.startswith("#"))
