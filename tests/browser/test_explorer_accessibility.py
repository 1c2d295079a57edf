"""Every kind of page of the explorer passes the checks of axe-core, with keyboard access."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.browser.axe import violations
from tests.explorer.processes import running
from tests.explorer.query_library import write_library

pytestmark = pytest.mark.browser

PAGES = {
    "front": "/",
    "database": "/public",
    "table": "/public/article_list",
    "filtered table": "/public/article_list?_topic=caching&kind=article",
    "all columns": "/public/articles?_columns=all",
    "empty table": "/public/article_list?host=nowhere.example",
    "article": "/public/articles/1",
    "post": "/public/posts/1",
    "topic": "/public/topics/caching",
    "author": "/public/authors/1",
    "query with lines": "/public/topics_by_month",
    "query with bars": "/public/early_sharers",
    "query with a matrix": "/public/topics_growing_together",
    "query with choices": "/public/articles_of_a_topic?topic=caching",
    "query without results": "/public/search_articles?words=zebra",
    "unknown value": "/public/articles_of_a_topic?topic=nothing",
    "SQL": "/public?sql=select+title,+word_count+from+article_list",
    "SQL error": "/public?sql=selec+1",
    "missing page": "/public/nowhere",
    "search": "/search?q=caching",
    "licence": "/licence",
    "API": "/api",
}
SCREENS = [(1280, False), (390, True)]


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an explorer over a small library."""
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    write_library(here.public_database)
    here.data.mkdir(exist_ok=True)
    (here.data / "hashtrail.toml").write_text("")
    with running(here.root, "explore") as server:
        yield server.url


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of one width, light or dark."""
    width, is_dark = request.param
    tab = browser.new_page(
        viewport={"width": width, "height": 844}, color_scheme="dark" if is_dark else "light"
    )
    yield tab
    tab.close()


@pytest.mark.parametrize("kind", PAGES)
def test_explorer_page_has_no_violations_and_no_console_errors(
    page: Page, explorer: str, kind: str
) -> None:
    messages: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Failed to load resource" not in message.text:  # the status of an error page
            messages.append(message.text)

    page.on("console", note)
    page.goto(explorer + PAGES[kind])
    page.remove_listener("console", note)
    assert violations(page) == []
    assert messages == []
    size = page.viewport_size
    assert size
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_keyboard_reaches_filters_then_rows_of_a_table(browser: Browser, explorer: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 844})
    page.goto(f"{explorer}/public/article_list")
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = "(e => e.name || e.getAttribute('aria-label') || e.textContent.trim())"
        names.append(page.evaluate(f"{focused}(document.activeElement)"))
    page.close()
    order = [names.index(name) for name in ("_filter_column", "_sort", "All columns", "Rows")]
    assert order == sorted(order)


def test_title_of_an_article_row_is_one_link_away_from_its_evidence(
    browser: Browser, explorer: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{explorer}/public/articles/1")
    page.get_by_role("link", name="Why it has its topics", exact=True).click()
    assert page.locator("mark").first.is_visible()
    page.close()
