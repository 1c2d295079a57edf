"""Marks of new articles since the last visit, which is stored in the browser alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

FRONT = "index.html"


def _visit_at(open_page: Open, time: str) -> tuple[list[str], str]:
    """Open the front page after a visit at `time`. Return the new titles and the message."""
    page = open_page(FRONT).page
    page.evaluate("time => { sessionStorage.clear(); localStorage.setItem('visit', time) }", time)
    page.reload()
    titles = page.locator(".fresh .title a").all_text_contents()
    return titles, page.locator("#new-since").inner_text() if titles else ""


def test_first_visit_marks_nothing(open_page: Open) -> None:
    page = open_page(FRONT).page
    assert page.locator("#new-since").is_hidden()
    assert page.locator(".fresh").count() == 0


def test_articles_first_seen_after_the_last_visit_are_marked_and_counted(open_page: Open) -> None:
    titles, message = _visit_at(open_page, "2000-01-01T00:00:00Z")
    assert len(titles) > 3
    assert message.startswith(f"{len(titles)} of the articles below are new since your last visit")


def test_visit_after_the_last_update_marks_nothing(open_page: Open) -> None:
    titles, _ = _visit_at(open_page, "2099-01-01T00:00:00Z")
    assert titles == []


def test_marks_stay_on_the_next_page_of_the_same_visit(open_page: Open) -> None:
    page = open_page(FRONT).page
    page.evaluate(
        "() => { sessionStorage.clear(); localStorage.setItem('visit', '2000-01-01T00:00:00Z') }"
    )
    page.reload()
    marked = page.locator(".fresh").count()
    page.reload()
    assert page.locator(".fresh").count() == marked > 0
