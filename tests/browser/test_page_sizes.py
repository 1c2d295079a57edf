"""Every kind of page fits its window, and its links are large enough to press."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open, resize
from tests.browser.test_accessibility import one_of_each_kind

pytestmark = pytest.mark.browser

# Links inside a sentence may be smaller: WCAG 2.2, 2.5.8, "Inline".
SMALL = """() => [...document.querySelectorAll("header a, main a, aside a, footer a, summary")]
  .filter(link => !link.closest("p:not(.meta):not(.facts):not(.ways):not(.crumbs), dd"))
  .filter(link => link.checkVisibility() && link.getBoundingClientRect().height < 23.9)
  .map(link => link.outerHTML.slice(0, 120))"""
# Short facts on two lines: each part of an inline element has a separate rectangle.
BROKEN = """() => [...document.querySelectorAll(
    ".meta > span, .status > span, .status > b, .reasons .rule, td time")]
  .filter(fact => fact.checkVisibility() && fact.textContent.length < 30)
  .filter(fact => fact.getClientRects().length > 1)
  .map(fact => fact.textContent)"""
WIDE = "document.documentElement.scrollWidth - innerWidth"


def test_pages_of_every_kind_fit_the_window_and_have_links_of_24_pixels(
    look_at_site: Open, site: Path
) -> None:
    problems = []
    for path in one_of_each_kind(site):
        page = look_at_site(path).page
        for width in (1280, 390, 320):
            resize(page, width)
            problems += [(path, width, link) for link in page.evaluate(SMALL)]
            if page.evaluate(WIDE) > 0:
                problems.append((path, width, "wider than the window"))
    assert problems == []


def test_long_words_of_a_title_wrap_at_320_pixels(look_at_site: Open) -> None:
    page = look_at_site("index.html", width=320).page
    page.evaluate("document.querySelector('.title a').textContent = 'x'.repeat(200)")
    page.evaluate("document.querySelector('.lead-in').textContent = 'y'.repeat(200)")
    assert page.evaluate(WIDE) <= 0


def test_facts_do_not_break_between_their_words_on_a_phone(look_at_site: Open, site: Path) -> None:
    first = min((site / "article").glob("1-*.html"))
    problems = []
    for path in ("index.html", f"article/{first.name}", "status.html"):
        page = look_at_site(path, width=375).page
        problems += [(path, text) for text in page.evaluate(BROKEN)]
    assert problems == []


def test_printed_list_has_urls_and_no_controls(open_page: Open) -> None:
    page = open_page("index.html", width=700).page
    page.emulate_media(media="print")
    url = "getComputedStyle(document.querySelector('.title a[href^=http]'), '::after').content"
    assert page.evaluate(url).startswith('" <http')
    hidden = "header.top, .foot nav, .theme, .find, .tags"
    assert page.locator(hidden).evaluate_all("all => all.every(e => !e.checkVisibility())")
    assert page.evaluate(WIDE) <= 0
