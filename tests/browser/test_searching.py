"""The search page: results, highlighting, filters and the query in the URL, opened from disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_query_in_url_returns_highlighted_results(look_at_site: Open) -> None:
    visit = look_at_site("search.html?q=cache+stampede")
    visit.page.wait_for_selector("#results .row")
    assert visit.page.inner_text("#search-status").endswith("for “cache stampede”")
    assert visit.page.locator("#results mark").first.inner_text().lower() == "cache"
    assert visit.complaints == []


def test_first_page_has_ten_results_of_several_files_and_a_button_for_more(
    look_at_site: Open,
) -> None:
    page = look_at_site("search.html?q=data").page
    page.locator("#results[aria-busy=false]").wait_for(state="attached")
    assert page.locator("#results .row").count() == 10
    page.click("#more-results")
    expect(page.locator("#results .row")).to_have_count(20)


def test_typed_prefix_finds_words(look_at_site: Open) -> None:
    page = look_at_site("search.html").page
    page.fill("#q", "idempot")
    page.wait_for_selector("#results .row")
    assert "Idempotency" in page.inner_text("#results .row:first-child")


def test_filter_restricts_results(look_at_site: Open) -> None:
    page = look_at_site("search.html?q=lease&kind=paper").page
    page.wait_for_selector("#results .row")
    assert "kind:paper" in page.inner_text("#search-status")
    assert set(page.locator("#results .meta > span:first-child").all_inner_texts()) <= {"paper"}


def test_search_without_results_offers_next_steps(look_at_site: Open) -> None:
    page = look_at_site("search.html?q=xyzzyplugh&kind=paper").page
    page.wait_for_selector("#no-results:visible")
    assert "No results for “xyzzyplugh”" in page.inner_text("#search-status")
    assert (
        page.get_attribute("#explorer-search", "href")
        == "https://explorer.example/public/articles?_search=xyzzyplugh"
    )


def test_clearing_the_filters_shows_results_that_a_filter_excluded(look_at_site: Open) -> None:
    page = look_at_site("search.html?q=cache&kind=note").page
    page.wait_for_selector("#no-results:visible")
    page.click("#clear-filters")
    page.wait_for_selector("#results .row")
    assert page.input_value("select[name=kind]") == ""


def test_result_links_to_the_article_page(look_at_site: Open) -> None:
    page = look_at_site("search.html?q=stampede").page
    page.wait_for_selector("#results .row")
    page.click("#results .row a")
    page.wait_for_url("**/article/*.html")
    assert "Why these topics" in page.inner_text("main")


def test_search_box_of_other_pages_opens_search_page(look_at_site: Open) -> None:
    page = look_at_site("topic/caching.html").page
    page.fill("header input", "lease")
    page.press("header input", "Enter")
    page.wait_for_selector("#results .row")
    assert page.input_value("#q") == "lease"
