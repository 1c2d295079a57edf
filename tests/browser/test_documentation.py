"""The documentation in a browser: axe, third-party requests, search, copied code, overflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from devtools.docs_site import write_site
from tests.browser.axe import violations
from tests.browser.conftest import Open, Visit, watch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation")
    write_site(folder)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", ["index", "settings", "operating", "architecture"])
def test_page_has_no_axe_violation_and_fits_the_screen(
    folder: Path, look_at: Open, name: str, width: int, dark: bool
) -> None:
    page = look_at((folder / f"docs/{name}.html").as_uri(), width, dark).page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_search_lists_sections_and_requests_nothing_from_other_hosts(
    folder: Path, page: Page
) -> None:
    visit = Visit(page)
    watch(visit)
    page.goto((folder / "docs/index.html").as_uri())
    page.get_by_label("Search the documentation").fill("per_host_nightly")
    results = page.locator("#documentation-results a")
    results.first.wait_for()
    assert "settings.html#fetch" in {link.get_attribute("href") for link in results.all()}
    page.get_by_label("Search the documentation").fill("zzzz nothing")
    page.get_by_text("No results. Try fewer words.").wait_for()
    assert visit.complaints == []


def test_button_copies_the_text_of_a_block(folder: Path, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard',"
        " { value: { writeText: async text => { window.copied = text } } })"
    )
    page.goto((folder / "docs/cli.html").as_uri())
    block = page.locator(".document .code").first
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("window.copied") == block.locator("code").text_content()
