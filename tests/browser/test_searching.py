"""The search page finds, marks, filters and remembers, from disk too."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_linked_query_is_answered_with_marks(open_page: Open) -> None:
    visit = open_page("search.html?q=cache+stampede")
    visit.page.wait_for_selector("#found .row")
    assert visit.page.inner_text("#said").endswith("found for “cache stampede”.")
    assert visit.page.locator("#found mark").first.inner_text().lower() == "cache"
    assert visit.complaints == []


def test_typing_finds_by_the_beginning_of_words(open_page: Open) -> None:
    page = open_page("search.html").page
    page.fill("#q", "idempot")
    page.wait_for_selector("#found .row")
    assert "Idempotency" in page.inner_text("#found .row:first-child")


def test_filters_narrow_and_can_be_dropped(open_page: Open) -> None:
    page = open_page("search.html?q=lease&kind=paper").page
    page.wait_for_selector("#found .row")
    assert "kind:paper" in page.inner_text("#said")
    assert set(page.locator("#found .meta > span:first-child").all_inner_texts()) <= {"paper"}


def test_nothing_found_offers_next_steps(open_page: Open) -> None:
    page = open_page("search.html?q=xyzzyplugh&kind=paper").page
    page.wait_for_selector("#nothing:visible")
    assert "Nothing found for “xyzzyplugh”" in page.inner_text("#said")
    assert (
        page.get_attribute("#ask", "href")
        == "https://explorer.example/public/articles?_search=xyzzyplugh"
    )
    page.fill("#q", "cache")
    page.click("#drop", force=True)
    page.wait_for_selector("#found .row")


def test_a_hit_leads_to_the_page_of_its_article(open_page: Open) -> None:
    page = open_page("search.html?q=stampede").page
    page.wait_for_selector("#found .row")
    page.click("#found .row a")
    page.wait_for_url("**/article/*.html")
    assert "Why these topics" in page.inner_text("main")


def test_the_box_on_other_pages_leads_here(open_page: Open) -> None:
    page = open_page("topic/caching.html").page
    page.fill("header input", "lease")
    page.press("header input", "Enter")
    page.wait_for_selector("#found .row")
    assert page.input_value("#q") == "lease"
