"""Start here: a score of articles for a topic without a reading list. Age is ignored.

score = (1 + log2(people)) x weight of the confidence x weight of the kind
"""

from __future__ import annotations

import math

LEAST_WORDS = 300
KIND_WEIGHTS = {
    "case-study": 1.4,
    "deep-dive": 1.4,
    "guide": 1.5,
    "paper": 1.5,
    "post-mortem": 1.3,
}
CONFIDENCE_WEIGHTS = {"certain": 1.0, "likely": 0.6, "weak": 0.0}
STATES = ("moved", "ok")
"""The states of articles that were read and can be read now."""


def start_here_score(
    people: int, confidence: str, kind: str, state: str, words: int
) -> tuple[float, str]:
    """Return the score of one article for one topic, and the reason in words.

    `people` is the number of authors who shared it, `confidence` that of the topic; `kind`, `state`
    and the number of `words` are the article's. An article with score 0 is excluded: one of another
    kind, one that cannot be read now, and a short one.
    """
    if state not in STATES or words < LEAST_WORDS:
        return 0.0, ""
    weight = KIND_WEIGHTS.get(kind, 0.0) * CONFIDENCE_WEIGHTS[confidence]
    score = (1 + math.log2(max(people, 1))) * weight
    return round(score, 4), f"shared by {people} people" if people > 1 else ""


def formula_text() -> tuple[str, ...]:
    """Return the score in words for the about page, one sentence per item."""
    return (
        "score = (1 + log2(people)) × confidence × kind.",
        f"Confidence is {_listed(CONFIDENCE_WEIGHTS)}. "
        f"Kind is {_listed(KIND_WEIGHTS)}, all others 0.",
        f"Articles with score 0 are excluded, and so are articles of fewer than {LEAST_WORDS} "
        "words and articles that cannot be read now. Age is ignored.",
    )


def _listed(weights: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('-', ' ')} {weight:g}" for name, weight in weights.items())
