"""The evidence of a topic as readers see it: the weightiest first, without repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from crawler.model import Evidence, Item
from crawler.sentences import sentence_around
from crawler.topics.phrases import CONTEXTUAL, LEARNED, POST, STRONG, Sign
from crawler.topics.weighing import Weighed

MOST_EVIDENCE = 6
"""Pieces of evidence for a topic; a reader needs the weightiest."""

_LEAST_SHOWN = 0.01
_LEAST_LEARNED = 0.2  # learned phrases that weigh less change the score, but explain nothing
_SURE = (STRONG, CONTEXTUAL)
_PLURALS = (" ", "s ", "es ")


def quoted_texts(item: Item) -> Mapping[str, str]:
    """The fields of an item that consist of sentences, by name."""
    return {"text": item.text, POST: item.post, "headings": "\n".join(item.headings)}


def is_shown(sign: Sign, weight: float) -> bool:
    """Whether a sign of this weight explains anything to a reader."""
    return weight >= (_LEAST_LEARNED if sign.rule == LEARNED else _LEAST_SHOWN)


def shown_evidence(signs: Weighed, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
    """The signs of one topic as evidence, the weightiest first.

    A phrase within another one of the same field is not repeated. Learned phrases are one piece.
    `texts` are the fields that sentences are quoted from.
    """
    shown = [
        Evidence(sign.field, sign.quote, sign.start, sign.rule, weight, sign.times)
        for sign, weight in signs
        if is_shown(sign, weight)
    ]
    shown.sort(key=_weightiest)
    pieces = _without_nested(_with_one_learned(shown))
    pieces.sort(key=_weightiest)
    return tuple(_finished(piece, texts) for piece in pieces[:MOST_EVIDENCE])


def _weightiest(piece: Evidence) -> tuple[float, str, int, int]:
    return -piece.weight, piece.field, piece.start, -len(piece.quote)


def _finished(piece: Evidence, texts: Mapping[str, str]) -> Evidence:
    """The piece with its sentence and a rounded weight."""
    text = texts.get(piece.field)
    sentence = sentence_around(text, piece.start, piece.start + len(piece.quote)) if text else ""
    return replace(piece, weight=round(piece.weight, 2), sentence=sentence)


def _with_one_learned(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The pieces with the learned ones as one: the weightiest, with the weight of all of them."""
    learned = [piece for piece in pieces if piece.rule == LEARNED]
    if len(learned) < 2:
        return list(pieces)
    weight = sum([piece.weight for piece in learned])
    one = replace(learned[0], weight=weight, times=len(learned))
    return [one, *(piece for piece in pieces if piece.rule != LEARNED)]


def _without_nested(pieces: Sequence[Evidence]) -> list[Evidence]:
    """The pieces without phrases that contain each other in the same field.

    Of equally certain phrases the shorter one is kept, which occurs wherever the longer one does:
    *Kafka*, 41 times, not *Apache Kafka*, 3 times, as well. A hint within a certain phrase is
    left out.
    """
    kept: list[Evidence] = []
    for piece in pieces:
        for at, other in enumerate(kept):
            if other.field == piece.field and (merged := _merged(other, piece)):
                kept[at] = merged
                break
        else:
            kept.append(piece)
    return kept


def _merged(one: Evidence, other: Evidence) -> Evidence | None:
    """Two pieces of a field as one if the words of one contain those of the other."""
    short, long = sorted((one, other), key=lambda piece: len(piece.quote))
    if LEARNED in (one.rule, other.rule) or not _contains(long.quote, short.quote):
        return None
    weight = one.weight + other.weight
    if (short.rule in _SURE) == (long.rule in _SURE):
        rule = one.rule  # the weightier one comes first
        return replace(short, rule=rule, weight=weight, times=one.times + other.times)
    return replace(short if short.rule in _SURE else long, weight=weight)


def _contains(long: str, short: str) -> bool:
    words, part = f" {_folded(long)} ", f" {_folded(short)}"
    return any(part + ending in words for ending in _PLURALS)


def _folded(quote: str) -> str:
    return quote.lower().replace("-", " ")
