"""Draw docs/images/year.svg from the measures of a simulated year (bench/year.tsv).

python -m bench.year_chart [SERIES] [CHART]
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

SERIES = Path(__file__).with_name("year.tsv")
CHART = Path(__file__).parents[1] / "docs/images/year.svg"
_WIDTH, _HEIGHT = 300, 96
_GAP, _HEAD = 36, 44
_COLUMNS = 2
_MEGA, _KILO = 1e6, 1e3
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f; }
.note { fill: #57606a; }
.line { fill: none; stroke: #0550ae; stroke-width: 1.5; }
.axis { stroke: #8c959f; }
.band { fill: #d4a72c; opacity: .35; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9198a1; }
  .line { stroke: #79c0ff; } .axis { stroke: #6e7681; }
}
"""

Night = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart: its title, the column of its values, and their unit.

    `is_per_article` divides the values by the number of articles.
    """

    title: str
    column: str
    unit: str
    divisor: float = 1.0
    is_per_article: bool = False


PANELS = (
    Panel("Articles", "articles", ""),
    Panel("Database", "database_bytes", "MB", _MEGA),
    Panel("Crawl", "crawl_seconds", "s"),
    Panel("Snapshot and site", "build_seconds", "s"),
    Panel("Archive for each article, kept for 60 days", "archive_bytes", "kB", _KILO, True),
    Panel("Backups", "backup_bytes", "MB", _MEGA),
    Panel("Logs", "log_bytes", "kB", _KILO),
    Panel("Results of sources", "run_sources", "rows"),
)


def chart(nights: Sequence[Night]) -> str:
    """Return the SVG of all panels for `nights`, the rows of the series."""
    rows = -(-len(PANELS) // _COLUMNS)
    width = _COLUMNS * (_WIDTH + _GAP) + _GAP
    height = rows * (_HEIGHT + _HEAD + _GAP)
    panels = "".join(_placed(number, panel, nights) for number, panel in enumerate(PANELS))
    title = f"Storage and time of {len(nights)} simulated nights"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="title"><title id="title">{escape(title)}</title>'
        f"<style>{_STYLE}</style>{panels}</svg>\n"
    )


def _placed(number: int, panel: Panel, nights: Sequence[Night]) -> str:
    row, column = divmod(number, _COLUMNS)
    left = _GAP + column * (_WIDTH + _GAP)
    top = _HEAD + row * (_HEIGHT + _HEAD + _GAP)
    return f'<g transform="translate({left} {top})">{_drawn(panel, nights)}</g>'


def _drawn(panel: Panel, nights: Sequence[Night]) -> str:
    values = [_value(panel, night) for night in nights]
    ordinary = [
        (day, value)
        for day, value in enumerate(values)
        if nights[day]["outcome"] in ("ok", "degraded")
    ]
    highest = max((value for _, value in ordinary), default=0.0) or 1.0
    scale = _WIDTH / max(len(values) - 1, 1)
    points = " ".join(
        f"{day * scale:.1f},{_HEIGHT * (1 - value / highest):.1f}" for day, value in ordinary
    )
    last = _with_unit(ordinary[-1][1], panel) if ordinary else ""
    return (
        f'{_bands(nights, scale)}<text y="-18">{escape(panel.title)}</text>'
        f'<text class="note" y="-4">highest {_with_unit(highest, panel)}, last {last}</text>'
        f'<path class="axis" d="M0 {_HEIGHT}H{_WIDTH}"/><polyline class="line" points="{points}"/>'
        f'<text class="note" y="{_HEIGHT + 16}">night 1</text>'
        f'<text class="note" x="{_WIDTH}" y="{_HEIGHT + 16}" text-anchor="end">'
        f"night {len(values)}</text>"
    )


def _value(panel: Panel, night: Night) -> float:
    share = max(float(night["articles"]), 1.0) if panel.is_per_article else 1.0
    return float(night[panel.column]) / panel.divisor / share


def _bands(nights: Sequence[Night], scale: float) -> str:
    """Return a band for each night without a network or with a full disk."""
    marked = ("offline", "nearly full", "full disk")
    return "".join(
        f'<rect class="band" x="{day * scale:.1f}" width="{max(scale, 1):.1f}" height="{_HEIGHT}"/>'
        for day, night in enumerate(nights)
        if night["event"] in marked
    )


def _with_unit(value: float, panel: Panel) -> str:
    return f"{_number(value)} {panel.unit}".strip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:,.1f}"


def read_series(lines: Iterable[str]) -> list[Night]:
    """Return the nights of a series, one for each of the `lines` after the names."""
    return list(csv.DictReader(lines, delimiter="\t"))


def main() -> None:
    """Draw the chart of the series that the arguments name."""
    series = Path(sys.argv[1]) if len(sys.argv) > 1 else SERIES
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else CHART
    nights = read_series(series.read_text(encoding="utf-8").splitlines())
    target.write_text(chart(nights), encoding="utf-8")


if __name__ == "__main__":
    main()
