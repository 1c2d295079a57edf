"""Topic pages: text, reading list, subtopics, shelves, the articles, and the machine versions."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory
from tests.sitegen.test_pages import Page, article_ids, text

SURE = {"caching": "certain"}
LONG = 900


def section(html: str, name: str) -> str:
    """Return the section of a page with this heading id; empty if there is none."""
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]


def pick(factory: Factory, position: int, topic: str = "caching", **columns: Any) -> None:
    """Insert a pick of a reading list."""
    defaults = {
        "url": f"https://papers.example/{position}",
        "title": f"Paper {position}",
        "authors": '["Ann Author"]',
        "year": 1989,
        "kind": "paper",
        "why": "Explains the idea.",
        "listed_in": "documentation",
    }
    factory.row("reading_list", topic=topic, position=position, **{**defaults, **columns})


def test_page_without_articles_shows_text_and_reading_list(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic(
        "caching",
        text="A cache keeps [copies](https://a.example/x).\n\nIt is not a [CDN](topic:cdn).",
        confused_with='["cdn", "gone"]',
        related='["cdn"]',
    )
    factory.topic("cdn", label="CDN", definition="Copies at the edge. More words.")
    pick(factory, 2, title="Second", year=None)
    pick(factory, 1, title="First <b>", authors='["A", "B", "C", "D"]')
    build()
    html = page("topic/caching.html")
    assert '<p>A cache keeps <a href="https://a.example/x" rel="noopener">copies</a>.</p>' in html
    assert '<p>It is not a <a href="../topic/cdn.html">CDN</a>.</p>' in html
    assert "0 articles" in text(html)
    assert "Often confused with CDN Copies at the edge." in text(html)
    assert "More words" not in html
    assert (
        "Reading list First <b> Explains the idea. paper A , B , C and 1 other 1989 "
        "Second Explains the idea. paper Ann Author" in text(html)
    )
    assert "No articles yet. Related topics: CDN" in text(html)


def test_text_becomes_no_other_markup(factory: Factory, build: Build, page: Page) -> None:
    factory.topic(
        "caching", text='<script>alert(1)</script> [x](javascript:alert(1)) [y](topic:gone) "q'
    )
    build()
    introduction = page("topic/caching.html").partition('class="introduction"')[2]
    introduction = introduction.partition("</div>")[0]
    assert "<a" not in introduction
    assert "<script" not in introduction
    assert "y" in introduction


def test_read_pick_links_its_article_page_and_is_not_a_share(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    article = factory.article("Paper 1", topics=SURE, shared=False, url="https://papers.example/1")
    pick(factory, 1, article_id=article)
    build()
    html = page("topic/caching.html")
    assert f'href="../article/{article}-paper-1.html">Discussion and evidence</a>' in html
    assert "0 articles" in text(html)
    assert article_ids(html) == []
    assert page(f"article/{article}-paper-1.html")


def test_lost_pick_links_archived_copies(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    article = factory.article("Paper 1", shared=False, state="gone")
    pick(factory, 1, article_id=article)
    build()
    reading = section(page("topic/caching.html"), "reading")
    assert "no longer available" in reading
    assert "https://web.archive.org/web/*/https://papers.example/1" in reading
    assert f'<a href="../article/{article}-paper-1.html"' in reading
    assert '<a href="https://papers.example/1"' not in reading


def test_pins_come_before_the_topic_file_and_the_reading_list(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching", start_here='["https://sho.rt/x", "https://never.example/"]')
    named = factory.article("Named in the file", topics=SURE)
    factory.alias(named, "https://sho.rt/x", "redirect")
    pinned = factory.article("Pinned", url="https://a.example/2", topics=SURE)
    both = factory.article("Its own title", url="https://papers.example/2", topics=SURE)
    pick(factory, 1)
    pick(factory, 2, article_id=both)
    for article, address in (
        (pinned, "https://a.example/2"),
        (pinned, "https://sho.rt/2"),
        (both, "https://papers.example/2"),
    ):
        factory.row(
            "curation_decisions",
            action="pin",
            subject=address,
            object="caching",
            reason="Start <here>.",
            who="Anna",
            since=f"2026-11-{10 + article}T00:00:00Z",
            article_id=article,
        )
    build()
    reading = section(page("topic/caching.html"), "reading")
    titles = re.findall(r'<h3 class="title"><a [^>]*>(.*?)</a>', reading)
    assert titles == ["Pinned", "Paper 2", "Named in the file", "Paper 1"]
    assert "Start &lt;here&gt;." in reading
    assert "the curator&#39;s choice" in reading


def test_topic_without_list_starts_with_read_articles_of_lasting_kinds(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("News", topics=SURE, kind="announcement", word_count=LONG)
    factory.article("Lost guide", topics=SURE, kind="guide", state="gone", word_count=LONG)
    factory.article("New guide", topics=SURE, kind="guide", state="new", word_count=LONG)
    factory.article("Short guide", topics=SURE, kind="guide", word_count=30)
    factory.article("Paper", topics={"caching": "likely"}, kind="paper", word_count=LONG)
    factory.article("Guide", topics=SURE, kind="guide", word_count=LONG)
    build()
    reading = section(page("topic/caching.html"), "reading")
    assert "Start here" in reading
    titles = re.findall(r'<h3 class="title"><a [^>]*>(.*?)</a>', reading)
    assert titles == ["Guide", "Paper"]


def test_parent_has_the_articles_of_all_topics_below(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("data", label="Data")
    factory.topic("databases", label="Databases", broader="data")
    factory.topic("sql", label="SQL", broader="databases")
    own = factory.article("Own", topics={"data": "certain"}, first_seen="2026-11-03T00:00:00Z")
    both = factory.article(
        "Both",
        topics={"data": "certain", "sql": "likely"},
        first_seen="2026-11-02T00:00:00Z",
    )
    below = factory.article("Below", topics={"sql": "certain"}, first_seen="2026-11-01T00:00:00Z")
    factory.post("A note about SQL.", topics={"sql": "certain"})
    build()
    html = page("topic/data.html")
    assert article_ids(html) == [own, both, below]
    assert "3 articles 1 post without links 2 subtopics" in text(html)
    assert "Databases 2 SQL 2" in text(section(html, "narrower").replace("Subtopics", "<main>"))
    assert 'href="../topic/sql.html"' in html.partition(f'id="a{below}"')[2].partition("</li>")[0]
    assert article_ids(page("topic/databases.html")) == [both, below]

    document = json.loads(page("topic/data.json"))
    assert (document["total"], document["narrower"]) == (3, ["databases"])
    assert [article["topics"] for article in document["articles"]] == [
        ["data"],
        ["data", "sql"],
        ["sql"],
    ]
    assert "Below" in page("feeds/data.atom")
    lines = page("topic/data.md").splitlines()
    assert lines[-1].endswith("SQL)")
    assert not lines[-2].endswith("SQL)")


@pytest.mark.parametrize("cycle", [("a", "b"), ("a", "a")])
def test_cycle_of_topics_ends(
    factory: Factory, build: Build, page: Page, cycle: tuple[str, str]
) -> None:
    first, second = cycle
    factory.topic(first, broader=second)
    if second != first:
        factory.topic(second, broader=first)
    article = factory.article("A", topics={first: "certain"})
    build()
    assert article_ids(page(f"topic/{first}.html")) == [article]
    assert article_ids(page(f"topic/{second}.html")) == [article]


def test_chart_and_activity_start_at_ten_articles(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for number in range(9):
        factory.article(f"A{number}", topics=SURE)
    build()
    assert "<svg" not in section(page("topic/caching.html"), "activity")
    assert "in week" not in text(page("topic/caching.html"))
    factory.article("A9", topics=SURE)
    build()
    assert "<svg" in section(page("topic/caching.html"), "activity")
    assert "10 in week 47 (median 0)" in text(page("topic/caching.html"))


def test_shelves_show_five_articles_and_link_the_others(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article("A talk", topics=SURE, kind="talk")
    factory.article("A plain article", topics=SURE)
    lost = factory.article("Lost", topics=SURE, kind="paper", state="gone")
    likely = factory.article("Likely", topics={"caching": "likely"}, kind="paper")
    papers = [factory.article(f"P{number}", topics=SURE, kind="paper") for number in range(6)]
    build()
    html = page("topic/caching.html")
    shelf = section(html, "shelf-paper")
    assert shelf.count("<li>") == 5
    assert "Likely" not in shelf
    assert 'href="../topic/caching/paper.html">all 7</a>' in shelf
    assert html.index('id="shelf-paper"') < html.index('id="shelf-talk"')
    assert "all" not in section(html, "shelf-talk")
    assert 'id="shelf-article"' not in html
    assert article_ids(page("topic/caching/paper.html")) == [*reversed(papers), likely]
    assert lost not in article_ids(page("topic/caching/paper.html"))


def test_small_topic_has_no_shelves(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    for number in range(5):
        factory.article(f"P{number}", topics=SURE, kind="paper")
    build()
    assert "shelf-" not in page("topic/caching.html")


def test_people_who_may_be_named_are_listed_with_their_articles(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    named = factory.author("Anna")
    hidden = factory.author("Bert", consent="link-only")
    once = factory.author("Cleo")
    for number in range(2):
        article = factory.article(f"A{number}", topics=SURE)
        for author in (named, hidden):
            factory.post("look", article, author_id=author)
    factory.post("look", factory.article("A3", topics=SURE), author_id=once)
    build()
    people = section(page("topic/caching.html"), "people")
    assert f'href="../author/{named}.html"' in people
    assert "2 articles" in people
    assert "Bert" not in people
    assert "Cleo" not in people


def test_page_shows_counts_links_and_tag_quality(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic(
        "caching",
        definition="Keeping copies near the reader.",
        measured='{"precision": 0.8, "recall": 0.8, "rows": 25}',
        related='["locking", "gone"]',
    )
    factory.topic("locking", measured='{"precision": 1.0, "recall": 0.8, "rows": 5}')
    for number in range(3):
        factory.article(f"A{number}", topics=SURE)
    build(explorer_url="https://explore.example/")
    html = page("topic/caching.html")
    visible = text(html)
    assert "Keeping copies near the reader. 3 articles" in visible
    assert (
        "How this topic is assigned 25 labelled texts: 20 of 25 assigned tags correct; "
        "20 of 25 expected tags found." in visible
    )
    assert "How this topic is assigned" in visible
    assert "Terms that match most often: a0, a1, a2" in visible
    assert "5 labelled texts: too few to measure." in text(page("topic/locking.html"))
    follow = section(html, "follow")
    assert 'href="../feeds/caching.atom"' in follow
    assert 'href="../topic/caching.md"' in follow
    assert "https://explore.example/public/articles_of_a_topic?topic=caching" in follow
    assert 'href="../topic/gone.html"' not in html


def test_json_and_markdown_have_text_confused_topics_and_reading_list(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic(
        "caching",
        text="A cache keeps [copies](https://a.example/x).\n\nIt is not a [CDN](topic:cdn).",
        confused_with='["cdn"]',
    )
    factory.topic("cdn", label="CDN")
    pick(factory, 1)
    build(base_url="https://trail.example/")
    document = json.loads(page("topic/caching.json"))
    assert document["text"] == "A cache keeps copies.\nIt is not a CDN."
    assert document["confused_with"] == ["cdn"]
    assert document["reading_list"] == [
        {
            "url": "https://papers.example/1",
            "title": "Paper 1",
            "authors": ["Ann Author"],
            "year": 1989,
            "kind": "paper",
            "why": "Explains the idea.",
            "article": None,
            "state": None,
        }
    ]
    assert page("topic/caching.md").splitlines() == [
        "# Caching",
        "",
        "A cache keeps [copies](<https://a.example/x>).",
        "",
        "It is not a [CDN](<https://trail.example/topic/cdn.html>).",
        "",
        "Often confused with: CDN",
        "",
        "## Reading list",
        "",
        "- [Paper 1](<https://papers.example/1>) (Ann Author, 1989, paper): Explains the idea.",
    ]


def test_latest_has_at_most_two_rows_of_one_host_in_a_row(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    hosts = ["x", "x", "x", "x", "y", "z", "x"]
    for number, host in enumerate(hosts):
        day = f"2026-11-{20 - number:02d}T00:00:00Z"
        factory.article(
            f"A{number}", url=f"https://{host}.example/{number}", topics=SURE, first_seen=day
        )
    build()
    assert article_ids(page("topic/caching.html")) == [1, 2, 5, 3, 4, 6, 7]
    assert unescape(page("topic/caching.json")).index("A2") < page("topic/caching.json").index("A4")


def test_reduced_post_of_a_named_person_does_not_count(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    named = factory.author("Anna")
    for number in range(2):
        article = factory.article(f"A{number}", topics=SURE)
        factory.post("look", article, author_id=named, consent="link-only")
    build()
    assert "Anna" not in page("topic/caching.html")
