"""Start here: a score of articles for a topic, used if the curator chose none. Age is ignored.

score = (1 + log2(people)) x weight of the confidence x weight of the kind x weight of the state
"""

from __future__ import annotations

import math

KIND_WEIGHTS = {
    "guide": 1.5,
    "paper": 1.5,
    "case-study": 1.4,
    "deep-dive": 1.4,
    "pattern": 1.3,
    "post-mortem": 1.3,
    "tutorial": 1.2,
    "talk": 1.1,
    "opinion": 0.8,
    "announcement": 0.4,
    "event": 0.1,
    "job": 0.0,
    "promotion": 0.0,
}
CONFIDENCE_WEIGHTS = {"certain": 1.0, "likely": 0.6, "weak": 0.0}
STATE_WEIGHTS = {
    "blocked": 0.5,
    "gone": 0.0,
    "hijacked": 0.0,
    "new": 0.5,
    "parked": 0.0,
    "unreachable": 0.5,
    "unreadable": 0.5,
}
_CONFIDENCE_LABELS = {
    "certain": "high confidence",
    "likely": "medium confidence",
    "weak": "low confidence",
}
_STATE_LABELS = {
    "blocked": "blocked for crawlers",
    "new": "not fetched yet",
    "unreachable": "unreachable",
    "unreadable": "no readable text",
}


def start_here_score(people: int, confidence: str, kind: str, state: str) -> tuple[float, str]:
    """Return the score of one article for one topic, and the reason in words.

    `people` is the number of authors who shared it, `confidence` that of the topic; `kind` and
    `state` are the article's. An article with score 0 is excluded.
    """
    weight = (
        KIND_WEIGHTS.get(kind, 1.0) * CONFIDENCE_WEIGHTS[confidence] * STATE_WEIGHTS.get(state, 1.0)
    )
    score = (1 + math.log2(max(people, 1))) * weight
    reasons = _reasons(people, confidence, kind, state)
    return round(score, 4), ", ".join(filter(None, reasons))


def _reasons(people: int, confidence: str, kind: str, state: str) -> tuple[str, ...]:
    is_valued_kind = KIND_WEIGHTS.get(kind, 1.0) > 1
    return (
        kind.replace("-", " ") if is_valued_kind else "",
        f"shared by {people} people" if people > 1 else "",
        _CONFIDENCE_LABELS[confidence],
        _STATE_LABELS.get(state, ""),
    )


def formula_text() -> tuple[str, ...]:
    """Return the score in words for the about page, one sentence per item."""
    return (
        "score = (1 + log2(people)) × confidence × kind × state.",
        f"Confidence is {_listed(CONFIDENCE_WEIGHTS)}. "
        f"Kind is {_listed(KIND_WEIGHTS)}, all others 1.",
        f"State is {_listed(STATE_WEIGHTS)}, all others 1. "
        "Articles with score 0 are excluded. Age is ignored.",
    )


def _listed(weights: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('-', ' ')} {weight:g}" for name, weight in weights.items())
