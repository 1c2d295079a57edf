"""The explorer page: queries in Chromium over a snapshot that a static server sends in ranges."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from crawler import site_urls
from crawler.csv_formulas import without_formula
from crawler.named_queries.query_files import offered_queries
from crawler.named_queries.query_results import run_query
from crawler.search_expressions import fts_expression
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.workspace import bundled_path
from tests.browser.axe import violations
from tests.browser.sample import sample
from tests.browser.static_host import StaticHost, static_host
from tests.sitegen.test_hostile import PAYLOADS

pytestmark = pytest.mark.browser

Evaluate = Callable[[str], Any]
ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
SEARCHES = [
    *PAYLOADS,
    "cache stampede",
    '"exactly once" -kafka',
    "raft OR paxos | zab",
    "C++ C# .NET node.js tla+ io_uring",
    "分布式系统 一致性 布 キャッシュ ｷｬｯｼｭ",
    "Übersicht ﬁle ＫＡＦＫＡ Straße ς 🚀rocket",
    '-only "unclosed phrase',
    "OR OR",
    "a b c d e f g h i j k l m n o p",
    "x" * 300,
    "",
]
CELLS = [*PAYLOADS, "=1+1", "  =1", "\u200b@SUM(A1)", "＝1", "\t1", "-5", 'plain, "quoted"', "−1"]


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
def complaints() -> list[str]:
    """The messages, errors and dialogs of the explorer page."""
    return []


@pytest.fixture(scope="module")
def explorer(browser: Browser, host: StaticHost, complaints: list[str]) -> Iterator[Page]:
    """The open explorer page; tests go from fragment to fragment."""
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(f"{host.url}/explore/index.html")
    page.locator("#queries-view").wait_for()
    yield page
    page.close()


@pytest.fixture(scope="module")
def evaluate(explorer: Page, folder: Path) -> Evaluate:
    """Evaluate an expression with the scripts of the page: `scripts("name.js")` imports one.

    The policy of the page forbids `eval`, so this uses the protocol of the browser's developer
    tools.
    """
    session = explorer.context.new_cdp_session(explorer)
    (scripts,) = (path.parent for path in folder.glob("explore/files/*/page.js"))
    prefix = f"const folder = './files/{scripts.name}/', scripts = name => import(folder + name);"

    def evaluate(expression: str) -> Any:
        code = f"(async () => {{ {prefix} {expression} }})()"
        options = {"expression": code, "awaitPromise": True, "returnByValue": True}
        answer = session.send("Runtime.evaluate", options)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    return evaluate


def go_to(page: Page, fragment: str) -> None:
    """Go to a fragment and wait for the result of its query."""
    page.goto(page.url.partition("#")[0] + fragment)
    page.locator("#explorer-state", has_text=re.compile("^(Computed|Transferred)")).wait_for()


def with_sql(page: Page, sql: str) -> str:
    """The permanent link of a statement."""
    return f"{page.url.partition('#')[0]}#sql?{urlencode({'sql': sql})}"


def test_named_query_shows_rows_that_link_to_the_site(explorer: Page, folder: Path) -> None:
    go_to(explorer, "#articles_of_a_topic?topic=caching")
    link = explorer.locator('#result-table td[data-column="title"] a').first
    target = (link.get_attribute("href") or "").removeprefix("../")
    assert re.fullmatch(r"article/\d+-[a-z0-9-]+\.html", target)
    assert (folder / target).is_file()
    assert explorer.locator("#value-of-topic").input_value() == "caching"
    assert "caching" in explorer.inner_text("#result-summary").lower()


def test_query_without_input_is_one_small_file(browser: Browser, host: StaticHost) -> None:
    page = browser.new_page()
    page.goto(f"{host.url}/explore/index.html")
    page.locator("#queries-view").wait_for()
    host.responses.clear()
    go_to(page, "#newest_articles")
    assert page.locator("#result-table tbody tr").count() > 10
    (name,) = [path for path, _, _ in host.responses]
    assert name.endswith("/newest_articles.json")
    page.close()


def test_query_beyond_its_allowance_stops_until_it_is_continued(evaluate: Evaluate) -> None:
    outcomes = evaluate(
        """
        const { QueryRunner } = await scripts('query_runner.js')
        const { snapshot, size } = document.getElementById('explorer').dataset
        const url = new URL(snapshot, document.baseURI).href
        const runner = new QueryRunner(url, Number(size), () => {})
        await runner.open()
        runner.limit = runner.total.bytes + 5000
        const scan = () => runner.run('SELECT sum(length(quote)) > 0 FROM evidence')
        const refused = await scan().catch(error => error.reason)
        runner.limit = Infinity
        const { rows } = await scan()
        runner.worker.terminate()
        return [refused, rows[0][0]]
        """
    )
    assert outcomes == ["costly", 1]


def test_snapshot_is_requested_in_ranges_only(explorer: Page, host: StaticHost) -> None:
    go_to(explorer, "#sql?sql=SELECT count(*) FROM posts")
    snapshot = [response for response in host.responses if response[0].endswith(".db")]
    assert {status for _, status, _ in snapshot} == {206}


def test_every_named_query_has_the_rows_of_the_server(evaluate: Evaluate, folder: Path) -> None:
    in_browser = evaluate(
        """
        const { NamedQueries } = await scripts('named_query.js')
        const { QueryRunner } = await scripts('query_runner.js')
        const { answers, snapshot, size } = document.getElementById('explorer').dataset
        const answer = await fetch(answers + 'queries.json')
        const url = new URL(snapshot, document.baseURI).href
        const runner = new QueryRunner(url, Number(size), () => {})
        runner.open()
        const named = new NamedQueries(await answer.json(), runner), results = {}
        for (const query of named.queries.values()) {
          const values = await named.usedValues(query, {})
          const { columns, rows, summary, isTruncated } = await named.run(query, values, 1000)
          results[query.name] = [values, columns, rows, summary, isTruncated]
        }
        runner.worker.terminate()
        return results
        """
    )
    (snapshot,) = folder.glob("explore/files/public.*.db")
    with closing(sqlite3.connect(snapshot)) as db:
        for query in offered_queries(semantic_model=False):
            expected = run_query(db, query, {})
            values, columns, rows, summary, is_truncated = in_browser[query.name]
            assert values == expected.values, query.name
            assert columns == list(expected.columns), query.name
            assert rows == [list(row) for row in expected.rows], query.name
            assert (summary, is_truncated) == (expected.summary, expected.is_truncated), query.name


def test_searches_have_the_same_expression_as_on_the_server(evaluate: Evaluate) -> None:
    expressions = evaluate(
        "const { searchExpression } = await scripts('search_expression.js');"
        f"return {json.dumps(SEARCHES)}.map(searchExpression)"
    )
    assert expressions == [fts_expression(text) for text in SEARCHES]


def test_titles_have_the_same_path_as_on_the_site(evaluate: Evaluate) -> None:
    paths = evaluate(
        "const { articlePath } = await scripts('cell_links.js');"
        f"return {json.dumps(SEARCHES)}.map(title => articlePath(7, title))"
    )
    assert paths == [site_urls.article_path(7, title) for title in SEARCHES]


def test_csv_has_no_formula(evaluate: Evaluate) -> None:
    cells = evaluate(
        "const { withoutFormula } = await scripts('result_files.js');"
        f"return {json.dumps(CELLS)}.map(withoutFormula)"
    )
    assert cells == [without_formula(cell) for cell in CELLS]


def test_hostile_text_is_displayed_and_never_executed(
    explorer: Page, complaints: list[str]
) -> None:
    sql = "SELECT id AS article_id, title, url, title AS topics FROM article_list ORDER BY id DESC"
    go_to(explorer, f"#sql?sql={sql}")
    text = explorer.inner_text("#result-table")
    assert all(" ".join(payload.split()) in " ".join(text.split()) for payload in PAYLOADS[:3])
    targets = explorer.locator("#result-table a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(targets) <= {"http:", "https:"}
    assert explorer.locator("#result-table :is(script, img, svg, iframe)").count() == 0
    assert complaints == []


def test_form_makes_a_permanent_link(explorer: Page) -> None:
    go_to(explorer, "#articles_of_a_topic?topic=caching")
    explorer.locator('#value-of-topic option[value="locking"]').wait_for(state="attached")
    explorer.select_option("#value-of-topic", "locking")
    explorer.click("#run-query")
    explorer.locator("#permanent-link[href*='topic=locking']").wait_for()
    assert explorer.url.endswith("#articles_of_a_topic?topic=locking")


def test_result_is_saved_as_csv(explorer: Page) -> None:
    go_to(explorer, "#sql?sql=SELECT '=1' AS a, 2 AS b")
    with explorer.expect_download() as download:
        explorer.click("#result-files button >> text=CSV")
    assert download.value.suggested_filename == "sql.csv"
    assert Path(download.value.path()).read_bytes() == b"a,b\r\n'=1,2\r\n"


def test_invalid_and_writing_sql_is_explained(explorer: Page) -> None:
    for sql, reason in (("SELECT absent", "no such column"), ("DELETE FROM posts", "read-only")):
        explorer.goto(with_sql(explorer, sql))
        explorer.locator("#result-error", has_text=reason).wait_for()


def test_stopped_query_ends_and_the_next_one_runs(explorer: Page) -> None:
    explorer.goto(with_sql(explorer, ENDLESS))
    explorer.click("#stop")
    explorer.locator("#explorer-state", has_text="Stopped").wait_for()
    go_to(explorer, "#sql?sql=SELECT 42 AS number")
    assert explorer.inner_text("#result-table td") == "42"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_result_page_is_accessible_and_fits_the_screen(
    explorer: Page, scheme: Any, width: int
) -> None:
    go_to(explorer, "#articles_of_a_topic?topic=caching")
    explorer.emulate_media(color_scheme=scheme)
    explorer.set_viewport_size({"width": width, "height": 800})
    assert violations(explorer) == []
    is_too_wide = "html => html.scrollWidth > html.clientWidth"
    assert not explorer.locator("html").evaluate(is_too_wide)


def test_server_without_ranges_is_explained(browser: Browser, folder: Path) -> None:
    with static_host(folder, ranges=False) as host:
        page = browser.new_page()
        page.goto(f"{host.url}/explore/index.html#sql?sql=SELECT 1 FROM posts")
        page.locator("#result-error", has_text="does not support range requests").wait_for()
        assert "MB" in page.inner_text(".facts")
        page.close()


def test_replaced_snapshot_asks_for_a_reload(browser: Browser, folder: Path) -> None:
    (snapshot,) = folder.glob("explore/files/public.*.db")
    hidden = snapshot.rename(snapshot.with_suffix(".old"))
    try:
        with static_host(folder) as host:
            page = browser.new_page()
            page.goto(f"{host.url}/explore/index.html#sql?sql=SELECT 1 FROM posts")
            page.locator("#result-error", has_text="A new snapshot was published").wait_for()
            page.close()
    finally:
        hidden.rename(snapshot)


def test_page_without_script_offers_the_download(browser: Browser, host: StaticHost) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.url}/explore/index.html")
    assert "needs JavaScript" in page.inner_text("main")
    assert page.locator("main a[download]").is_visible()
    context.close()
