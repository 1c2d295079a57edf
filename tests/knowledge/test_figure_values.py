"""Values of figures in base units: numbers, prefixes, rates, ranges and currencies."""

from __future__ import annotations

import pytest

from crawler.knowledge.figure_values import QUANTITIES, figure_value
from crawler.knowledge.figures import figure_tables

VALUES = [
    ("p95 latency of 35 ms", "latency", 0.035, "s"),
    ("250 microseconds", "latency", 0.00025, "s"),
    ("1500 milliseconds", "latency", 1.5, "s"),
    ("40 µs", "latency", 0.00004, "s"),
    ("from 3 s to 150 ms", "latency", 0.15, "s"),
    ("90 minutes", "duration", 5400, "s"),
    ("2 hours and 15 minutes", "duration", 8100, "s"),
    ("three days", "duration", 259_200, "s"),
    ("700,000 requests per second", "throughput", 700_000, "/s"),
    ("6 million messages per minute", "throughput", 100_000, "/s"),
    ("12k QPS", "throughput", 12_000, "/s"),
    ("millions of events per second", "throughput", 1e6, "/s"),
    ("8 PB", "size", 8e15, "B"),
    ("16 GiB", "size", 16 * 1024**3, "B"),
    ("three petabytes", "size", 3e15, "B"),
    ("86.4 GB per day", "bandwidth", 8e6, "bit/s"),
    ("2.5 Gbps", "bandwidth", 2.5e9, "bit/s"),
    ("30 MB/s", "bandwidth", 2.4e8, "bit/s"),
    ("1.2 billion users", "count", 1.2e9, ""),
    ("half a million users", "count", 500_000, ""),
    ("3M rows", "count", 3e6, ""),
    ("$4.5 million per year", "money", 4.5e6, "$"),
    ("€80k", "money", 80_000, "€"),
    ("$3m", "money", 3e6, "$"),
    ("20,000 euros", "money", 20_000, "€"),
    ("99.95% availability", "availability", 99.95, "%"),
    ("four nines", "availability", 99.99, "%"),
    ("35% reduction", "percent", 35, "%"),
    ("6x faster", "factor", 6, "×"),
    ("40 regions", "place", 40, ""),
    ("team of 8", "team", 8, ""),
    ("300 engineers", "team", 300, ""),
]


@pytest.mark.parametrize(("name", "quantity", "value", "unit"), VALUES)
def test_figure_has_value_in_base_unit(name: str, quantity: str, value: float, unit: str) -> None:
    figure = figure_value(name)
    assert figure is not None
    assert (figure.quantity, figure.unit) == (quantity, unit)
    assert figure.value == pytest.approx(value, rel=1e-9)


def test_name_without_quantity_has_no_value() -> None:
    assert figure_value("a few machines") is None
    assert figure_value("") is None
    assert figure_value("500ms/s") is None


def test_subject_is_the_measured_quantity_in_the_words() -> None:
    figure = figure_value("p95 latency from 80 ms to 35 ms")
    assert figure is not None
    assert figure.subject == "p95 latency"


def test_every_measure_of_the_units_has_a_heading() -> None:
    assert {unit.measure for unit in figure_tables()[0]} <= QUANTITIES.keys()
