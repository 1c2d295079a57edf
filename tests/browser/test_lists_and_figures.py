"""Pages of entities, kinds, figures, changes and decisions in a browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open, resize

pytestmark = pytest.mark.browser

PAGES = [
    "changes.html",
    "changes/2026-11-22.html",
    "decisions.html",
    "entities.html",
    "entity/kafka.html",
    "figures.html",
    "figures/latency.html",
    "kind/paper.html",
    "kinds.html",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_makes_no_third_party_request_and_logs_nothing(look_at_site: Open, path: str) -> None:
    assert look_at_site(path).complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_page_is_not_wider_than_the_screen(look_at_site: Open, path: str) -> None:
    page = look_at_site(path).page
    for width in (390, 320):
        resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_figures_are_sorted_by_value_without_a_script(look_at_site: Open) -> None:
    page = look_at_site("figures/latency.html", script=False).page
    assert page.locator("tbody td:first-child").all_inner_texts() == ["4 s", "900 ms"]
    assert page.locator("th button").count() == 0


def test_column_headers_sort_figures(look_at_site: Open) -> None:
    page = look_at_site("figures/latency.html").page
    page.get_by_role("button", name="Value").click()
    assert page.locator("tbody td:first-child").all_inner_texts() == ["900 ms", "4 s"]
    assert page.locator("th[aria-sort=ascending]").all_inner_texts() == ["Value"]
    page.get_by_role("button", name="Year").press("Enter")
    assert page.locator("th[aria-sort=descending]").all_inner_texts() == ["Year"]
    assert page.locator("th[aria-sort]").count() == 1
