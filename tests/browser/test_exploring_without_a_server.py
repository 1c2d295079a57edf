"""The explorer page: SQL in Chromium over a snapshot that a static server sends in ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from crawler.sitegen.build_site import build_site
from crawler.workspace import SiteSettings, bundled_path
from tests.browser.sample import sample
from tests.browser.static_host import StaticHost, static_host

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site with the explorer page."""
    folder = tmp_path_factory.mktemp("explorer")
    build_site(
        sample().save(folder / "public.db"),
        folder / "site/public",
        SiteSettings(explorer="browser"),
        datetime(2026, 11, 22, 4, 0, tzinfo=UTC),
        bundled_path("templates"),
        bundled_path("site", "assets"),
    )
    return (folder / "site/public").resolve()


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[StaticHost]:
    """A static server with the headers of GitHub Pages."""
    with static_host(folder) as running:
        yield running


@pytest.fixture(scope="module")
def explorer(browser: Browser, host: StaticHost) -> Iterator[Page]:
    """The open explorer page."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{host.url}/explore/index.html")
    page.locator("#explorer-state", has_text="Ready").wait_for()
    yield page
    page.close()


@pytest.fixture(scope="module")
def run_sql(explorer: Page) -> Callable[[str], Any]:
    """Run SQL with the scripts of the page; the policy of the page forbids `eval`."""
    session = explorer.context.new_cdp_session(explorer)

    def run_sql(sql: str) -> Any:
        expression = f"runner.run({sql!r}).catch(error => error.reason + ': ' + error.message)"
        options = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return session.send("Runtime.evaluate", options)["result"]["value"]

    return run_sql


def test_sql_returns_rows_of_the_snapshot(run_sql: Callable[[str], Any]) -> None:
    result = run_sql("SELECT title, date('now') > '2026' FROM article_list ORDER BY id LIMIT 1")
    assert result["columns"][0] == "title"
    assert result["rows"] == [["Stop cache stampedes with distributed locking", 1]]


def test_snapshot_is_requested_in_ranges_only(
    run_sql: Callable[[str], Any], host: StaticHost
) -> None:
    cost = run_sql("SELECT count(*) FROM posts")["cost"]
    snapshot = [response for response in host.responses if response[0].endswith(".db")]
    assert {status for _, status, _ in snapshot} == {206}
    assert cost["bytes"] < 65_536


def test_write_is_refused(run_sql: Callable[[str], Any]) -> None:
    assert run_sql("DELETE FROM posts").startswith("sql: ")
