"""Figures of scale of the articles, with comparable values, for tables and pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.group_by_key import group_by
from crawler.knowledge.figure_values import FigureValue, figure_value
from crawler.sitegen.snapshot_reader import ListedArticle

_FIGURES = """
SELECT x.article_id, e.name, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
WHERE e.kind = 'figure' ORDER BY x.article_id, e.slug
"""
_TIMES = (
    (1e-6, 1e-9, "ns"), (1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s"),
    (7200.0, 60.0, "min"), (172_800.0, 3600.0, "h"), (float("inf"), 86_400.0, "days"),
)  # fmt: skip
_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_PER_DAY = 86_400


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


def read_figures(
    db: sqlite3.Connection, articles: Mapping[int, ListedArticle]
) -> dict[int, tuple[ScaleFigure, ...]]:
    """Return the figures of each article by its id, those with equal values once.

    `articles` are the visible articles by id. A figure without a value is left out.
    """
    figures = []
    for row in db.execute(_FIGURES):
        article, measured = articles.get(row["article_id"]), figure_value(row["name"])
        if article and measured:
            figures.append(ScaleFigure(article, row["name"], row["sentence"], measured))
    by_article = group_by(figures, lambda figure: figure.article.id)
    return {article_id: _distinct(group) for article_id, group in by_article.items()}


def sort_by_value(figures: Iterable[ScaleFigure]) -> list[ScaleFigure]:
    """Return `figures` with the largest value first; amounts of one currency are together."""
    return sorted(
        figures,
        key=lambda figure: (figure.measured.unit, -figure.measured.value, figure.article.id),
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


def _distinct(figures: list[ScaleFigure]) -> tuple[ScaleFigure, ...]:
    """Return one figure for each value: one with a sentence, with a subject, or the longest."""
    by_value = group_by(figures, lambda figure: (figure.measured.quantity, figure.measured.value))
    return tuple(max(group, key=_informative) for group in by_value.values())


def _informative(figure: ScaleFigure) -> tuple[bool, bool, int]:
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
