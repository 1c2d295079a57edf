"""Tables and rows: chosen columns, facets of topics, relations of a row, labels of keys."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from crawler.explorer.datasette_app import create_explorer
from crawler.explorer.relation_queries import RELATIONS
from crawler.explorer.table_pages import (
    BOOKKEEPING,
    CLOSED_TABLES,
    FACET_SIZE,
    TABLES,
)
from crawler.named_queries.query_files import MOST_FIRST_COLUMNS
from crawler.settings.all_settings import Settings
from crawler.store.database import open_store, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.store.table_meanings import table_meanings
from crawler.workspace import Workspace

WORD = "<script>alert(1)</script>"
ROWS = f"""
INSERT INTO topics (slug, label, definition) VALUES ('caching', 'Caching', 'Copies.'),
    ('locking', 'Locking', 'One at a time.');
INSERT INTO authors (id, network, handle, name) VALUES (1, 'mastodon', 'ada@social.example', 'Ada');
INSERT INTO articles (id, url, key, host, title, first_seen, word_count, state, kind, published,
    summary) VALUES
    (1, 'https://blog.example/leases', 'blog.example/leases', 'blog.example', 'On leases',
     '2025-03-01T00:00:00Z', 1200, 'ok', 'paper', '2024-05-06T00:00:00Z',
     'A lease expires after a fixed time.'),
    (2, 'https://blog.example/untitled', 'blog.example/untitled', 'blog.example', '',
     '2025-03-02T00:00:00Z', 10, 'new', '', NULL, '');
INSERT INTO posts (id, source, network, uri, url, author_id, published, seen_at, text)
    VALUES (1, 'feed', 'mastodon', 'u1', 'https://social.example/@ada/1', 1,
        '2025-03-01T00:00:00Z', '2025-03-01T01:00:00Z', 'Read this {WORD}'),
    (2, 'feed', 'mastodon', 'u2', '', 1, '2025-03-02T00:00:00Z', '2025-03-02T01:00:00Z',
        'Locks are leases');
INSERT INTO links (id, post_id, url, origin, position, article_id) VALUES
    (1, 1, 'https://blog.example/leases', 'body', 0, 1),
    (2, 1, 'https://blog.example/untitled', 'body', 1, 2);
INSERT INTO article_links (article_id, url, target_id) VALUES
    (2, 'https://blog.example/leases', 1);
INSERT INTO aliases (url, key, article_id, reason, added_at) VALUES
    ('https://blog.example/leases', 'blog.example/leases', 1, 'as-posted', '2025-03-01T01:00:00Z');
INSERT INTO taggings (id, subject_kind, subject_id, topic, score, confidence, tagger,
    taxonomy_version) VALUES
    (1, 'article', 1, 'caching', 1.5, 'certain', 't', 'v'),
    (2, 'article', 1, 'locking', 1.2, 'certain', 't', 'v'),
    (3, 'article', 2, 'locking', 1.2, 'certain', 't', 'v'),
    (4, 'post', 2, 'locking', 1.2, 'certain', 't', 'v');
INSERT INTO evidence (id, tagging_id, field, quote, start, rule, weight, sentence) VALUES
    (1, 1, 'summary', 'lease expires', 2, 'strong', 1.5, 'A lease expires after a fixed time.');
INSERT INTO entities (id, slug, name, kind) VALUES (1, 'chubby', 'Chubby', 'system');
INSERT INTO article_entities (article_id, entity_id, sentence, start) VALUES (1, 1, '', 0);
INSERT INTO sources (name, kind, url) VALUES ('feed', 'feed', 'https://blog.example/feed.xml');
INSERT INTO runs (id, command, started, outcome) VALUES
    (1, 'nightly', '2025-03-01T00:00:00Z', 'ok');
INSERT INTO run_sources (run_id, source, outcome) VALUES (1, 'feed', 'ok')
"""
Get = Callable[..., list[httpx.Response]]


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Responses of one explorer over a small snapshot."""
    return explorer_over(tmp_path_factory.mktemp("kb"), ROWS)


def explorer_over(root: Path, rows: str) -> Get:
    here = Workspace(root, Settings())
    db = open_store(here.database)
    with transaction(db):
        for statement in rows.split(";\n"):
            db.execute(statement)
    write_snapshot(db, here.public_database)
    db.close()

    def request(*paths: str) -> list[httpx.Response]:
        async def ask() -> list[httpx.Response]:
            explorer = create_explorer(here)
            await explorer.invoke_startup()
            return [await explorer.client.get(path) for path in paths]

        return asyncio.run(ask())

    return request


def headings(page: str) -> list[str]:
    """The headings of the columns of the first table."""
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<th[ >].*?</th>", head)]


def section(page: str, title: str) -> str:
    """The rows of a row page under this heading."""
    parts = page.split('<div class="related">')
    (part,) = (part for part in parts if f">{title}</h2>" in part)
    return part


def test_table_shows_at_most_eight_columns_and_the_title_first(get: Get) -> None:
    short, full = get("/public/article_list", "/public/article_list?_columns=all")
    assert headings(short.text)[0] == "Title"
    assert "Summary" not in headings(short.text)
    assert "_columns=all" in short.text
    assert "Summary" in headings(full.text)
    assert ">Fewer columns<" in full.text


@pytest.mark.parametrize("name", TABLES)
def test_columns_of_every_table_exist_and_are_at_most_eight(name: str) -> None:
    page, columns = TABLES[name], table_meanings()[name].public_columns()
    named = {*page.columns, *page.needed, *page.facets, page.sort, *filter(None, [page.label])}
    assert named <= set(columns)
    assert len(page.columns) <= MOST_FIRST_COLUMNS


def test_bookkeeping_names_columns_of_the_database() -> None:
    columns = {name for table in table_meanings().values() for name in table.columns}
    assert columns >= BOOKKEEPING


@pytest.mark.parametrize(
    ("table", "is_offered"), [("articles", True), ("source_coverage", False), ("evidence", True)]
)
def test_all_columns_are_offered_when_some_are_hidden(
    get: Get, table: str, is_offered: bool
) -> None:
    (page,) = get(f"/public/{table}")
    assert (">All columns</a>" in page.text) is is_offered


def test_networks_have_the_names_that_users_know(get: Get) -> None:
    (page,) = get("/public/posts")
    assert page.text.count(">Mastodon</a>") == 1  # facet
    assert ">Mastodon</td>" in page.text
    assert ">mastodon<" not in page.text


@pytest.mark.parametrize("table", sorted(CLOSED_TABLES))
def test_empty_tables_of_the_program_have_no_page(get: Get, table: str) -> None:
    (page,) = get(f"/public/{table}")
    assert page.status_code == 403


def test_article_without_title_has_the_title_that_the_site_shows(get: Get) -> None:
    for page in get("/public/article_list", "/public/articles", "/public/posts/1"):
        assert '/site/article/2.html">Link to blog.example</a>' in page.text
    (row,) = get("/public/articles/2")
    assert "<title>Link to blog.example · " in row.text


def test_numbers_and_their_headings_are_aligned_right(get: Get) -> None:
    (page,) = get("/public/article_list")
    assert re.search(r'<th scope="col" class="number"><a [^>]+>Word count</a>', page.text)
    assert '<td class="number" data-label="Word count">1,200</td>' in page.text


def test_keys_of_other_rows_show_labels(get: Get) -> None:
    shares, taggings, evidence = get("/public/shares", "/public/taggings", "/public/evidence")
    assert '<a href="/public/articles/1">On leases</a>' in shares.text
    assert '<a href="/public/authors/1">Ada</a>' in shares.text
    assert '<a href="/public/articles/1">On leases</a>' in taggings.text
    assert '<a href="/public/posts/2">Locks are leases</a>' in taggings.text
    assert '<a href="/public/taggings/1">Caching</a>' in evidence.text


def test_sorted_column_is_shown_and_its_link_reverses_the_order(get: Get) -> None:
    (page,) = get("/public/article_list?_sort=rank")
    assert "Rank" in headings(page.text)
    assert re.search(r'aria-sort="ascending"><a href="[^"]*_sort_desc=rank', page.text)


def test_next_page_continues_when_the_sorted_column_is_not_shown(get: Get) -> None:
    (first,) = get("/public/posts?_size=1")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    (second,) = get(following[1].replace("&amp;", "&"))
    assert second.status_code == 200
    assert "Locks are leases" in first.text
    assert "Read this" in second.text
    assert "Locks are leases" not in second.text


def test_json_of_a_table_has_all_columns(get: Get) -> None:
    (answer,) = get("/public/article_list.json?_shape=array&id=1")
    assert answer.json()[0]["summary"] == "A lease expires after a fixed time."
    assert answer.json()[0]["year"] == 2024


def test_topics_of_articles_are_a_facet_and_a_filter(get: Get) -> None:
    everything, locking, both = get(
        "/public/article_list",
        "/public/article_list?_topic=locking",
        "/public/article_list?_topic=locking&_topic=caching",
    )
    assert re.search(r'_topic=locking">Locking</a> 2', everything.text)
    assert re.search(r'_topic=caching">Caching</a> 1', everything.text)
    assert "2 rows where topic is “locking”" in locking.text
    assert "<strong>Locking</strong> 2" in locking.text
    assert "1 row where" in both.text


def test_topics_of_posts_are_a_facet_and_a_filter(get: Get) -> None:
    everything, locking = get("/public/posts", "/public/posts?_topic=locking&network=mastodon")
    assert re.search(r'_topic=locking">Locking</a> 1', everything.text)
    assert "1 row where" in locking.text


def test_unknown_topic_returns_no_rows_and_a_way_back(get: Get) -> None:
    (page,) = get("/public/article_list?_topic=%27%3B+drop")
    assert page.status_code == 200
    assert "No rows." in page.text
    assert 'href="/public/article_list">Show all rows' in page.text


def test_article_row_shows_why_it_has_its_topics(get: Get) -> None:
    for page in get("/public/articles/1", "/public/article_list/1"):
        why = section(page.text, "Why it has its topics")
        assert "A <mark>lease expires</mark> after a fixed time." in why
        assert ">Caching</a>" in why
        assert "/public/taggings/1" in why


def test_article_row_leads_to_shares_links_names_and_urls(get: Get) -> None:
    (page,) = get("/public/articles/1")
    assert "/public/posts/1" in section(page.text, "Shares")
    assert "/public/articles/2" in section(page.text, "Articles that link to it")
    assert "entity/chubby.html" in section(page.text, "Systems, organizations, people and figures")
    assert "as-posted" in section(page.text, "URLs of the article")
    assert "View on the site" in page.text


@pytest.mark.parametrize(
    ("path", "title", "target"),
    [
        ("articles/2", "Links to other articles", "/public/articles/1"),
        ("posts/1", "Articles that it shares", "/public/articles/1"),
        ("posts/2", "Why it has its topics", "/public/taggings/4"),
        ("topics/locking", "Newest articles", "/public/articles/2"),
        ("topics/locking", "Topics of the same articles", "topic/caching.html"),
        ("authors/1", "Articles that the author shares", "/public/articles/1"),
        ("entities/1", "Articles that name it", "/public/articles/1"),
        ("sources/feed", "Newest posts", "/public/posts/1"),
        ("sources/feed", "Polls", "/public/runs/1"),
        ("runs/1", "Sources", "feed"),
        ("evidence/1", "Article", "/public/articles/1"),
        ("taggings/1", "Evidence", "<mark>lease expires</mark>"),
    ],
)
def test_row_leads_to_its_related_rows(get: Get, path: str, title: str, target: str) -> None:
    (page,) = get(f"/public/{path}")
    assert page.status_code == 200
    assert target in section(page.text, title)


def test_row_shows_facts_first_and_bookkeeping_behind_all_columns(get: Get) -> None:
    (page,) = get("/public/articles/1")
    first, _, later = page.text.partition("<summary>All columns</summary>")
    assert ">Host</th>" in first
    assert ">Key</th>" not in first
    assert ">Key</th>" in later


def test_every_list_of_related_rows_exists_as_a_page(get: Get) -> None:
    relations = {
        (relation.page, relation.where)
        for table in RELATIONS.values()
        for relation in table
        if relation.page
    }
    paths = [
        f"/public/{page}?" + "&".join(f"{name}={value.format(key=1)}" for name, value in where)
        for page, where in sorted(relations)
    ]
    for path, page in zip(paths, get(*paths), strict=True):
        assert page.status_code == 200, path


@pytest.mark.parametrize(
    "text",
    [WORD, "'; DROP TABLE posts; --", '"><b onmouseover=x>', "\u202e\u2066", "x" * 5000, "%00"],
)
def test_hostile_filter_values_stay_text(get: Get, text: str) -> None:
    query = httpx.QueryParams({"_topic": text, "host": text})
    for page in get(f"/public/article_list?{query}", f"/public/posts?{query}"):
        assert page.status_code in (200, 400)
        assert "<script>alert" not in page.text
        assert "<b onmouseover" not in page.text


def test_markup_in_a_post_is_shown_as_text(get: Get) -> None:
    for page in get("/public/posts", "/public/posts/1", "/public/articles/1", "/public/authors/1"):
        assert WORD not in page.text
        assert "&lt;script&gt;" in page.text


def test_long_facet_has_a_link_to_more_values(tmp_path: Path) -> None:
    articles = ", ".join(
        f"({n}, 'https://h{n}.example/', 'h{n}.example', 'h{n}.example', 'Title {n}',"
        " '2025-03-01T00:00:00Z', 9, 'ok')"
        for n in range(FACET_SIZE + 1)
    )
    columns = "id, url, key, host, title, first_seen, word_count, state"
    get = explorer_over(tmp_path, f"INSERT INTO articles ({columns}) VALUES {articles}")
    (short,) = get("/public/article_list")
    more = re.search(r'<a href="([^"]+)">More values</a>', short.text)
    assert more
    (full,) = get(more[1])
    assert short.text.count("?host=") == FACET_SIZE
    assert full.text.count("&amp;host=") == FACET_SIZE + 1


def test_name_of_a_row_links_to_the_page_of_the_row(get: Get) -> None:
    (sources,) = get("/public/sources")
    assert '<a href="/public/sources/feed">feed</a>' in sources.text


def test_times_lists_and_objects_of_a_row_are_readable(tmp_path: Path) -> None:
    rows = """
INSERT INTO runs (id, command, started, outcome, counts)
    VALUES (1, 'nightly', '2025-03-01T04:05:06Z', 'ok', '{"posts_new": 3}');
INSERT INTO topics (slug, label, definition, aliases) VALUES ('caching', 'Caching', 'Copies.',
    '["cache", "<b>"]')"""
    run, topic = explorer_over(tmp_path, rows)("/public/runs/1", "/public/topics/caching")
    assert '<h1 dir="auto">2025-03-01 04:05 UTC</h1>' in run.text
    assert "posts new: 3" in run.text
    assert "cache, &lt;b&gt;" in topic.text


def test_no_relation_of_a_row_reads_a_whole_large_table(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    snapshot = sqlite3.connect(write_snapshot(db, tmp_path / "public.db"))
    large = ("articles", "posts", "article_list", "shares", "taggings", "evidence", "fetches")
    for table, relations in RELATIONS.items():
        for relation in relations:
            plan = snapshot.execute(f"EXPLAIN QUERY PLAN {relation.sql}", {"key": "1"})
            scans = [row[3] for row in plan if row[3].startswith("SCAN ")]
            names = {scan.split()[1] for scan in scans}
            assert not names & {*large, "l", "s", "t", "e", "f", "p"}, (
                table,
                relation.title,
                scans,
            )
    snapshot.close()
    db.close()
