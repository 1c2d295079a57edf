"""Where to start with a topic when the curator picked nothing: a score over signals that last.

Age is none of them.

score = (1 + log2(people)) x surety of the topic x worth of the kind x state of the address
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
_STATES = {
    "blocked": "closed to machines",
    "new": "not read yet",
    "unreachable": "not reachable at present",
    "unreadable": "without text at present",
}


def start_here_score(people: int, confidence: str, kind: str, state: str) -> tuple[float, str]:
    """The score of one article for one topic (0: no place to start), and the reason in words.

    `people` shared it; `confidence` is that of the topic.
    """
    worth = (
        KIND_WEIGHTS.get(kind, 1.0) * CONFIDENCE_WEIGHTS[confidence] * STATE_WEIGHTS.get(state, 1.0)
    )
    reason = [kind.replace("-", " ")] if KIND_WEIGHTS.get(kind, 1.0) > 1 else []
    reason += [f"shared by {people} people"] if people > 1 else []
    reason += [f"{confidence} of this topic"]
    reason += [_STATES[state]] if state in _STATES else []
    return round((1 + math.log2(max(people, 1))) * worth, 4), ", ".join(reason)


def formula_text() -> tuple[str, ...]:
    """The score in words, a sentence each, with its constants. For the page that prints it."""
    return (
        "score = (1 + log2(people)) × surety × kind × state.",
        f"Surety is {_listed(CONFIDENCE_WEIGHTS)}. Kind is {_listed(KIND_WEIGHTS)}, everything else 1.",
        f"State is {_listed(STATE_WEIGHTS)}, everything else 1. Nothing with a score of 0 is offered, and age does not matter.",
    )


def _listed(weights: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('-', ' ')} {weight:g}" for name, weight in weights.items())
