"""The finished demo on site, snapshot and explorer: the end-to-end test of Hashtrail."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.demo.build_demo import first_run_before, run_demo
from crawler.demo.fictional_network import RUNS
from crawler.errors import UsageError
from tests.demo.conftest import LAST_NIGHT, FinishedDemo, make_demo

# Services whose API the demo imitates, and a URL shortener. No person or company speaks there.
SERVICES = {"bit.ly", "bsky.app", "dev.to", "news.ycombinator.com"}
TOPICS = [
    ("engineering.meridian.example/cache-stampedes", "cache-stampede", "request-coalescing"),
    ("engineering.meridian.example/cells", "cell-based-architecture"),
    ("engineering.meridian.example/hedged-requests", "tail-latency"),
    ("engineering.meridian.example/tail-sampling", "distributed-tracing"),
    ("engineering.meridian.example/token-buckets", "rate-limiting"),
    ("engineering.meridian.example/usage-billing", "billing", "metering", "usage-based-pricing"),
    ("tech.tidewater.example/idempotency-keys", "idempotency"),
    ("tech.tidewater.example/ledger-without-updates", "ledgers-and-accounting"),
    ("tech.tidewater.example/outbox-in-sql", "outbox-pattern"),
    ("tech.tidewater.example/sagas", "sagas"),
    ("notes.halloran.example/clocks", "time-and-clocks"),
    ("notes.halloran.example/consistent-hashing", "consistent-hashing"),
    ("notes.halloran.example/leases", "distributed-locking"),
    ("notes.halloran.example/queues", "message-queues", "capacity-and-queueing"),
    ("notes.halloran.example/single-responsibility", "single-responsibility"),
    ("quorum.example/crdt-shopping-list", "crdt"),
    ("quorum.example/dashboards", "monitoring-and-alerting", "observability"),
    ("quorum.example/event-sourcing-versions", "event-sourcing", "schema-evolution"),
    ("quorum.example/network-is-reliable", "fallacies-of-distributed-computing", "testing"),
    ("quorum.example/raft-membership", "consensus", "formal-methods"),
    ("replika.example/cap-theorem", "cap-theorem"),
    ("carrow.example/skip-locked", "postgresql"),
    ("attic.example/shard-keys", "sharding"),
    ("garden.venn.example/chaos-lunch", "chaos-engineering"),
    ("papers.arbor.example/abs/2603.00017", "gossip-and-membership"),
    ("code.workbench.example/venn/tidepool", "simulation-and-fault-testing"),
    ("video.lectern.example/watch/two-choices", "load-balancing"),
    ("blog.lattice.example/post-mortem-dns-region-west", "incident-management", "networking"),
]
MEASURED = ("night/", "status.")
LINKLESS = "SELECT count(*) FROM posts WHERE text LIKE ?"


def test_hosts_of_the_demo_are_reserved_names(finished: FinishedDemo) -> None:
    hosts = {urlsplit(url).netloc for url in finished.network.articles(RUNS)}
    hosts |= {urlsplit(link).netloc for post in finished.network.posts(RUNS) for link in post.links}
    hosts |= {person.server for person in finished.network.people.values()}
    assert all(host.endswith(".example") for host in hosts - SERVICES)


def test_every_page_shows_that_the_site_is_fictional(finished: FinishedDemo) -> None:
    pages = [page.read_text(encoding="utf-8") for page in finished.site.resolve().rglob("*.html")]
    assert len(pages) > 200
    assert all("Fictional demo" in page for page in pages if "http-equiv=" not in page)


def test_demo_has_sixty_posts_thirty_articles_and_twenty_topics(finished: FinishedDemo) -> None:
    authored = {post.number for number in (1, 2, 3) for post in finished.network.posts(number)}
    assert len(authored) >= 60
    assert finished.count("SELECT count(*) FROM article_list WHERE listed") >= 30
    taggings = "SELECT count(DISTINCT topic) FROM taggings WHERE confidence != 'weak'"
    assert finished.count(taggings) >= 20
    files = [path for path in Path("data/demo").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 300_000


@pytest.mark.parametrize(("url", "topics"), [(url, set(topics)) for url, *topics in TOPICS])
def test_article_has_its_topics(finished: FinishedDemo, url: str, topics: set[str]) -> None:
    rows = finished.rows(
        "SELECT t.topic FROM taggings t JOIN articles a ON a.id = t.subject_id "
        "WHERE t.subject_kind = 'article' AND t.confidence != 'weak' AND a.url = ?",
        f"https://{url}",
    )
    assert topics <= {row["topic"] for row in rows}


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("papers.arbor.example", "paper"),
        ("video.lectern.example", "talk"),
        ("code.workbench.example", "repository"),
        ("blog.lattice.example", "post-mortem"),
    ],
)
def test_article_has_its_kind(finished: FinishedDemo, host: str, kind: str) -> None:
    assert finished.value("SELECT kind FROM articles WHERE host = ?", host) == kind


def test_three_articles_on_one_outage_are_one_story(finished: FinishedDemo) -> None:
    stories = finished.rows(
        "SELECT count(*) AS n FROM articles WHERE story_id > 0 GROUP BY story_id"
    )
    assert [row["n"] for row in stories] == [3]
    front_page = (finished.site / "index.html").read_text(encoding="utf-8")
    assert "Also about this" in front_page


@pytest.mark.parametrize(
    ("alias", "url", "reason"),
    [
        ("bit.ly/demo-cells", "engineering.meridian.example/cells", "as-posted"),
        (
            "engineering.meridian.example/cells?utm_source=newsletter&utm_campaign=spring",
            "engineering.meridian.example/cells",
            "redirect",
        ),
        (
            "quorum.example/lattice-dns-outage?fbclid=IwAR0demo",
            "quorum.example/lattice-dns-outage",
            "rule:tracking-click-ids",
        ),
        (
            "syndicate.example/p/a-queue-does-not-add-capacity",
            "notes.halloran.example/queues",
            "text-match",
        ),
        (
            "syndicate.example/p/idempotency-keys-are-a-contract",
            "tech.tidewater.example/idempotency-keys",
            "text-match",
        ),
        ("garden.venn.example/chaos-lunch", "garden.venn.example/chaos-lunch", "redirect"),
    ],
)
def test_other_url_leads_to_the_article(
    finished: FinishedDemo, alias: str, url: str, reason: str
) -> None:
    rows = finished.rows(
        "SELECT a.url, s.reason FROM aliases s JOIN articles a ON a.id = s.article_id "
        "WHERE s.url = ?",
        f"https://{alias}",
    )
    assert {row["url"] for row in rows} == {f"https://{url}"}
    assert reason in {row["reason"] for row in rows}


def test_dead_link_leads_to_an_archived_copy(finished: FinishedDemo) -> None:
    row = finished.rows("SELECT id, state FROM articles WHERE host = 'nowhere.example'")[0]
    (page,) = finished.site.glob(f"article/{row['id']}-*.html")
    assert row["state"] == "gone"
    assert "web.archive.org" in page.read_text(encoding="utf-8")


def test_article_that_disappeared_two_nights_ago_is_not_yet_gone(finished: FinishedDemo) -> None:
    (row,) = finished.rows(
        "SELECT state, suspected_state FROM articles WHERE url LIKE '%/ordered-identifiers'",
        private=True,
    )
    assert tuple(row) == ("ok", "gone")


def test_unchanged_articles_are_not_extracted_again(finished: FinishedDemo) -> None:
    counts = finished.counts(3)
    assert counts["articles_unchanged"] > 25
    assert counts["articles_changed"] == 2  # one new, one edited


def test_edited_article_has_its_new_title_and_topic(finished: FinishedDemo) -> None:
    (row,) = finished.rows("SELECT id, title FROM articles WHERE url LIKE '%/service-mesh'")
    topics = finished.rows("SELECT topic FROM taggings WHERE subject_id = ?", row["id"])
    assert "canary releases" in row["title"]
    assert {"service-mesh", "progressive-delivery"} <= {topic["topic"] for topic in topics}


@pytest.mark.parametrize(
    "case",
    [
        "deleted",
        "edited",
        "opted_out",
        "withdrawn",
        "not_indexable",
        "unlisted",
        "forgotten",
        "noindex",
        "robots",
    ],
)
def test_private_words_are_in_no_public_file(finished: FinishedDemo, case: str) -> None:
    assert finished.files_with(finished.network.private_words[case], *finished.public_files) == []


def test_forgotten_author_is_in_no_file_of_the_workspace(finished: FinishedDemo) -> None:
    words = [*finished.network.private_words["forgotten"], "penhaligon"]
    assert finished.files_with(words, *finished.folder.rglob("*")) == []


def test_deleted_post_is_counted_and_edited_post_has_its_new_text(finished: FinishedDemo) -> None:
    assert finished.counts(2)["posts_deleted"] == 1
    assert finished.count(LINKLESS, "Corrected: a backup is%") == 1


def test_page_that_robots_txt_refuses_is_never_fetched(finished: FinishedDemo) -> None:
    rows = finished.rows(
        "SELECT outcome FROM fetches WHERE url LIKE 'https://closed.example/threads/%'",
        private=True,
    )
    assert {row["outcome"] for row in rows} == {"blocked_robots"}


def test_source_that_fails_in_one_night_recovers(finished: FinishedDemo) -> None:
    rows = finished.rows(
        "SELECT outcome FROM run_sources WHERE source = 'Mastodon at trunk.example' ORDER BY run_id"
    )
    assert [row["outcome"] for row in rows] == ["ok", "server_error", "ok"]
    assert finished.count(LINKLESS, "The unit test believes%") == 1


def test_broken_feed_is_read(finished: FinishedDemo) -> None:
    posts = "SELECT count(*) FROM posts WHERE source = ?"
    assert finished.count(posts, "Halloran's notebook") >= 6


def test_thread_has_its_three_posts_in_order(finished: FinishedDemo) -> None:
    rows = finished.rows("SELECT text FROM posts WHERE thread_key <> '' ORDER BY thread_position")
    assert [row["text"][:3] for row in rows] == ["1/3", "2/3", "3/3"]


def test_repost_counts_as_one_share_of_its_author(finished: FinishedDemo) -> None:
    text = "Model checking found the schedule%"
    assert finished.count(LINKLESS, text) == 1


def test_every_night_ends_well(finished: FinishedDemo) -> None:
    rows = finished.rows("SELECT outcome, started FROM runs WHERE command = 'nightly' ORDER BY id")
    assert [row["outcome"] for row in rows] == ["ok"] * RUNS
    days = [row["started"][:10] for row in rows]
    assert days == ["2026-11-26", "2026-11-27", "2026-11-28"]


def test_report_of_the_second_night_names_the_failed_sources(finished: FinishedDemo) -> None:
    report = json.loads((finished.site / "night/2026-11-27.json").read_text(encoding="utf-8"))
    failed = {source["name"]: source["outcome"] for source in report["failed_sources"]}
    assert failed == {"Mastodon at trunk.example": "server_error", "Nowhere": "not_found"}


def test_feed_of_all_articles_is_valid(finished: FinishedDemo) -> None:
    feed = feedparser.parse((finished.site / "feeds/all.atom").read_bytes())
    assert not feed.bozo
    assert len(feed.entries) >= 20


def test_pages_of_the_guided_tour_exist(finished: FinishedDemo) -> None:
    urls = [word for word in finished.result.output.split() if word.startswith("http://")]
    pages = [urlsplit(url).path.lstrip("/") for url in urls if ":8000/" in url]
    assert len(urls) == 10
    assert all((finished.site / page).is_file() for page in pages)


@pytest.mark.parametrize(
    "query", [["merged_urls"], ["why_this_topic", "--article-id", "1"], ["failing_sources"]]
)
def test_named_query_has_rows(finished: FinishedDemo, query: list[str]) -> None:
    command = ["--workspace", str(finished.folder), "query", "--json", *query]
    result = CliRunner().invoke(cli, command, standalone_mode=False)
    assert json.loads(result.output)["rows"]


def test_interrupted_demo_continues_to_the_same_bytes(
    finished: FinishedDemo, tmp_path: Path
) -> None:
    runs = run_demo(tmp_path / "demo", first_run_before(LAST_NIGHT), 8001)
    next(runs)
    runs.close()
    result = make_demo(tmp_path / "demo")
    assert "night 1" not in result.output
    assert "night 3" in result.output
    assert _digests(tmp_path / "demo/site/public") == _digests(finished.site)


def test_finished_demo_runs_no_further_night(finished: FinishedDemo) -> None:
    before = _digests(finished.site)
    assert "has its three nights" in make_demo(finished.folder).output
    assert _digests(finished.site) == before


def test_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Do not delete.\n")
    assert isinstance(make_demo(tmp_path).exception, UsageError)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def _digests(site: Path) -> dict[str, str]:
    """Return the digest of each file by path, except of those with seconds and free disk space."""
    root = site.resolve()
    files = {str(path.relative_to(root)): path for path in sorted(root.rglob("*"))}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if path.is_file() and not name.startswith(MEASURED)
    }
