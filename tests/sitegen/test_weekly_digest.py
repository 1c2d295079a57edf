"""The digest of a finished week: page, feed, plain text and HTML for mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from lxml import html as lxml_html
from rich.cells import cell_len

from crawler.sitegen.digest_text import COLUMNS, wrap
from tests.sitegen.atom_lint import atom_problems
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

Page = Callable[[str], str]
FRIDAY = "2026-11-13T09:00:00Z"  # of week 46
NEXT = "2026-11-18T09:00:00Z"


def share(factory: Factory, title: str, shared: str = FRIDAY, **columns: object) -> int:
    """An article on caching, shared once."""
    columns = {"topics": {"caching": "certain"}, "first_seen": shared, **columns}
    article = factory.article(title, **columns)  # type: ignore[arg-type]
    factory.post("x", article, published=shared)
    return article


@pytest.fixture
def two_weeks(factory: Factory) -> Factory:
    """Week 46 with three articles of which two are one story, and one article of week 47."""
    factory.topic("caching")
    outage = share(factory, "The outage", rank=3.0, summary="A cache failed. It was slow.")
    again = share(factory, "Outage again", rank=2.0)
    story = factory.row("stories", lead_article_id=outage, reason="titles share: outage")
    factory.db.execute("UPDATE articles SET story_id = ? WHERE id <= ?", [story, again])
    share(factory, "Locks", rank=1.0, summary="Locks. They have a lease and a fencing token.")
    share(factory, "Newer", NEXT)
    return factory


def test_finished_week_has_text_mail_and_entry_and_current_week_has_none(
    two_weeks: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    build()
    week = tmp_path / "site/public/week"
    assert (week / "2026-W46.txt").exists()
    assert (week / "2026-W46.mail.html").exists()
    assert not (week / "2026-W47.txt").exists()
    assert [entry.title for entry in feedparser.parse(page("feeds/site/weeks.atom")).entries] == [
        "Week 46, 2026: 3 articles"
    ]
    assert "2026-W46.mail.html" in page("week/2026-W46.html")
    assert "mail.html" not in page("week/2026-W47.html")


def test_week_is_finished_when_a_run_started_after_it(
    two_weeks: Factory, build: Build, page: Page
) -> None:
    two_weeks.run("2026-11-23T03:00:00Z")
    build()
    assert "1 article in 1 post" in page("week/2026-W47.txt")


def test_text_folds_a_story_and_has_one_sentence_of_each(
    two_weeks: Factory, build: Build, page: Page
) -> None:
    build(title="Trail", base_url="https://trail.example/")
    lines = page("week/2026-W46.txt").splitlines()
    assert lines[:3] == [
        "Trail: Week 46, 2026",
        "9 to 15 Nov 2026",
        "3 articles in 3 posts from 1 site.",
    ]
    text = "\n".join(lines)
    assert (
        " 1. The outage (example.org)\n    A cache failed.\n    https://example.org/1\n"
        "    Also: Outage again (example.org)" in text
    )
    assert "They have a lease and a fencing token." in text
    assert text.endswith("The complete week:\nhttps://trail.example/week/2026-W46.html")


def test_stories_beyond_the_top_are_listed_by_topic_once(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.topic("queues")
    for number in range(15):
        topics = {"caching": "certain", "queues": "certain"}
        share(factory, f"Story number {number}.", rank=20.0 - number, topics=topics)
    share(factory, "Newer", NEXT)
    build()
    text = page("week/2026-W46.txt")
    assert [len(re.findall(rf"Story number {n}\.", text)) for n in (0, 9, 10, 14)] == [1, 1, 1, 1]
    assert "Caching (15 articles)" in text
    assert "Queues (15 articles)" in text


def test_new_picks_of_the_week_are_listed_with_their_reason(
    two_weeks: Factory, build: Build, page: Page
) -> None:
    for position, (article, title) in enumerate([(3, "Locks, a paper"), (4, "Too new")]):
        two_weeks.row(
            "reading_list",
            topic="caching",
            position=position,
            url=f"https://papers.example/{article}",
            title=title,
            why="It names the three failures of leases.",
            article_id=article,
        )
    build()
    for path in ("week/2026-W46.txt", "week/2026-W46.mail.html", "week/2026-W46.html"):
        content = page(path)
        assert "Locks, a paper" in content
        assert "It names the three failures of leases." in content
        assert "Too new" not in content
    assert "Too new" in page("week/2026-W47.html")


def test_mail_is_html_without_styles_and_external_resources(
    two_weeks: Factory, build: Build, page: Page
) -> None:
    build(base_url="https://trail.example/kb/")
    tree = lxml_html.fromstring(page("week/2026-W46.mail.html"))
    assert not tree.xpath("//style | //script | //img | //table | //link[@rel='stylesheet']")
    assert not tree.xpath("//@style | //@class | //@src")
    assert all(link.startswith("https://") for link in tree.xpath("//body//@href"))
    assert [heading.text_content() for heading in tree.xpath("//h1 | //h2")] == [
        "Hashtrail: Week 46, 2026",
        "Top stories",
    ]
    assert "week/2026-W46.mail.html" not in page("sitemap.xml")


def test_feed_of_weeks_contains_the_digest_and_is_dated_by_the_end_of_the_week(
    two_weeks: Factory, build: Build, page: Page
) -> None:
    build(base_url="https://trail.example/", feed_authority="trail.example,2026")
    assert atom_problems(page("feeds/site/weeks.atom").encode()) == []
    feed = feedparser.parse(page("feeds/site/weeks.atom"), sanitize_html=False)
    (entry,) = feed.entries
    assert entry.id == "tag:trail.example,2026:week/2026-W46"
    assert entry.updated == entry.published == "2026-11-16T00:00:00Z"
    assert entry.link == "https://trail.example/week/2026-W46.html"
    content = lxml_html.fromstring(f"<div>{entry.content[0].value}</div>")
    assert "https://example.org/1" in content.xpath("//a/@href")
    (item,) = json.loads(page("feeds/site/weeks.json"))["items"]
    same = lxml_html.fromstring(f"<div>{item['content_html']}</div>")
    assert same.text_content().split() == content.text_content().split()


@pytest.mark.parametrize(
    "text",
    [
        "a " * 200,
        "word" * 60,
        "一致性模型" * 40,
        "mixed 一致性 " * 30,
        "",
        "https://example.org/" + "a" * 100,
        "\u202eright to left\u202c " * 20,
    ],
)
def test_wrapped_text_has_at_most_72_columns_and_every_letter(text: str) -> None:
    lines = wrap(text, " 1. ", 4)
    assert max(map(cell_len, lines)) <= COLUMNS
    letters = re.sub("[\u202e\u202c\\s]", "", text)
    assert re.sub(r"\s", "", "".join(lines)) == "1." + letters
