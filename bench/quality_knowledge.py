"""How well kinds are told apart, on rows labelled by hand; the texts stay in the corpus folder."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from crawler.knowledge.kinds import DEFAULT, kind_of

CORPORA = Path(__file__).parents[2] / "shared/corpora"
LABELS = Path(__file__).parent.parent / "tests/quality/kinds_hand.tsv"
FLOORS = {"kinds accuracy": 0.95, "kinds precision": 0.96, "kinds recall": 0.93}
Figure = tuple[str, float, int, float]


def report(corpora: Path = CORPORA) -> list[Figure]:
    """Accuracy over all rows; precision and recall of every kind but the default, pooled. Each with the number of rows and its floor."""
    rows = labelled(corpora)
    right = said = meant = hit = 0
    for title, url, accepted in rows:
        kind = kind_of(url, title)[0]
        right += kind in accepted
        said += kind != DEFAULT
        meant += DEFAULT not in accepted
        hit += kind != DEFAULT and kind in accepted
    found = sum(kind_of(url, title)[0] in accepted for title, url, accepted in rows if DEFAULT not in accepted)
    figures = {"kinds accuracy": right / len(rows), "kinds precision": hit / max(said, 1), "kinds recall": found / max(meant, 1)}
    return [(name, round(value, 3), len(rows), FLOORS[name]) for name, value in figures.items()]


def labelled(corpora: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Title, address and accepted kinds of every labelled row."""
    accepted = {
        row: tuple(kinds.split()) for row, kinds in (line.split("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    }
    found = []
    with (corpora / "topics/dev.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in accepted:
                found.append((row["title"], row["url"], accepted[row["id"]]))
    return found


def mistakes(corpora: Path) -> Counter[str]:
    """What was taken for what, for whoever edits the table."""
    rows = labelled(corpora)
    return Counter(f"{kind_of(url, title)} for {accepted}: {title} <{url}>" for title, url, accepted in rows if kind_of(url, title)[0] not in accepted)
