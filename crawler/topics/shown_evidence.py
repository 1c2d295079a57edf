"""The evidence of a topic as readers see it: the weightiest first, without repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from crawler.models.topics import Evidence, Item
from crawler.sentence_splitter import sentence_around
from crawler.topics.scoring import WeightedMatches
from crawler.topics.taxonomy_phrases import LEARNED, POST, SURE, PhraseMatch

MOST_EVIDENCE = 6
"""Pieces of evidence for a topic; a reader needs the weightiest."""

LEAST_SHOWN = 0.01
"""The weight from which a match is evidence."""

_LEAST_LEARNED = 0.2  # learned phrases that weigh less change the score, but explain nothing
_PLURALS = (" ", "s ", "es ")
_SIGNS = ("+", "#")  # at the end of a name: C++, C#, TLA+
_SIGNS_AFTER = re.compile(r"[+#]+(?!\w)")
_TITLE = "title"


def quoted_texts(item: Item) -> Mapping[str, str]:
    """Return the fields of an `item` that are quoted, by name."""
    headings = "\n".join(item.headings)
    return {"text": item.text, POST: item.post, "headings": headings, _TITLE: item.title}


def quote_as_written(match: PhraseMatch, texts: Mapping[str, str]) -> str:
    """Return the quote of a `match` with the signs that follow in its field, as in `TLA+`.

    `texts` are the fields of `quoted_texts`. Phrases are found without such signs.
    """
    text, end = texts.get(match.field, ""), match.start + len(match.quote)
    signs = _SIGNS_AFTER.match(text, end) if text[end : end + 1] in _SIGNS else None
    return f"{match.quote}{signs[0]}" if signs else match.quote


def is_shown(match: PhraseMatch, weight: float) -> bool:
    """Whether a match of this weight explains anything to a reader."""
    return weight >= (_LEAST_LEARNED if match.rule == LEARNED else LEAST_SHOWN)


def shown_evidence(matches: WeightedMatches, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
    """Return the `matches` of one topic as evidence, the weightiest first.

    A phrase within another one of the same field is not repeated. Learned phrases are one piece.
    `texts` are the fields that are quoted; all but the title have sentences.
    """
    shown = [
        _Piece(match, weight, match.times)
        for match, weight in matches
        if weight >= _LEAST_LEARNED or is_shown(match, weight)
    ]
    if len(shown) > 1:
        shown.sort(key=_weightiest)
        pieces = _without_nested(shown)
        if len(pieces) < len(shown):
            pieces.sort(key=_weightiest)
        shown = pieces
    return tuple([_evidence(piece, texts) for piece in shown[:MOST_EVIDENCE]])


class _Piece:
    """A match with a weight and a number of occurrences that grow as other matches are merged."""

    __slots__ = ("field", "match", "rule", "times", "weight", "words")

    def __init__(self, match: PhraseMatch, weight: float, times: int) -> None:
        self.match = match
        self.weight = weight
        self.times = times
        self.rule = match.rule
        self.field = LEARNED if match.rule == LEARNED else match.field
        self.words = f" {match.quote.lower().replace('-', ' ')} "


def _weightiest(piece: _Piece) -> tuple[float, str, int, int]:
    match = piece.match
    return -piece.weight, match.field, match.start, -len(match.quote)


def _evidence(piece: _Piece, texts: Mapping[str, str]) -> Evidence:
    match = piece.match
    quote = quote_as_written(match, texts)
    text = texts.get(match.field) if match.field != _TITLE else ""
    sentence = sentence_around(text, match.start, match.start + len(quote)) if text else ""
    weight = round(piece.weight, 2)
    return Evidence(match.field, quote, match.start, piece.rule, weight, piece.times, sentence)


def _without_nested(pieces: Sequence[_Piece]) -> list[_Piece]:
    """The pieces, weightiest first, without phrases that contain each weightier in the same field.

    Of equally certain phrases the shorter one is kept, which occurs wherever the longer one does:
    *Kafka*, 41 times, not *Apache Kafka*, 3 times, as well. A hint within a certain phrase is
    left out. Learned phrases are one piece, as if they were a separate field.
    """
    separate: list[_Piece] = []
    fields: dict[str, list[_Piece]] = {}
    for piece in pieces:
        same = fields.setdefault(piece.field, [])
        for weightier in same:
            if piece.field == LEARNED:
                weightier.weight += piece.weight
                weightier.times += 1
            elif _contain(weightier.words, piece.words):
                _merge(weightier, piece)
            else:
                continue
            break
        else:
            same.append(piece)
            separate.append(piece)
    return separate


def _contain(first: str, second: str) -> bool:
    """Whether one of two phrases contains the other as words, also in the plural."""
    long, short = (first, second) if len(first) >= len(second) else (second, first)
    part = short[:-1]
    return part in long and any(part + ending in long for ending in _PLURALS)


def _first_place(short: PhraseMatch, long: PhraseMatch) -> PhraseMatch:
    """The match of the shorter phrase, inside the longer one if that comes first."""
    at = long.quote.find(short.quote)
    if at < 0 or long.start + at > short.start:
        return short
    return replace(short, start=long.start + at)


def _merge(weightier: _Piece, piece: _Piece) -> None:
    """Add a piece to a weightier piece that contains it or that it contains."""
    weightier.weight += piece.weight
    if (weightier.rule in SURE) == (piece.rule in SURE):
        weightier.times += piece.times
        short, long = sorted((weightier, piece), key=lambda merged: len(merged.words))
        weightier.match, weightier.words = _first_place(short.match, long.match), short.words
    elif piece.rule in SURE:
        weightier.match, weightier.words, weightier.rule, weightier.times = (
            piece.match,
            piece.words,
            piece.rule,
            piece.times,
        )
