"""The evidence of a topic as readers see it: the weightiest first, without repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.models.topics import Evidence, Item
from crawler.sentence_splitter import sentence_around
from crawler.topics.scoring import Weighed
from crawler.topics.taxonomy_phrases import CONTEXTUAL, LEARNED, POST, STRONG, Sign

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
    shown = [_Piece(sign, weight, sign.times) for sign, weight in signs if is_shown(sign, weight)]
    shown.sort(key=_weightiest)
    pieces = _without_nested(shown)
    if len(pieces) < len(shown):
        pieces.sort(key=_weightiest)
    return tuple([_evidence(piece, texts) for piece in pieces[:MOST_EVIDENCE]])


class _Piece:
    """A sign with a weight and a number of occurrences that grow as other signs are merged."""

    __slots__ = ("field", "rule", "sign", "times", "weight", "words")

    def __init__(self, sign: Sign, weight: float, times: int) -> None:
        self.sign = sign
        self.weight = weight
        self.times = times
        self.rule = sign.rule
        self.field = LEARNED if sign.rule == LEARNED else sign.field
        self.words = f" {sign.quote.lower().replace('-', ' ')} "


def _weightiest(piece: _Piece) -> tuple[float, str, int, int]:
    sign = piece.sign
    return -piece.weight, sign.field, sign.start, -len(sign.quote)


def _evidence(piece: _Piece, texts: Mapping[str, str]) -> Evidence:
    sign = piece.sign
    text = texts.get(sign.field)
    sentence = sentence_around(text, sign.start, sign.start + len(sign.quote)) if text else ""
    weight = round(piece.weight, 2)
    return Evidence(sign.field, sign.quote, sign.start, piece.rule, weight, piece.times, sentence)


def _without_nested(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces, weightiest first, without phrases that contain each other in the same field.

    Of equally certain phrases the shorter one is kept, which occurs wherever the longer one does:
    *Kafka*, 41 times, not *Apache Kafka*, 3 times, as well. A hint within a certain phrase is
    left out. Learned phrases are one piece, as if they were a field of their own.
    """
    kept: list[_Piece] = []
    fields: dict[str, list[_Piece]] = {}
    for piece in pieces:
        same = fields.setdefault(piece.field, [])
        for other in same:
            if piece.field == LEARNED:
                other.weight += piece.weight
                other.times += 1
            elif _contain(other.words, piece.words):
                _merge(other, piece)
            else:
                continue
            break
        else:
            same.append(piece)
            kept.append(piece)
    return kept


def _contain(one: str, other: str) -> bool:
    """Whether one of two phrases contains the other as words, also in the plural."""
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    part = short[:-1]
    return part in long and any(part + ending in long for ending in _PLURALS)


def _merge(one: _Piece, other: _Piece) -> None:
    """Add a piece to a weightier one that contains it or that it contains."""
    one.weight += other.weight
    longer = len(one.words) > len(other.words)
    if (one.rule in _SURE) == (other.rule in _SURE):
        one.times += other.times
        if longer:
            one.sign, one.words = other.sign, other.words
    elif other.rule in _SURE:
        one.sign, one.words, one.rule, one.times = other.sign, other.words, other.rule, other.times
