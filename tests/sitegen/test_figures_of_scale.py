"""Tables of figures of scale: values, order, groups, and the figures of an entity."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from crawler.sitegen.scale_figures import format_value
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def text(html: str) -> str:
    """The visible text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.035, "s", "35 ms"),
        (2.5e-7, "s", "250 ns"),
        (90.0, "s", "90 s"),
        (5400.0, "s", "90 min"),
        (259_200.0, "s", "3 days"),
        (8e15, "B", "8 PB"),
        (512.0, "B", "512 B"),
        (2.5e9, "bit/s", "2.5 Gbit/s"),
        (1.2e9, "", "1.2 billion"),
        (700_000.0, "/s", "700,000/s"),
        (0.5, "/s", "43,200/day"),
        (4.5e6, "$", "$4.5 million"),
        (99.995, "%", "99.995 %"),
        (6.0, "×", "6×"),
        (0.0, "B", "0 B"),
    ],
)
def test_value_has_readable_unit(value: float, unit: str, shown: str) -> None:
    assert format_value(value, unit) == shown


def test_figures_are_grouped_and_sorted_by_value(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    article = factory.article(
        "Caches", topics={"caching": "certain"}, published="2024-03-01T10:00:00Z"
    )
    for name in ("900 ms", "p99 latency of 4 s", "3 TB", "700 GB", "4000 ms"):
        factory.entity(name, [article], kind="figure")
    build()
    values = re.findall(r'data-value="([\d.]+)">[^<]*(?:ms|s)<', page("figures/latency.html"))
    assert values == ["4.0", "0.9"]
    shown = text(page("figures/latency.html"))
    assert "4 s Caches example.org “p99 latency of 4 s” 2024" in shown
    assert "900 ms Caches example.org 2024" in shown
    index = page("figures.html")
    assert index.index("4 s") < index.index("3 TB")


def test_index_lists_one_figure_per_article(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    ids = [factory.article(f"Caches {number}", topics={"caching": "certain"}) for number in "12"]
    for name in ("3 ms", "700 ms", "800 ms"):
        factory.entity(name, ids[:1], kind="figure")
    factory.entity("9 ms", ids[1:], kind="figure")
    build()
    values = re.findall(r"(\d+ ms)</td>", page("figures.html"))
    assert values == ["800 ms", "9 ms"]
    assert 'href="figures/latency.html">Latency</a> <span class="aside">4<' in page("figures.html")


def test_amounts_of_different_currencies_are_not_mixed(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("costs")
    article = factory.article("Costs", topics={"costs": "certain"})
    for name in ("$5,000", "€9,000", "$70,000"):
        factory.entity(name, [article], kind="figure")
    build()
    assert re.findall(r">([$€][\d,]+)</td>", page("figures/money.html")) == [
        "$70,000",
        "$5,000",
        "€9,000",
    ]


def test_figure_of_article_without_topic_is_not_listed(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    article = factory.article("Weather")
    factory.entity("900 ms", [article], kind="figure")
    build()
    assert "No figures yet" in text(page("figures.html"))


def test_page_is_limited_to_the_largest_figures(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    for number in range(1, 301):
        article = factory.article(f"Article {number}", topics={"caching": "certain"})
        factory.entity(f"{number} ms", [article], kind="figure")
    build(explorer_url="https://explore.example/")
    html = page("figures/latency.html")
    assert html.count("<tr>") == 251
    assert "Showing the largest 250 of 300." in text(html)
    assert "https://explore.example/public/figures_of_scale" in html


def test_entity_page_lists_figures_of_articles_about_it(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    titles = ["Pelikan at scale", "Caches compared", "Other caches"]
    ids = [factory.article(title, topics={"caching": "certain"}) for title in titles]
    factory.entity("Pelikan", ids)
    factory.entity("11 ms", ids[:1], kind="figure")
    factory.entity("22 ms", ids[1:2], "Pelikan answers in 22 ms.", kind="figure")
    factory.entity("33 ms", ids[2:], kind="figure")
    build()
    shown = text(page("entity/pelikan.html"))
    assert "11 ms" in shown
    assert "22 ms" in shown
    assert "33 ms" not in shown
