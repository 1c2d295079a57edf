"""One Chromium, its shared tabs and one site for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.workspace import bundled_path
from tests.browser.sample import sample

HEIGHT = 800
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


_NEW_STORAGE = """
try { localStorage.clear(); sessionStorage.clear() } catch { /* An empty tab has no storage. */ }
"""


@dataclass(slots=True)
class Visit:
    """An open page with its console messages, errors, dialogs and third-party requests."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    origin: str = "file://"


Open = Callable[..., Visit]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if not CHROMIUM.exists():
        if os.environ.get("HASHTRAIL_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{CHROMIUM} is missing, and HASHTRAIL_REQUIRE_BROWSER asks for it.")
        pytest.skip(f"{CHROMIUM} is missing; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site on disk."""
    folder = tmp_path_factory.mktemp("site")
    database = sample().save(folder / "public.db")
    now = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    settings = SiteSettings(explorer_url="https://explorer.example/")
    build_site(
        database,
        folder / "site/public",
        settings,
        now,
        bundled_path("templates"),
        bundled_path("site", "assets"),
    )
    return (folder / "site/public").resolve()


@pytest.fixture
def open_page(browser: Browser, site: Path) -> Iterator[Open]:
    """Open a page of the sample site from disk: `open_page("index.html", width=390, dark=True,
    script=False)`. Each has a new profile.
    """
    contexts = []

    def open_page(path: str, width: int = 1280, dark: bool = False, script: bool = True) -> Visit:
        context = new_context(browser, dark, script)
        contexts.append(context)
        visit = Visit(context.new_page())
        resize(visit.page, width)
        watch(visit)
        visit.page.goto(f"{site.as_uri()}/{path}")
        return visit

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def look_at(browser: Browser) -> Iterator[Open]:
    """Open a URL in a shared tab: `look_at(url, width=390, dark=True, script=False)`.

    There is one tab for each scheme, since a new profile needs more time than a page. The page has
    an empty storage, and stays open until the next call with this scheme.
    """
    tabs: dict[tuple[bool, bool], Visit] = {}

    def look_at(url: str, width: int = 1280, dark: bool = False, script: bool = True) -> Visit:
        if (dark, script) not in tabs:
            context = new_context(browser, dark, script)
            context.add_init_script(_NEW_STORAGE)
            tabs[dark, script] = Visit(context.new_page())
            watch(tabs[dark, script])
        visit = tabs[dark, script]
        resize(visit.page, width)
        visit.complaints.clear()
        visit.origin = "/".join(url.split("/", 3)[:3])
        visit.page.goto(url)
        return visit

    yield look_at
    for visit in tabs.values():
        visit.page.context.close()


@pytest.fixture
def look_at_site(look_at: Open, site: Path) -> Open:
    """Open a page of the sample site, as `look_at` does: `look_at_site("index.html")`."""
    return lambda path, **options: look_at(f"{site.as_uri()}/{path}", **options)


def resize(page: Page, width: int) -> None:
    """Change the width of an open page. No script of a page depends on its first width."""
    page.set_viewport_size({"width": width, "height": HEIGHT})


def new_context(browser: Browser, dark: bool, script: bool) -> BrowserContext:
    """Return a new profile with this scheme, with or without JavaScript."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(color_scheme=scheme, java_script_enabled=script)
    context.set_default_timeout(10_000)
    return context


def watch(visit: Visit) -> None:
    """Record console messages, errors, dialogs, blocked resources and third-party requests."""
    page, complain = visit.page, visit.complaints.append
    page.on("console", lambda message: complain(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: complain(f"error: {error}"))
    page.on("dialog", lambda dialog: (complain(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((visit.origin, "data:"))
            else complain(f"request: {request.url}")
        ),
    )
    page.on(
        "requestfailed",
        lambda request: (
            complain(f"failed: {request.url}") if "ABORTED" not in (request.failure or "") else None
        ),
    )
