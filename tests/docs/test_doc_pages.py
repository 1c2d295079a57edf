"""Every path, link, setting and command that the documentation names exists."""

from __future__ import annotations

import pytest

from devtools.doc_pages import (
    Page,
    broken_links,
    missing_paths,
    pages,
    unknown_commands,
    unknown_settings,
)

PAGES = {page.name: page for page in pages()}


@pytest.mark.parametrize("name", PAGES)
def test_page_names_only_existing_paths_and_modules(name: str) -> None:
    assert sorted(missing_paths(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_links_only_to_existing_pages_and_headings(name: str) -> None:
    assert sorted(broken_links(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_names_only_known_settings(name: str) -> None:
    assert sorted(unknown_settings(PAGES[name])) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_only_known_commands_and_options(name: str) -> None:
    assert sorted(unknown_commands(PAGES[name])) == []


def test_wrong_names_are_reported() -> None:
    page = Page(
        "docs/made-up.md",
        "See `crawler/nothing.py`, `crawler.nothing`, [a](NOWHERE.md), [b](SETTINGS.md#nothing), "
        "`[crawl] nothing` and `hashtrail nothing` or `hashtrail tag --nothing`.",
    )
    assert sorted(missing_paths(page)) == ["crawler.nothing", "crawler/nothing.py"]
    assert sorted(broken_links(page)) == ["NOWHERE.md", "SETTINGS.md#nothing"]
    assert list(unknown_settings(page)) == ["[crawl] nothing"]
    assert list(unknown_commands(page)) == ["hashtrail nothing", "hashtrail tag --nothing"]
