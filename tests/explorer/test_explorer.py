"""The explorer, asked in process over a real snapshot: every page answers, every question runs, no
question can hurt it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import resource
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from markupsafe import escape

from crawler.errors import StoreError
from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.table_pages import TABLES
from crawler.knowledge import ranking
from crawler.named_queries.query_files import offered_queries
from crawler.settings.all_settings import Settings
from crawler.store.database import open_store, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.store.table_meanings import table_meanings
from crawler.workspace import Workspace

ROWS = """
INSERT INTO topics (slug, label, definition) VALUES ('caching', 'Caching',
    'Copies near the reader.');
INSERT INTO authors (id, network, handle, name) VALUES (1, 'mastodon', 'ada@social.example', 'Ada');
INSERT INTO articles (id, url, key, host, title, first_seen, word_count, state, summary)
    VALUES (1, 'https://blog.example/locks', 'blog.example/locks', 'blog.example',
        'Locks <b>& leases', '2026-06-01T00:00:00Z', 300, 'ok', 'On leases.');
INSERT INTO posts (id, source, network, uri, url, author_id, published, seen_at, text)
    VALUES (1, 'm', 'mastodon', 'u1', 'https://social.example/@ada/1', 1, '2026-06-02T00:00:00Z',
        '2026-06-02T01:00:00Z', 'Read this');
INSERT INTO links (id, post_id, url, origin, position, article_id) VALUES (1, 1,
    'https://blog.example/locks?utm_source=x', 'body', 0, 1);
INSERT INTO aliases (url, key, article_id, reason, added_at)
    VALUES ('https://blog.example/locks?utm_source=x', 'blog.example/locks', 1, 'as-posted',
        '2026-06-02T01:00:00Z');
INSERT INTO taggings (id, subject_kind, subject_id, topic, score, confidence, tagger,
    taxonomy_version)
    VALUES (1, 'article', 1, 'caching', 1.5, 'certain', 't', 'v');
INSERT INTO evidence (tagging_id, field, quote, start, rule, weight) VALUES (1, 'title', 'leases',
    12, 'strong', 1.5);
INSERT INTO sources (name, kind, url, failures, last_outcome) VALUES ('dead', 'feed',
    'javascript:alert(1)', 3, 'timeout');
INSERT INTO posts (id, source, network, uri, author_id, published, seen_at, text)
    VALUES (2, 'm', 'mastodon', 'u2', 1, '2026-06-03T00:00:00Z', '2026-06-03T01:00:00Z',
        'A thought');
INSERT INTO taggings (id, subject_kind, subject_id, topic, score, confidence, tagger,
    taxonomy_version)
    VALUES (2, 'post', 2, 'caching', 1.5, 'certain', 't', 'v');
INSERT INTO sources (name, kind, url) VALUES ('blog', 'feed', 'https://www.blog.example/feed.xml');
INSERT INTO runs (command, started, outcome) VALUES ('nightly', '2026-06-01T00:00:00Z', 'ok');
INSERT INTO topics (slug, label, definition) VALUES ('locking', 'Locking', 'One at a time.');
INSERT INTO articles (id, url, key, host, title, first_seen, word_count, state)
    VALUES (2, 'https://old.example/a', 'old.example/a', 'old.example', 'Gone',
        '2026-06-01T00:00:00Z', 0, 'gone');
INSERT INTO article_links (article_id, url, target_id) VALUES (1, 'https://old.example/a?x=1', 2);
INSERT INTO taggings (id, subject_kind, subject_id, topic, score, confidence, tagger,
    taxonomy_version)
    VALUES (3, 'article', 1, 'locking', 1.5, 'certain', 't', 'v');
UPDATE articles SET kind = 'paper' WHERE id = 1;
INSERT INTO entities (id, slug, name, kind) VALUES (1, 'chubby', 'Chubby', 'system'),
    (2, 'figure-12-s', '12 s', 'figure');
INSERT INTO article_changes (article_id, at, change, detail)
    VALUES (1, '2026-06-04T00:00:00Z', 'state', 'gone ok');
INSERT INTO article_entities (article_id, entity_id, sentence, start) VALUES (1, 1, '', 0),
    (1, 2, '', 0)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    here = Workspace(tmp_path_factory.mktemp("kb"), Settings())
    db = open_store(here.database)
    with transaction(db):
        for statement in ROWS.split(";\n"):
            db.execute(statement)
    write_snapshot(db, here.public_database)
    db.close()
    return here


def get(workspace: Workspace, *paths: str) -> list[httpx.Response]:
    """Answers to GETs, in order, from one explorer."""

    async def ask() -> list[httpx.Response]:
        explorer = create_explorer(workspace)
        await explorer.invoke_startup()
        return [await explorer.client.get(path) for path in paths]

    return asyncio.run(ask())


def test_every_table_page_shows_the_table_description(workspace: Workspace) -> None:
    for name, answer in zip(
        TABLES, get(workspace, *(f"/public/{name}" for name in TABLES)), strict=True
    ):
        assert answer.status_code == 200, name
        meaning = table_meanings()[name].meaning.replace("`", "")
        assert str(escape(meaning)) in answer.text


def test_every_named_query_returns_status_200(workspace: Workspace) -> None:
    filled = "topic=caching&words=leases&article_id=1&author_id=1&host=blog.example&week=2026-W23"
    filled += "&entity=chubby&kind=paper"
    queries = offered_queries(semantic_model=False)
    paths = [f"/public/{query.name}.json?_shape=objects&{filled}" for query in queries]
    found = {}
    for query, answer in zip(queries, get(workspace, *paths), strict=True):
        body = answer.json()
        assert answer.status_code == 200, f"{query.name}: {body.get('error')}"
        assert not body.get("error"), f"{query.name}: {body['error']}"
        found[query.name] = body["rows"]

    assert found["why_this_topic"][0]["quote"] == "leases"
    assert found["failing_sources"][0]["source"] == "dead"
    assert found["most_shared"][0]["people"] == 1
    assert {row["event"] for row in found["article_history"]} == {
        "URL added: as-posted",
        "shared on mastodon",
        "state changed",
        "state: ok",
    }
    assert found["search_articles"][0]["title"] == "Locks <b>& leases"
    assert found["topics_by_week"] == [
        {"topic": "caching", "week": "2026-W23", "articles": 1, "shares": 1}
    ]
    assert [row["article_id"] for row in found["gone_articles"]] == [2]
    assert [row["article_id"] for row in found["unread_articles"]] == [2]
    assert [row["article_id"] for row in found["links_between_articles"]] == [2]
    assert found["sharers_in_agreement"] == []
    assert {row["article_id"] for row in found["last_run"]} == {1, 2}


def test_front_page_lists_queries_then_tables_then_sql(workspace: Workspace) -> None:
    (front,) = get(workspace, "/")
    places = [front.text.index(f'id="{part}"') for part in ("queries", "tables", "sql")]
    assert places == sorted(places)
    assert "<span>2 articles, 2 posts, 2 topics, 2 entities and 1 author</span>" in front.text
    assert "2026-06-01 00:00 UTC" in front.text


def test_pages_have_a_language_one_heading_and_no_script(workspace: Workspace) -> None:
    for page in get(
        workspace,
        "/",
        "/public",
        "/public/articles",
        "/public/articles/1",
        "/public/most_shared",
        "/public?sql=select+1",
        "/nothing",
    ):
        assert '<html lang="en">' in page.text
        assert page.text.count("<h1") == 1
        assert "<script" not in page.text
        assert "<main" in page.text
        for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page.text):
            name = re.search(r'id="([^"]+)"', control)
            assert (
                'type="hidden"' in control
                or "aria-label" in control
                or (name and f'for="{name[1]}"' in page.text)
            ), control


def test_rows_link_to_site_pages_and_hostile_titles_stay_text(
    workspace: Workspace,
) -> None:
    (articles,) = get(workspace, "/public/articles")
    assert "article/1-locks-b-leases.html" in articles.text
    assert "<b>&amp; leases" not in articles.text
    assert "Locks &lt;b&gt;&amp; leases" in articles.text
    (sources,) = get(workspace, "/public/sources")
    assert 'href="javascript:' not in sources.text
    assert "href='javascript:" not in sources.text


def test_search_matches_article_texts(workspace: Workspace) -> None:
    found, missed = get(
        workspace,
        "/public/articles.json?_shape=array&_search=leases",
        "/public/articles.json?_shape=array&_search=zebra",
    )
    assert [row["id"] for row in found.json()] == [1]
    assert missed.json() == []


def test_blank_and_malformed_searches_return_status_200(workspace: Workspace) -> None:
    for page in get(
        workspace,
        "/public/search_articles",
        "/public/search_articles?words=cell-based+%22",
        "/public/search_articles?words=AND",
    ):
        assert page.status_code == 200


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("articles/1", "article/1-locks-b-leases.html"),
        ("aliases/1", "article/1-locks-b-leases.html"),
        ("evidence/1", "article/1-locks-b-leases.html"),
        ("taggings/1", "article/1-locks-b-leases.html"),
        ("posts/1", "article/1-locks-b-leases.html#post-1"),
        ("posts/2", "post/2.html"),
        ("taggings/2", "post/2.html"),
        ("links/1", "article/1-locks-b-leases.html"),
        ("authors/1", "author/1.html"),
        ("topics/caching", "topic/caching.html"),
        ("sources/blog", "source/blog.example.html"),
    ],
)
def test_row_page_links_to_its_site_page(workspace: Workspace, path: str, page: str) -> None:
    (answer,) = get(workspace, f"/public/{path}")
    assert f'<a href="/site/{page}">View on the site</a>' in answer.text


def test_row_without_site_page_has_no_link(workspace: Workspace) -> None:
    for answer in get(workspace, "/public/runs/1", "/public/sources/dead"):
        assert answer.status_code == 200
        assert "View on the site" not in answer.text


def test_ranking_formula_is_shown_with_its_constants(workspace: Workspace) -> None:
    for page in get(workspace, "/", "/public/this_week"):
        for sentence in ranking.formula_text():
            assert str(escape(sentence)) in page.text
    assert f"halves every {ranking.HALF_LIFE_DAYS:g} days" in " ".join(ranking.formula_text())


def test_rejected_query_keeps_its_sql_and_shows_no_traceback(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (page,) = get(workspace, "/public?sql=selec+1")
    assert page.status_code == 400
    assert ">selec 1</textarea>" in page.text
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "sql",
    [
        "insert into derivation_versions values ('a', 'b')",
        "drop table posts",
        "select 1; drop table posts",
        "attach 'x.db' as x",
        "pragma journal_mode = delete",
        "with x as (select 1) delete from posts",
        "select load_extension('x')",
        "vacuum into 'copy.db'",
        "detach main",
    ],
)
def test_write_and_attach_statements_are_rejected(workspace: Workspace, sql: str) -> None:
    before = hashlib.sha256(workspace.public_database.read_bytes()).digest()
    (answer,) = get(workspace, "/public.json?" + urlencode({"sql": sql}))
    assert answer.status_code == 400
    assert hashlib.sha256(workspace.public_database.read_bytes()).digest() == before


@pytest.mark.parametrize(
    "sql",
    [
        "select zeroblob(200000000)",
        "select replace(hex(zeroblob(900000)), '0', '0123456789')",
        "with recursive n(i) as (select 1 union all select i + 1 from n limit 1000)"
        " select zeroblob(900000) from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    ],
)
def test_memory_bomb_is_rejected_with_little_memory(workspace: Workspace, sql: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (answer,) = get(workspace, "/public.json?" + urlencode({"sql": sql}))
    assert answer.status_code == 400
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150


def test_printf_cannot_exceed_the_value_limit(workspace: Workspace) -> None:
    (answer,) = get(
        workspace,
        "/public.json?_shape=arrayfirst&"
        + urlencode({"sql": "select printf('%.200000000c', 'x')"}),
    )
    assert answer.json() == [None]


def test_no_page_shows_a_local_file_path(workspace: Workspace) -> None:
    pages = ["databases", "metadata", "plugins", "settings", "versions"]
    paths = [
        "/public.json?sql=select+*+from+pragma_database_list",
        "/public.db",
        *(f"/-/{page}.json" for page in pages),
    ]
    for path, answer in zip(paths, get(workspace, *paths), strict=True):
        assert str(workspace.root) not in answer.text, path
    assert get(workspace, "/public.db")[0].status_code == 403


def test_every_response_has_the_security_headers(workspace: Workspace) -> None:
    for answer in get(workspace, "/", "/public/articles.json", "/public/articles.csv", "/nothing"):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_missing_snapshot_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="hashtrail nightly"):
        create_explorer(Workspace(tmp_path, Settings()))
