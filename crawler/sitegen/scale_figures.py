"""Figures of scale of the articles, with comparable values, for tables and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from crawler.group_by_key import group_by
from crawler.knowledge.figure_values import FigureValue, figure_value
from crawler.sitegen.article_store import BATCH, ArticleList, ArticleStore, id_list
from crawler.sitegen.snapshot_reader import ListedArticle

_STATED = """
SELECT x.article_id, e.name, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
WHERE e.kind = 'figure' AND x.article_id IN (SELECT value FROM json_each(?))
ORDER BY x.article_id, e.slug
"""
_LISTED = """
SELECT x.article_id, e.name, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
JOIN article_list l ON l.id = x.article_id
WHERE e.kind = 'figure' AND l.listed ORDER BY x.article_id, e.slug
"""
_WITH_FIGURES = """
SELECT id FROM ({}) WHERE EXISTS (
    SELECT 1 FROM entity_articles f WHERE f.article_id = id AND f.entity_kind = 'figure'
) ORDER BY first_shared DESC, id DESC
"""
_TIMES = (
    (1e-6, 1e-9, "ns"), (1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s"),
    (7200.0, 60.0, "min"), (172_800.0, 3600.0, "h"), (float("inf"), 86_400.0, "days"),
)  # fmt: skip
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_PER_DAY = 86_400


class StatedFigure(NamedTuple):
    """One figure of an article by its id: its words, its sentence (may be empty) and its value."""

    article_id: int
    name: str
    sentence: str
    measured: FigureValue


@dataclass(frozen=True, slots=True)
class ScaleFigure:
    """One figure of an article: its words, its value and the sentence, if it may be published."""

    article: ListedArticle
    name: str
    sentence: str
    measured: FigureValue

    @property
    def shown(self) -> str:
        """Return the value with a readable unit, such as `35 ms` or `8 PB`."""
        return format_value(self.measured.value, self.measured.unit)

    @property
    def says_more(self) -> bool:
        """Return whether the words of the figure state more than its value, such as a subject."""
        return _letters(self.name) != _letters(self.shown)


class Figures:
    """The figures of the articles of `store`, those of one article with equal values once.

    A figure without a value is left out.
    """

    def __init__(self, store: ArticleStore) -> None:
        self._store = store

    def of_list(self, articles: ArticleList) -> Iterator[ScaleFigure]:
        """Yield the figures of `articles` in their order."""
        ids = [row[0] for row in articles.rows(_WITH_FIGURES.format(articles.selected))]
        yield from self.of(ids)

    def of(self, ids: Sequence[int]) -> Iterator[ScaleFigure]:
        """Yield the figures of the visible articles among `ids`, in their order."""
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            stated = dict(_by_article(self._store.query(_STATED, (id_list(batch),))))
            for article in self._store.visible([number for number in batch if number in stated]):
                for figure in stated[article.id]:
                    yield ScaleFigure(article, *figure[1:])

    def listed(self) -> Iterator[StatedFigure]:
        """Yield the figures of all listed articles, by id."""
        for _, figures in _by_article(self._store.query(_LISTED)):
            yield from figures

    def with_articles(self, figures: Sequence[StatedFigure]) -> list[ScaleFigure]:
        """Return `figures` with their articles."""
        self._store.load(figure.article_id for figure in figures)
        return [ScaleFigure(self._store[figure.article_id], *figure[1:]) for figure in figures]


def sort_by_value(figures: Iterable[StatedFigure]) -> list[StatedFigure]:
    """Return `figures` with the largest value first; amounts of one currency are together."""
    return sorted(
        figures,
        key=lambda figure: (figure.measured.unit, -figure.measured.value, figure.article_id),
    )


def format_value(value: float, unit: str) -> str:
    """Return `value` in the base `unit` of figures with a readable unit and three digits.

    `0.035` `s` is `35 ms`, `8e15` `B` is `8 PB`, `1.2e9` without a unit is `1.2 billion`.
    """
    if unit == "s":
        factor, name = next((factor, name) for limit, factor, name in _TIMES if value < limit)
        return f"{_digits(value / factor)} {name}"
    if unit in ("B", "bit/s"):
        factor, prefix = next(((f, prefix) for f, prefix in _PREFIXES if value >= f), (1.0, ""))
        return f"{_digits(value / factor)} {prefix}{unit}"
    if unit == "/s":
        rate, period = (value, "/s") if value >= 1 else (value * _PER_DAY, "/day")
        return f"{_large(rate)}{period}"
    if unit == "%":
        return f"{value:.6g} %"
    if unit == "×":
        return f"{_large(value)}×"
    return f"{unit}{_large(value)}"


def _by_article(
    rows: Iterable[tuple[int, str, str]],
) -> Iterator[tuple[int, tuple[StatedFigure, ...]]]:
    """Yield the figures of each article; `rows` are ordered by article."""
    for article_id, group in groupby(rows, itemgetter(0)):
        measured = ((name, sentence, figure_value(name)) for _, name, sentence in group)
        figures = [
            StatedFigure(article_id, name, sentence, value)
            for name, sentence, value in measured
            if value
        ]
        if figures:
            yield article_id, _distinct(figures)


def _distinct(figures: list[StatedFigure]) -> tuple[StatedFigure, ...]:
    """Return one figure for each value: one with a sentence, with a subject, or the longest."""
    by_value = group_by(figures, lambda figure: (figure.measured.quantity, figure.measured.value))
    return tuple(max(group, key=_informative) for group in by_value.values())


def _informative(figure: StatedFigure) -> tuple[bool, bool, int]:
    return bool(figure.sentence), bool(figure.measured.subject), len(figure.name)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _large(value: float) -> str:
    for factor, name in _LARGE:
        if value >= factor:
            return f"{_digits(value / factor)} {name}"
    return _digits(value)


def _digits(value: float) -> str:
    """Return `value` with three significant digits, and all digits of a whole number."""
    if value >= 100:
        return f"{round(value):,}"
    return f"{value:.3g}"
