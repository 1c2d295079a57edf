"""Pages of named queries in a browser: fields with and without script, cards, charts, axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.sample import sample
from tests.explorer.processes import running

pytestmark = pytest.mark.browser

PAGES = [
    "/public/articles_of_a_topic",
    "/public/articles_of_a_topic?topic=quiet",
    "/public/articles_of_an_author?_columns=all",
    "/public/search_articles",
    "/public/this_week",
    "/public/topics_by_week",
    "/public/topics_together",
    "/public/why_this_topic",
    "/public/why_this_topic?article_id=cache",
    "/public?sql=select+*+from+article_list",
]


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an explorer over the sample site."""
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    here.public_database.parent.mkdir(parents=True)
    sample().save(Path(here.public_database))
    (here.data / "hashtrail.toml").write_text("")
    with running(here.root, "explore") as server:
        yield server.url.rstrip("/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_query_page_has_no_axe_violation_and_fits_the_screen(
    look_at: Open, explorer: str, path: str, width: int, dark: bool
) -> None:
    page = look_at(explorer + path, width, dark).page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_field_of_an_article_is_completed_while_typing(look_at: Open, explorer: str) -> None:
    page = look_at(f"{explorer}/public/why_this_topic").page
    page.get_by_label("Article").fill("stampede")
    option = page.locator("datalist option", has_text="stampede").first
    expect(option).to_be_attached()
    value = option.get_attribute("value")
    page.get_by_label("Article").fill(str(value))
    page.get_by_role("button", name="Run query").click()
    assert page.url.endswith(f"article_id={value}")
    assert page.locator("#v-article_id").inner_text().lower().count("stampede") == 1


def test_words_choose_an_article_without_script(look_at: Open, explorer: str) -> None:
    page = look_at(f"{explorer}/public/why_this_topic", script=False).page
    page.get_by_label("Article").fill("stampede")
    page.get_by_role("button", name="Run query").click()
    page.get_by_role("region", name="Article: no value").get_by_role("link").first.click()
    expect(page.locator("#v-article_id")).to_contain_text("stampede")


def test_topic_is_chosen_by_keyboard(look_at: Open, explorer: str) -> None:
    page = look_at(f"{explorer}/public/articles_of_a_topic", script=False).page
    page.get_by_label("Topic").focus()
    page.keyboard.type("Distributed locking")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Topic")).to_have_value("locking")
    assert "topic=locking" in page.url


def test_rows_are_cards_with_labels_on_a_narrow_screen(look_at: Open, explorer: str) -> None:
    wide = look_at(f"{explorer}/public/this_week").page
    assert wide.locator(".results thead").is_visible()
    narrow = look_at(f"{explorer}/public/this_week", 390).page
    assert not narrow.locator(".results thead").is_visible()
    cell = narrow.locator(".results td[data-label='First shared']").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"First shared"'
    assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == "left"


def test_numbers_are_right_aligned_with_their_headings(look_at: Open, explorer: str) -> None:
    page = look_at(f"{explorer}/public/this_week").page
    for selector in (".results th.number", ".results td.number"):
        align = page.locator(selector).first.evaluate("cell => getComputedStyle(cell).textAlign")
        assert align == "right"
