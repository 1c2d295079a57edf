"""Topics, kinds, entities, publishers and people have feeds, and their pages link to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from lxml import html as lxml_html

from crawler.sitegen.changed_keys import EVERY_KEY
from crawler.sitegen.feed_contents import FeedContent
from crawler.sitegen.site_feeds import feed_groups_to_make, is_due
from tests.sitegen.atom_lint import atom_problems
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]


def three_shared_articles(factory: Factory, **author: str) -> int:
    """Three articles of one site and kind that name Kafka, shared by one author."""
    factory.topic("caching")
    ada = factory.author("Ada", **author)
    kafka = factory.row("entities", slug="kafka", name="Kafka", kind="system")
    for number in range(1, 4):
        article = factory.article(
            f"A{number}",
            url=f"https://blog.example/{number}",
            kind="talk",
            topics={"caching": "certain"},
        )
        factory.row("article_entities", article_id=article, entity_id=kafka, sentence="", start=0)
        factory.post(
            "x", article, author_id=ada, consent="full", published=f"2026-11-1{number}T05:00:00Z"
        )
    return ada


@pytest.mark.parametrize(
    ("feed", "page_path"),
    [
        ("feeds/caching", "topic/caching.html"),
        ("feeds/kind/talk", "kind/talk.html"),
        ("feeds/entity/kafka", "entity/kafka.html"),
        ("feeds/source/blog.example", "source/blog.example.html"),
        ("feeds/person/1", "author/1.html"),
    ],
)
def test_group_has_feeds_in_both_formats_that_its_page_names(
    feed: str, page_path: str, factory: Factory, build: Build, page: Page
) -> None:
    three_shared_articles(factory)
    build(base_url="https://trail.example/kb/")
    atom = feedparser.parse(page(f"{feed}.atom"))
    assert [entry.title for entry in atom.entries] == ["A3", "A2", "A1"]
    items = json.loads(page(f"{feed}.json"))["items"]
    assert [item["id"] for item in items] == [entry.id for entry in atom.entries]
    assert atom.feed.id.endswith(feed.replace("feeds/", "feed/"))
    assert f"https://trail.example/kb/{page_path}" in [link.href for link in atom.feed.links]

    links = lxml_html.fromstring(page(page_path)).xpath("//head/link[@rel='alternate']")
    assert [(link.get("type"), link.get("href")) for link in links][:3] == [
        ("application/atom+xml", f"../{feed}.atom"),
        ("application/feed+json", f"../{feed}.json"),
        ("application/atom+xml", "../feeds/all.atom"),
    ]
    hrefs = lxml_html.fromstring(page("feeds.html")).xpath("//main//a/@href")
    assert {f"{feed}.atom", f"{feed}.json", page_path} <= set(hrefs)


def test_publisher_and_person_with_two_articles_have_no_feed(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    three_shared_articles(factory)
    factory.db.execute("DELETE FROM posts WHERE id = (SELECT max(id) FROM posts)")
    factory.db.execute("UPDATE articles SET host = 'b.example' WHERE id = 1")
    build()
    feeds = tmp_path / "site/public/feeds"
    assert not (feeds / "source").exists()
    assert not (feeds / "person").exists()
    assert (feeds / "entity/kafka.atom").exists()


@pytest.mark.parametrize("consent", ["reference", "link-only", "none"])
def test_person_who_may_not_be_named_has_no_feed(
    consent: str, factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    author = three_shared_articles(factory)
    factory.db.execute("UPDATE posts SET consent = ? WHERE author_id = ?", [consent, author])
    build()
    assert not (tmp_path / "site/public/feeds/person").exists()
    assert "Ada" not in page("feeds.html")


def test_article_without_visible_share_is_in_no_feed(
    factory: Factory, build: Build, page: Page
) -> None:
    three_shared_articles(factory)
    factory.article("Hidden share", url="https://blog.example/4", shared=False)
    build()
    assert "Hidden share" not in page("feeds/source/blog.example.atom")


def test_feed_index_lists_the_largest_hundred_of_a_group(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for number in range(101):
        for copy in range(4 if number else 3):
            factory.article(f"A{copy}", url=f"https://h{number}.example/{copy}")
    build()
    section = lxml_html.fromstring(page("feeds.html")).xpath("//section[h2='Sites']")[0]
    assert len(section.xpath(".//tbody/tr")) == 100
    assert "h0.example" not in section.text_content()
    assert "100 with the most articles of 101" in section.text_content()


def test_atom_feeds_of_all_groups_follow_the_specification(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    three_shared_articles(factory)
    build()
    feeds = sorted((tmp_path / "site/public/feeds").rglob("*.atom"))
    assert len(feeds) == 8
    assert [atom_problems(path.read_bytes()) for path in feeds] == [[]] * 8


def test_entry_states_the_language_of_its_article(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("Eins", topics={"caching": "certain"}, language="de")
    factory.article("Two", topics={"caching": "certain"}, language='x" y')
    build()
    entries = {entry.title: entry for entry in feedparser.parse(page("feeds/all.atom")).entries}
    assert entries["Eins"].title_detail.language == "de"
    assert entries["Two"].title_detail.language is None


def test_decision_of_the_curator_is_an_entry_with_reason_and_curator(
    factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    factory.topic("caching")
    factory.article("Locks", url="https://blog.example/1", topics={"caching": "certain"})
    factory.row(
        "curation_log",
        at="2026-11-20T03:00:00Z",
        who="Ada",
        action="untag",
        subject="https://blog.example/1",
        reason="caching: about locks only",
    )
    build(feed_authority="trail.example,2026")
    assert atom_problems(page("feeds/site/decisions.atom").encode()) == []
    (entry,) = feedparser.parse(page("feeds/site/decisions.atom")).entries
    assert entry.id == "tag:trail.example,2026:decision/1"
    assert entry.title == "Removed a topic from Locks"
    assert (entry.author, entry.summary) == ("Ada", "about locks only")
    assert entry.updated == "2026-11-20T03:00:00Z"
    hrefs = lxml_html.fromstring(page("decisions.html")).xpath("//head/link/@href")
    assert "feeds/site/decisions.atom" in hrefs


def test_feed_of_a_parent_has_the_articles_of_its_subtopics(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("storage")
    factory.topic("caching", broader="storage")
    factory.article("Of the child", topics={"caching": "certain"})
    build()
    assert "Of the child" in page("feeds/storage.atom")
    assert json.loads(page("feeds/storage.json"))["items"][0]["title"] == "Of the child"


def _feed(group: str, name: str, subject: str, keys: tuple[str, ...]) -> FeedContent:
    return FeedContent(group, name, name, f"{name}.html", 3, list, subject, keys)


RAFT = _feed("topic", "raft", "topic", ("raft",))
WEEKS = _feed("site", "weeks", "week", ("2026-W45", "2026-W46"))
ALL = _feed("", "all", "site", ())
NO_KEYS: dict[str, set[str] | None] = {**{subject: set() for subject in EVERY_KEY}, "site": None}


@pytest.mark.parametrize(
    ("feed", "changed", "due"),
    [
        (RAFT, {"topic": {"raft", "paxos"}}, True),
        (RAFT, {"topic": {"paxos"}}, False),
        (RAFT, {"topic": None}, True),
        (WEEKS, {"week": {"2026-W46", "2026-W47"}}, True),
        (WEEKS, {"week": {"2026-W30"}}, False),
        (ALL, {}, True),
    ],
)
def test_feed_is_due_if_one_of_its_keys_changed(
    feed: FeedContent, changed: dict[str, set[str] | None], due: bool
) -> None:
    assert is_due(feed, {**NO_KEYS, **changed}) == due


def test_published_feed_without_entries_any_more_is_due_too() -> None:
    published = {"topic_feeds": {"raft", "gone", "kept"}}
    keys = NO_KEYS | {"topic": {"raft", "gone"}}
    groups = feed_groups_to_make([RAFT, WEEKS, ALL], keys, lambda kind: published.get(kind, set()))
    assert set(groups) == {"topic_feeds/raft", "topic_feeds/gone"}
