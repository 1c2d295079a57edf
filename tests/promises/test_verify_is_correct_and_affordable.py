"""`verify` gives no false alarms and has linear cost: no check scans a table inside a scan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp.web import Response
from sqlite_utils import Database

from bench.verify import fill
from crawler.settings.all_settings import Settings
from crawler.settings.engine import EngineSettings
from crawler.store.consistency_checks import CHECKS
from crawler.store.database import open_memory
from crawler.store.verify_database import FORGETTABLE, find_inconsistencies, run_checks
from crawler.store.verify_quotes import ARTICLE, ARTICLE_TAGS, EVIDENCE, SENTENCES
from crawler.workspace import Workspace
from tests.promises.workspace import Nights, answers, feed_source, nights_with

QUERIES = {check.name: check.query for check in CHECKS} | {
    "evidence": EVIDENCE,
    "entities": SENTENCES,
    "forgotten": FORGETTABLE,
}
BY_ARTICLE = {"article": ARTICLE, "hashtags of an article": ARTICLE_TAGS}

HOSTILE_TITLES = (
    "<script>alert('XSS')</script> in Kafka",
    "<img src=x onerror=alert('XSS')>",
    "Kafka\t\tand\u00a0 Raft \u200bwith\u202e bidi \u2028 lines",
    "Sharding &amp; replication &lt;b&gt;XSS&lt;/b&gt;",
    "';DROP TABLE taggings;-- consensus",
    "{{ 7*7 }} ${jndi:ldap://x} idempotency",
    "Caching\x0b\x0ccaching \ufeffcaching",
    "e\u0301ve\u0300nement sourcing " + "\u0301" * 40,
)


def plan(db: Database, query: str) -> list[tuple[int, int, str]]:
    """The query plan as (id, parent, detail)."""
    values = {"id": 1} if ":id" in query else [1] * query.count("?")
    rows = db.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
    return [(row[0], row[1], row[3]) for row in rows]


def inner_scans(rows: list[tuple[int, int, str]]) -> list[str]:
    """The scans that run once for every row of another loop."""
    correlated = {key for key, _, detail in rows if detail.startswith("CORRELATED")}
    loops: dict[int, list[str]] = {}
    for _, parent, detail in rows:
        if detail.startswith(("SCAN", "SEARCH")):
            loops.setdefault(parent, []).append(detail)
    return [
        detail
        for parent, details in loops.items()
        for detail in details[0 if parent in correlated else 1 :]
        if detail.startswith("SCAN")
    ]


@pytest.mark.parametrize("name", QUERIES)
def test_query_of_check_scans_no_table_inside_a_scan(name: str) -> None:
    assert inner_scans(plan(open_memory(), QUERIES[name])) == []


@pytest.mark.parametrize("name", BY_ARTICLE)
def test_query_for_one_article_scans_no_table(name: str) -> None:
    details = [detail for *_, detail in plan(open_memory(), BY_ARTICLE[name])]
    scans = [each for each in details if each.startswith("SCAN")]
    assert scans == []


def test_scan_inside_a_scan_is_recognized() -> None:
    nested = """SELECT id FROM taggings WHERE subject_id NOT IN (
        SELECT id FROM articles WHERE subject_kind = 'article')"""
    cross = "SELECT 1 FROM articles a, posts p WHERE a.title < p.text"
    assert inner_scans(plan(open_memory(), nested))
    assert inner_scans(plan(open_memory(), cross))


def test_steps_of_verify_double_when_the_library_doubles(tmp_path: Path) -> None:
    steps = []
    for count in (80, 160):
        settings = Settings(engine=EngineSettings(processes=1))
        db = fill(Workspace(tmp_path / str(count), settings), count)
        ticks: list[int] = []
        db.conn.set_progress_handler(lambda ticks=ticks: ticks.append(1) and None, 100)
        assert find_inconsistencies(db) == []
        db.conn.set_progress_handler(None, 0)
        steps.append(len(ticks))
    assert steps[1] < 2.5 * steps[0], steps


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A night with hostile titles, each also the summary of its entry, and articles unread."""
    items = "".join(
        f"<item><title><![CDATA[{title}]]></title><link>https://posts.example/{number}</link>"
        f"<description><![CDATA[{title}]]></description></item>"
        for number, title in enumerate(_for_xml(title) for title in HOSTILE_TITLES)
    )
    rss = f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    folder = tmp_path_factory.mktemp("hostile") / "kb"
    hosts = {
        "feed.example": answers(
            lambda path: Response(text=rss, content_type="application/rss+xml")
        ),
        "posts.example": answers(lambda path: Response(status=500)),
    }
    with nights_with(folder, feed_source("Hostile", "feed.example"), hosts) as nights:
        nights.run()
        yield nights


def _for_xml(text: str) -> str:
    return "".join(char for char in text if char >= " " or char in "\t\n")


def test_hostile_titles_cause_no_finding(hostile: Nights) -> None:
    result = hostile.command("verify", "--json")
    assert json.loads(result.stdout)["findings"] == []
    assert result.exit_code == 0
    assert hostile.query("SELECT count(*) FROM evidence WHERE field = 'title'")[0][0] > 0


def test_verify_prints_one_line_per_check_with_the_number_checked(hostile: Nights) -> None:
    lines = hostile.command("verify").output.splitlines()
    names = [check.check for check in run_checks(open_memory())]
    assert [line.split()[1] for line in lines[: len(names)]] == names
    (line,) = [line for line in lines if "articles-without-alias" in line]
    cells = ["ok", "articles-without-alias", str(len(HOSTILE_TITLES)), "articles"]
    assert line.split() == [*cells, "each", "article", "has", "an", "alias"]
