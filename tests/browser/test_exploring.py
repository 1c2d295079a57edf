"""The explorer in a browser: no console message, no third-party request, keyboard access."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.browser.conftest import Open
from tests.browser.sample import sample
from tests.explorer.processes import running

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/public",
    "/public/article_list",
    "/public/articles/1",
    "/public/posts/1",
    "/public/sources",
    "/public/this_week",
    "/public/why_this_topic?article_id=1",
    "/public/search_articles",
    "/public?sql=select+title,+url,+summary+from+articles",
    "/public/article_list?_facet=kind&kind=paper",
]
FAULTY = ["/public?sql=selec+1", "/public?sql=select+nothing", "/public/nowhere"]


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an explorer over the sample site."""
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    here.public_database.parent.mkdir(parents=True)
    sample().save(Path(here.public_database))
    (here.data / "hashtrail.toml").write_text("")
    with running(here.root, "explore") as server:
        yield server.url


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(390, False), (320, True), (1280, False)])
def test_explorer_page_logs_nothing_and_fits_the_screen(
    look_at: Open, explorer: str, path: str, width: int, dark: bool
) -> None:
    visit = look_at(explorer + path, width, dark)
    assert not visit.complaints
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", FAULTY)
def test_explorer_error_page_fits_the_screen_and_links_on(
    look_at: Open, explorer: str, path: str
) -> None:
    visit = look_at(explorer + path, 390)
    page = visit.page
    assert [
        complaint for complaint in visit.complaints if "Failed to load resource" not in complaint
    ] == []  # the answer's own status, as Chromium logs it
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_role("link", name="Queries", exact=True).is_visible()


def test_queries_are_reachable_by_keyboard_with_visible_focus(look_at: Open, explorer: str) -> None:
    page = look_at(explorer).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "2px"
    assert "Articles of a site" in seen


def test_every_explorer_control_has_an_accessible_name(look_at: Open, explorer: str) -> None:
    for path in (*PAGES, *FAULTY):
        page = look_at(explorer + path).page
        controls = (
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea,button')]"
        )
        is_unnamed = "e => !e.labels?.length && !e.ariaLabel && !e.textContent.trim()"
        assert page.evaluate(f"{controls}.filter({is_unnamed}).length") == 0, path
