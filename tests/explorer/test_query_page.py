"""The page of a named query: summary, form, chart, table and links, over a real snapshot."""

from __future__ import annotations

import asyncio
import html
import re
from urllib.parse import urlencode

import httpx
import pytest

from crawler.explorer import query_page
from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.result_table import LARGEST_ROWS
from crawler.named_queries.query_files import NamedQuery, all_queries, parse_query
from crawler.settings.all_settings import Settings
from crawler.workspace import Workspace
from tests.browser.sample import sample
from tests.sitegen.test_hostile import PAYLOADS

LARGEST_PAGE = 100_000  # bytes
HEADER = "-- title: A test\n-- description: D.\n-- group: articles\n"
OF_A_TOPIC = f"""{HEADER}-- summary: {{articles:article}} on {{topic}}.
-- columns: title, host, sharers, first_shared
-- chart: bars label=title value=sharers
-- page: topic/<topic>.html
SELECT l.id AS article_id, l.title, l.host, l.sharers, l.first_shared, l.topics, l.url,
    '' AS unused
FROM taggings t JOIN article_list l ON l.id = t.subject_id
WHERE t.subject_kind = 'article' AND t.topic = :topic ORDER BY l.id LIMIT 100
-- summary SQL
SELECT count(*) AS articles FROM taggings WHERE subject_kind = 'article' AND topic = :topic
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    here.public_database.parent.mkdir(parents=True)
    sample().save(here.public_database)
    return here


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """`newest_articles` is replaced by the query of this module."""
    use(monkeypatch, OF_A_TOPIC)


def use(monkeypatch: pytest.MonkeyPatch, text: str) -> NamedQuery:
    """Replace the query `newest_articles` by the one in `text`."""
    query = parse_query("newest_articles", text)
    monkeypatch.setattr(query_page, "all_queries", lambda: (query,))
    return query


def get(here: Workspace, *paths: str) -> list[httpx.Response]:
    async def respond() -> list[httpx.Response]:
        explorer = create_explorer(here)
        await explorer.invoke_startup()
        return [await explorer.client.get(path) for path in paths]

    return asyncio.run(respond())


def page(here: Workspace, path: str = "newest_articles") -> str:
    (response,) = get(here, f"/public/{path}")
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.usefixtures("replaced")
def test_page_has_title_summary_form_chart_and_table_in_this_order(workspace: Workspace) -> None:
    text = page(workspace)
    parts = ["<h1>A test</h1>", " articles on ", "<form", "<figure", "<table", "Show SQL"]
    places = [text.index(part, text.index("<main")) for part in parts]
    assert places == sorted(places)


@pytest.mark.usefixtures("replaced")
def test_form_lists_all_topics_and_selects_the_default(workspace: Workspace) -> None:
    text = page(workspace)
    options = re.findall(r'<option value="([^"]+)"( selected)?>', text)
    assert {slug for slug, _ in options} > {"caching", "locking", "quiet"}
    (selected,) = (slug for slug, chosen in options if chosen)
    assert f"topic={selected}" in text


@pytest.mark.usefixtures("replaced")
def test_first_columns_are_shown_and_the_others_behind_a_link(workspace: Workspace) -> None:
    first, everything = page(workspace), page(workspace, "newest_articles?_columns=all")
    assert headings(first) == ["Title", "Host", "Sharers", "First shared"]
    assert headings(everything) == [
        "Article ID", "Title", "Host", "Sharers", "First shared", "Topics", "URL",
    ]  # fmt: skip
    assert "Empty column: unused" in everything
    assert "_columns=all" in link(first, "All columns")
    assert "_columns" not in link(everything, "Fewer columns")


def headings(text: str) -> list[str]:
    return re.findall(r"<th scope=\"col\"[^>]*>([^<]+)</th>", text)


def link(text: str, label: str) -> str:
    (url,) = re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{label}</a>', text)
    return html.unescape(url)


@pytest.mark.usefixtures("replaced")
def test_cells_have_classes_labels_links_and_times(workspace: Workspace) -> None:
    text = page(workspace)
    assert '<th scope="col" class="number">Sharers</th>' in text
    assert re.search(r'<td class="number" data-label="Sharers">\d+</td>', text)
    assert re.search(
        r'<td data-label="First shared"><time datetime="2026-[\d-]+T[\d:]+Z"'
        r' title="[\d-]+ [\d:]+ UTC">2026-\d\d-\d\d</time></td>',
        text,
    )
    article, row = re.findall(r'class="headline"[^>]*><a href="([^"]+)">.*?href="([^"]+)"', text)[0]
    number = row.removeprefix("/public/articles/")
    assert article.startswith(f"/site/article/{number}-")
    assert get(workspace, row)[0].status_code == 200


@pytest.mark.usefixtures("replaced")
def test_permanent_link_names_the_default_values_and_gives_the_same_page(
    workspace: Workspace,
) -> None:
    text = page(workspace)
    url = link(text, "Permanent link")
    assert re.fullmatch(r"/public/newest_articles\?topic=[\w-]+", url)
    assert get(workspace, url)[0].text == text


@pytest.mark.usefixtures("replaced")
def test_site_link_and_sql_link_have_the_value_of_the_topic(workspace: Workspace) -> None:
    text = page(workspace, "newest_articles?topic=locking")
    assert link(text, "Same list on the site") == "/site/topic/locking.html"
    (free,) = get(workspace, link(text, "Edit SQL"))
    assert free.status_code == 200
    assert headings(free.text)[:2] == ["Article ID", "Title"]
    assert 'value="locking"' in free.text


@pytest.mark.parametrize(("slug", "is_linked"), [("'kafka'", True), ("NULL", False)])
def test_entity_without_a_page_has_no_link_to_the_site(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, slug: str, is_linked: bool
) -> None:
    columns = f":entity AS name, {slug} AS entity_slug"
    use(
        monkeypatch,
        f"{HEADER}-- page: entity/<entity>.html\nSELECT {columns} ORDER BY 1 LIMIT 1",
    )
    text = page(workspace, "newest_articles?entity=kafka")
    assert ('href="/site/entity/kafka.html">Same list' in text) is is_linked


@pytest.mark.usefixtures("replaced")
def test_empty_result_offers_a_next_step_and_no_table(workspace: Workspace) -> None:
    text = page(workspace, "newest_articles?topic=quiet")
    assert "No results for topic “A quiet topic”" in text
    assert link(text, "use the default") == "/public/newest_articles"
    assert "<table" not in text
    assert "0 articles" not in text


def test_query_without_data_for_its_default_states_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, OF_A_TOPIC.replace("-- page:", "-- default: topic=SELECT '' \n-- page:"))
    text = page(workspace)
    assert "The snapshot has no data for this query yet. Choose another of the" in text
    assert "“”" not in text


@pytest.mark.usefixtures("replaced")
def test_unknown_topic_is_reported_and_stays_in_the_form(workspace: Workspace) -> None:
    text = page(workspace, "newest_articles?topic=no-such")
    assert "Topic: no value “no-such”" in text
    assert '<option value="no-such" selected>' in text


def test_words_in_the_field_of_an_article_list_matching_articles(workspace: Workspace) -> None:
    text = page(workspace, "why_this_topic?article_id=cache+stampede")
    assert "Article: no value “cache stampede”" in text
    urls = re.findall(r'<li><a href="(/public/why_this_topic\?article_id=\d+)">([^<]+)</a>', text)
    assert urls
    assert all("stampede" in title.lower() for _, title in urls)
    assert "Article: no value" not in get(workspace, urls[0][0])[0].text


def test_quote_of_evidence_is_highlighted_in_its_sentence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "'A <b> of Leases & more' AS sentence"
    use(monkeypatch, f"{HEADER}SELECT {sentence}, 'leases &' AS quote ORDER BY 1 LIMIT 1")
    assert "A &lt;b&gt; of <mark>Leases &amp;</mark> more" in page(workspace)
    use(monkeypatch, f"{HEADER}SELECT {sentence}, 'quorum' AS quote ORDER BY 1 LIMIT 1")
    assert "<mark>" not in page(workspace)


def test_names_of_networks_are_written_as_by_their_users(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = "'hackernews' AS network, 'devto, x, new' AS networks, 'x' AS host"
    use(monkeypatch, f"{HEADER}SELECT {columns} ORDER BY 1 LIMIT 1")
    text = page(workspace)
    assert ">Hacker News</td>" in text
    assert ">DEV, X, new</td>" in text
    assert ">x</a></td>" in text


def test_words_that_match_no_article_are_reported(workspace: Workspace) -> None:
    text = page(workspace, "why_this_topic?article_id=zebra+crossing")
    assert "type words of its name" in text


def test_value_of_an_article_is_shown_with_its_title(workspace: Workspace) -> None:
    text = page(workspace, "why_this_topic?article_id=1")
    shown = r'id="v-article_id"><a href="/public/articles/1">([^<]+)</a></span>'
    (title,) = re.findall(shown, text)
    newest = page(workspace, "newest_articles")
    assert re.search(rf"article/1-[\w-]+\.html[^>]*>{re.escape(title)}", newest)


def test_completion_returns_values_and_labels_of_matches(workspace: Workspace) -> None:
    articles, hosts, blank, unknown = get(
        workspace,
        "/complete/article_id?words=stamp",
        "/complete/host?words=EXAMPLE",
        "/complete/host?words=+",
        "/complete/nothing?words=x",
    )
    assert get(workspace, "/complete/host?words=%25")[0].json() == []
    assert get(workspace, "/complete/host?words=ho_t")[0].json() == []
    assert articles.json()
    assert {"value", "label"} == set(articles.json()[0])
    assert all("stamp" in choice["label"].lower() for choice in articles.json())
    assert all("example" in choice["value"] for choice in hosts.json())
    assert 0 < len(hosts.json()) <= 20
    assert blank.json() == []
    assert unknown.status_code == 404


def test_only_pages_that_complete_a_field_allow_the_script(workspace: Workspace) -> None:
    completed, plain = get(workspace, "/public/why_this_topic", "/public/this_week")
    assert "script-src 'self'" in completed.headers["content-security-policy"]
    assert len(completed.headers.get_list("content-security-policy")) == 1
    assert '<script src="/explorer/complete.js" defer>' in completed.text
    assert "script" not in plain.headers["content-security-policy"]
    assert "<script" not in plain.text
    assert get(workspace, "/explorer/complete.js")[0].status_code == 200


def test_long_results_are_cut_and_continued(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = f"{HEADER}WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 450)"
    use(monkeypatch, f"{rows} SELECT i, printf('%.280c', 'x') AS long FROM n ORDER BY i LIMIT 400")
    numbers: list[str] = []
    url = "/public/newest_articles"
    while url:
        (response,) = get(workspace, url)
        assert len(response.content) <= LARGEST_PAGE
        numbers += re.findall(r'data-label="I">(\d+)<', response.text)
        assert "of more than 400" in response.text
        url = link(response.text, "Next rows") if "Next rows" in response.text else ""
    assert numbers == [str(number) for number in range(1, 401)]


@pytest.mark.parametrize("value", ["400", "-1", "x", "99999999999999999999", "٣"])
def test_start_without_a_row_shows_the_first_rows(workspace: Workspace, value: str) -> None:
    query = urlencode({"_from": value})
    assert page(workspace, f"this_week?{query}") == page(workspace, "this_week")


def test_every_page_with_long_cells_stays_below_the_limit(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ", ".join(f"printf('%.400c', '<') AS c{number}" for number in range(20))
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)"
    use(monkeypatch, f"{HEADER}{rows} SELECT {columns} FROM n ORDER BY i LIMIT 100")
    text = page(workspace, "newest_articles?_columns=all")
    assert LARGEST_ROWS / 2 < len(text.encode()) <= LARGEST_PAGE
    assert "of 100" in text


def test_url_with_quotes_and_tags_stays_inside_its_link(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = 'https://a.example/"onfocus="alert(1)"><script>alert(1)</script>'
    use(monkeypatch, f"{HEADER}SELECT '{url}' AS url, '{url}' AS post_url ORDER BY 1 LIMIT 1")
    text = page(workspace)
    assert "<script>alert" not in text
    assert text.count('"onfocus') == 0
    assert text.count("https://a.example/&#34;onfocus=&#34;alert(1)&#34;") >= 2


def test_sql_link_of_a_search_binds_its_expression(workspace: Workspace) -> None:
    text = page(workspace, "search_articles?" + urlencode({"words": 'stampede -"a b" OR ('}))
    (free,) = get(workspace, link(text, "Edit SQL"))
    assert free.status_code == 200
    assert "stampede" in free.text.lower()
    assert headings(free.text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_value_of_every_parameter_is_inert(workspace: Workspace, payload: str) -> None:
    queries = [query for query in all_queries() if query.parameters and not query.requires]
    value = payload.replace("\0", "")
    paths = [
        f"/public/{query.name}?{urlencode(dict.fromkeys(query.parameters, value))}"
        for query in queries
    ]
    for path, response in zip(paths, get(workspace, *paths), strict=True):
        assert response.status_code == 200, path
        assert "<script>alert" not in response.text
        assert "<svg/onload" not in response.text
        assert "<img src=x" not in response.text


def test_hostile_cells_labels_and_charts_are_inert(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = [payload.replace("'", "''").replace("\0", "") for payload in PAYLOADS]
    values = ", ".join(f"('{payload}')" for payload in quoted)
    for chart in (
        "bars label=title value=n",
        "lines x=title y=n series=host",
        "matrix row=title column=host value=n",
    ):
        use(
            monkeypatch,
            f"{HEADER}-- chart: {chart}\nSELECT column1 AS title, column1 AS host, column1 AS topic"
            ", column1 AS url, 1 AS article_id, json_array(column1) AS topics, 5 AS n"
            f" FROM (VALUES {values}) ORDER BY 1 LIMIT 100",
        )
        text = page(workspace)
        assert "<figure" in text
        for forbidden in ("<script>alert", "<svg/onload", "<img src=x"):
            assert forbidden not in text
        assert not re.search(r"""href=["']javascript""", text)


def test_slow_query_ends_with_the_error_of_the_time_limit(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    use(monkeypatch, f"{HEADER}{rows} SELECT count(*) AS c FROM n ORDER BY 1 LIMIT 1")
    (response,) = get(workspace, "/public/newest_articles")
    assert response.status_code == 400
    assert "timed out after 1 s" in response.text


def test_query_of_a_table_that_the_snapshot_lacks_names_the_command(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, f"{HEADER}SELECT a FROM new_table ORDER BY a LIMIT 1")
    (response,) = get(workspace, "/public/newest_articles")
    assert response.status_code == 400
    assert "<h1>The snapshot is outdated</h1>" in response.text
    assert "hashtrail build" in response.text


def test_result_above_the_size_limit_ends_with_an_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)"
    use(
        monkeypatch, f"{HEADER}{rows} SELECT i, printf('%.90000c', 'x') FROM n ORDER BY i LIMIT 100"
    )
    (response,) = get(workspace, "/public/newest_articles")
    assert response.status_code == 400
    assert "exceeds 4 MB" in response.text


def test_free_sql_has_the_table_of_a_query_with_all_columns(workspace: Workspace) -> None:
    sql = "select id as article_id, title, sharers, first_shared, host from article_list"
    text = page(workspace, "../public?" + urlencode({"sql": sql}))
    assert headings(text) == ["Article ID", "Title", "Sharers", "First shared", "Host"]
    assert '<th scope="col" class="number">Sharers</th>' in text
    assert "200 rows and 50 columns on this page" in text
    assert len(text.encode()) <= LARGEST_PAGE


def test_free_sql_with_repeated_names_shows_every_column(workspace: Workspace) -> None:
    text = page(workspace, "../public?" + urlencode({"sql": "select 1 as a, 2 as a, 3 as b"}))
    assert re.findall(r"<td[^>]*>(\d)</td>", text) == ["1", "2", "3"]


def test_free_sql_without_rows_has_no_table(workspace: Workspace) -> None:
    text = page(workspace, "../public?" + urlencode({"sql": "select 1 where 0"}))
    assert "No results." in text
    assert "<table" not in text


@pytest.mark.parametrize("days", ["zz", "-5", "45"])
def test_unlisted_number_of_days_gives_no_rows(workspace: Workspace, days: str) -> None:
    text = page(workspace, f"most_shared?days={days}")
    assert "Days: no value" in text
    assert "shared in" not in text
    assert "<tbody>" not in text


def test_month_without_rows_is_a_valid_value(workspace: Workspace) -> None:
    text = page(workspace, "links_that_died?month=1999-12")
    assert "no value" not in text
    assert "No results" in text
