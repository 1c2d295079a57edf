"""Content of each kind of page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from crawler.knowledge import ranking, start_here
from crawler.sitegen.display_formats import match_label
from tests.sitegen.conftest import Build
from tests.sitegen.factory import SEEN, Factory

Page = Callable[[str], str]


def text(html: str) -> str:
    """Return the visible text of a page: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def article_ids(html: str) -> list[int]:
    """Return the ids of the articles in a page's lists, in order."""
    return [int(number) for number in re.findall(r'<li class="row[^"]*" id="a(\d+)"', html)]


@pytest.fixture
def stampede(factory: Factory) -> int:
    """Insert an article with topics, dates and evidence; return its id."""
    for slug in ("caching", "locking"):
        factory.topic(slug)
    article = factory.article(
        "Stop cache stampedes",
        url="https://blog.example/stampede",
        published="2026-11-18T00:00:00Z",
        last_checked="2026-11-22T00:00:00Z",
        authors='["J. Doe"]',
        kind="guide",
        kind_reason="the title says so",
        summary="one two three " * 40,
        summary_source="description",
    )
    evidence = [
        ("title", "cache stampede", 5, "strong"),
        *[("text", "Cache", start, "weak") for start in range(3)],
    ]
    factory.tagging("article", article, "caching", "certain", evidence)
    factory.tagging(
        "article", article, "locking", "weak", [("text", "lock", 9, "weak:lock")], score=0.1
    )
    return article


def test_article_page_shows_evidence_of_each_topic(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    build()
    html = page("article/1-stop-cache-stampedes.html")
    assert "<mark>cache stampede</mark>” in the title" in html
    assert "<mark>Cache</mark>” in the text, 3 times" in html
    assert 'in the title <span class="rule">term of the topic</span>' in html
    assert 'class="tag weak"' in html
    assert "certain : in the title, 3 times in the text" in text(html)


def test_post_that_gives_an_unread_article_its_title_is_not_called_silent(
    factory: Factory, build: Build, page: Page
) -> None:
    article = factory.article("", url="https://bit.ly/x", state="new", summary="")
    ada = factory.author("Ada")
    factory.post("Ten years of queues at a bank. https://bit.ly/x", article, author_id=ada)
    build()
    html = text(page(f"article/{article}.html"))
    assert "without a comment" not in html
    assert html.count("Ten years of queues at a bank.") >= 2


@pytest.mark.parametrize(
    ("quote", "rule", "shown"),
    [
        ("Caching", "strong", "name of the topic"),
        ("cache stampede", "strong", "term of the topic"),
        ("cache", "contextual", "term of the topic in its context"),
        ("caching", "hashtag", "hashtag of the topic"),
    ],
)
def test_evidence_states_whether_the_name_or_a_term_of_the_topic_matches(
    quote: str, rule: str, shown: str
) -> None:
    assert match_label(rule, quote, "Caching") == shown


@pytest.mark.parametrize(
    ("evidence", "score", "doubt"),
    [
        (("hashtags", "Caching", 0, "hashtag"), 1.0, "only a hashtag names it"),
        (("text", "words", 0, "combination"), 2.0, "its words describe the topic"),
        (("post", "cache stampede", 0, "strong"), 1.6, "posts name it"),
        (("text", "cache stampede", 0, "strong"), 1.2, "too few matches"),
    ],
)
def test_likely_topic_states_why_it_is_not_certain(
    factory: Factory,
    build: Build,
    page: Page,
    evidence: tuple[str, str, int, str],
    score: float,
    doubt: str,
) -> None:
    factory.topic("caching")
    article = factory.article("Leases")
    factory.tagging("article", article, "caching", "likely", [evidence], score=score)
    build()
    assert f"(not certain: {doubt}" in text(page(f"article/{article}-leases.html"))


def test_evidence_from_post_is_labelled_as_such(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    article = factory.article(
        "", url="https://bit.ly/x", state="new", last_checked=None, summary=""
    )
    factory.tagging(
        "article", article, "caching", "likely", [("post", "cache stampede", 4, "strong")]
    )
    build()
    assert "<mark>cache stampede</mark>” in a post that shares it" in page("article/1.html")
    assert article_ids(page("topic/caching.html")) == [article]


def test_article_page_has_three_dates_and_short_excerpt(
    stampede: int, build: Build, page: Page
) -> None:
    build()
    visible = text(page("article/1-stop-cache-stampedes.html"))
    assert (
        "Published 18 Nov 2026 First shared 20 Nov 2026 Last checked 22 Nov 2026 available"
        in visible
    )
    assert visible.count("one two three") == 20
    assert "guide (the title says so)" in visible


def test_post_without_consent_shows_no_text_and_no_name(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    ada = factory.author("Ada", url="https://social.example/@ada")
    factory.post(
        "Worth reading",
        stampede,
        author_id=ada,
        url="https://social.example/1",
        published="2026-11-19T08:00:00Z",
    )
    factory.post(
        "", stampede, consent="link-only", network="bluesky", published="2026-11-19T09:00:00Z"
    )
    factory.post("Secret words", stampede, consent="none")
    build()
    html = page("article/1-stop-cache-stampedes.html")
    assert "Ada Mastodon 19 Nov 2026 original Worth reading" in text(html)
    assert "1 post is counted and not shown." in text(html)
    assert "Bluesky" not in text(html)
    assert "Secret words" not in html
    assert 'href="../author/1.html"' in html


def test_near_identical_posts_are_grouped(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    first = factory.post("Read this now", stampede)
    for _ in range(2):
        factory.post("Read this now!", stampede, similar_to=first)
    build()
    visible = text(page("article/1-stop-cache-stampedes.html"))
    assert visible.count("Read this now") == 1
    assert "2 similar posts: a post (Mastodon, 20 Nov 2026 )" in visible


def test_other_urls_are_listed_with_reasons(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    factory.alias(stampede, "https://sho.rt/x", "redirect", "301")
    factory.alias(stampede, "https://blog.example/stampede?utm_source=a", "rule:tracking")
    factory.alias(stampede, "javascript:alert(1)", "as-posted")
    build()
    html = page("article/1-stop-cache-stampedes.html")
    assert "https://sho.rt/x redirects here" in text(html)
    assert "the same page with tracking parameters" in text(html)
    assert "javascript:alert(1)" in html
    assert 'href="javascript' not in html


def test_url_with_several_reasons_is_listed_once(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    for reason in ("redirect", "canonical", "rule:tracking"):
        factory.alias(stampede, "https://sho.rt/x", reason)
    build()
    addresses = (
        page("article/1-stop-cache-stampedes.html")
        .partition('id="urls"')[2]
        .partition("</section>")[0]
    )
    assert addresses.count("https://sho.rt/x</a>") == 1
    assert re.search("redirects here; .*canonical.*; .*tracking parameters", addresses)


def test_about_page_has_both_ranking_formulas(build: Build, page: Page) -> None:
    build()
    visible = text(page("about.html"))
    for sentence in (*ranking.formula_text(), *start_here.formula_text()):
        assert " ".join(sentence.split()) in visible


def test_thread_is_one_page_with_parts_in_order(factory: Factory, build: Build, page: Page) -> None:
    factory.topic("caching")
    factory.topic("locking")
    thread = {"thread_key": "t", "published": SEEN}
    third = factory.post("The third part", thread_position=3, **thread)
    first = factory.post("The first part", thread_position=1, topics={"caching": "weak"}, **thread)
    second = factory.post(
        "The second part",
        thread_position=2,
        topics={"caching": "certain", "locking": "likely"},
        **thread,
    )
    build()
    html = page(f"post/{first}.html")
    assert "Thread (3 posts)" in text(html)
    assert [int(number) for number in re.findall(r'<li id="post-(\d+)"', html)] == [
        first,
        second,
        third,
    ]
    assert f"{first}.html#post-{second}" in page(f"post/{second}.html")
    assert "The second part" in html.partition('id="why"')[2]
    for topic in ("caching", "locking"):
        assert "Read thread (3 posts)" in text(page(f"topic/{topic}.html"))


def test_page_of_a_thread_part_without_a_text_forwards_to_the_top(
    factory: Factory, build: Build, page: Page
) -> None:
    first = factory.post("The first part", thread_key="t", thread_position=1)
    preview = factory.post("", thread_key="t", thread_position=2)
    factory.row("cards", post_id=preview, title="Leases", description="A preview without a URL")
    build()
    assert f'url=../post/{first}.html"' in page(f"post/{preview}.html")


def test_page_of_a_thread_part_that_is_not_shown_forwards_to_the_top(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    first = factory.post("The first part", thread_key="t", thread_position=1)
    for place in range(2, 101):
        factory.post(f"Part {place}", stampede, thread_key="t", thread_position=place)
    late = factory.post("The last part", thread_key="t", thread_position=101)
    build()
    assert f'url=../post/{first}.html"' in page(f"post/{late}.html")
    assert f'id="post-{late}"' not in page(f"post/{first}.html")


def test_thread_that_shares_an_article_is_listed_once(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    last = factory.post("And the end", thread_key="at://root", published="2026-11-20T12:00:00Z")
    posts = [
        factory.post(
            words, stampede, thread_key="at://root", published=f"2026-11-20T1{place}:00:00Z"
        )
        for place, words in enumerate(("Read it", "Twice"))
    ]
    alone = factory.post(
        "Me too", stampede, thread_key="at://other", published="2026-11-20T13:00:00Z"
    )
    build()
    html = page("article/1-stop-cache-stampedes.html")
    assert text(html).count("Thread (3 posts)") == 1
    assert [int(number) for number in re.findall(r'<li id="post-(\d+)"', html)][-4:] == [
        *posts,
        last,
        alone,
    ]
    assert "Read it" in text(page(f"post/{last}.html"))


def test_unavailable_article_has_date_and_archive_link(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    dates = {
        "state_since": "2026-10-01T00:00:00Z",
        "published": "2020-02-03T00:00:00Z",
        "archive_at": "2020-02-06T03:00:00Z",
    }
    record = {"archive_file": "a.warc.gz", "archive_offset": 7}
    lost = factory.article(
        "Lost",
        url="https://blog.example/lost",
        state="gone",
        topics={"caching": "certain"},
        **dates,
        **record,
    )
    factory.post("Worth a look", lost, published="2020-02-05T09:00:00Z")
    factory.alias(lost, "https://blog.example/lost", "as-posted")
    build()
    html = page("article/1-lost.html")
    assert "Not available since 1 Oct 2026" in text(html)
    assert 'href="https://web.archive.org/web/20200205/https://blog.example/lost"' in html
    assert "Archived copy from 6 Feb 2020" in text(html)
    assert "<code>a.warc.gz</code>, offset 7." in html
    assert "<s>blog.example</s> no longer available" in page("index.html")


def test_unfetched_article_shows_link_preview_and_state(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    article = factory.article(
        "",
        url="https://blog.example/x",
        state="new",
        kind="",
        last_checked=None,
        topics={"caching": "likely"},
    )
    post = factory.post("look", article)
    factory.row("cards", post_id=post, title="Title of the card", article_id=article)
    factory.article(
        "", url="https://blog.example/no-card/", state="new", topics={"caching": "likely"}
    )
    build()
    html = page("article/1-title-of-the-card.html")
    assert "Not fetched yet" in text(html)
    assert "Last checked never" in text(html)
    assert "blog.example/no-card" in text(page("article/2.html"))


def test_nosnippet_page_has_no_excerpt_in_any_file(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    factory.article(
        "Silent",
        summary="Words that stay at home",
        directives=json.dumps({"nosnippet": True}),
        topics={"caching": "certain"},
    )
    build()
    assert all(
        "stay at home" not in page(path)
        for path in (
            "article/1-silent.html",
            "index.html",
            "feeds/all.atom",
            "search/d-n0.js",
            "article/1-silent.json",
        )
    )


def test_article_without_topic_is_only_on_its_publisher_page(
    factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    factory.topic("caching")
    factory.article("Tagged", topics={"caching": "likely"})
    factory.article("Weakly tagged", topics={"caching": "weak"})
    factory.article("Untagged")
    build()
    assert (
        article_ids(page("index.html"))
        == article_ids(page("topic/caching.html"))
        == article_ids(page("week/2026-W47.html"))
        == [1]
    )
    assert sorted(article_ids(page("source/example.org.html"))) == [1, 2, 3]
    assert "No topic matched" in page("article/3-untagged.html")


def test_front_page_lists_top_articles_then_latest(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for number in range(1, 9):
        article = factory.article(
            f"Number {number}", topics={"caching": "certain"}, rank=number % 4
        )
        factory.post("x", article, published=f"2026-11-20T{number:02d}:00:00Z")
    build()
    assert article_ids(page("index.html")) == [7, 3, 6, 2, 5, 1, 8, 4]


@pytest.mark.parametrize(
    ("days", "heading"),
    [
        ((17, 18, 19), "Top stories of week 47 all of week 47"),
        ((3, 18, 19), "Top stories all of week 47"),
    ],
)
def test_front_page_names_the_week_only_if_all_top_stories_are_of_it(
    factory: Factory, build: Build, page: Page, days: tuple[int, ...], heading: str
) -> None:
    factory.topic("caching")
    for day in days:
        article = factory.article(f"Number {day}", topics={"caching": "certain"})
        factory.post("x", article, published=f"2026-11-{day:02d}T03:00:00Z")
    build()
    assert heading in text(page("index.html"))


def test_status_line_shows_the_last_run_and_the_status_page_failures(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.run("2026-11-20T03:00:00Z")
    factory.row("sources", name="good", kind="feed", last_ok="2026-11-20T03:00:00Z")
    factory.row(
        "sources",
        name="bad",
        kind="feed",
        last_outcome="timeout",
        last_message="no answer in 30 s",
        failures=4,
        last_ok="2026-11-16T03:00:00Z",
    )
    build()
    assert "Updated 20 Nov 2026, 03:59 UTC 0 new articles Status" in text(page("index.html"))
    status = text(page("status.html"))
    assert (
        "bad : The server did not respond. The server is down or slow, or it could not be "
        "reached. Its robots.txt counts as well." in status
    )
    assert "last success 16 Nov 2026, 03:00 UTC 4 consecutive failures no answer in 30 s" in status


def test_status_page_shows_last_thirty_days_as_symbols(
    factory: Factory, build: Build, page: Page
) -> None:
    for day in range(1, 29):
        factory.run(f"2026-10-{day:02d}T03:00:00Z")
    for day, outcome in ((1, "degraded"), (2, "failed"), (3, "ok"), (4, "ok")):
        factory.run(f"2026-11-{day:02d}T03:00:00Z", outcome)
    build()
    strip = page("status.html").partition('<ol class="strip">')[2].partition("</ol>")[0]
    symbols = re.findall(r'<span aria-hidden="true">(.)</span>', strip)
    assert symbols == ["✓"] * 23 + ["–"] * 3 + ["!", "✗", "✓", "✓"]


def test_curator_note_is_shown_with_its_author(
    factory: Factory, stampede: int, build: Build, page: Page
) -> None:
    note = factory.post("One reason to change")
    for subject in ("https://blog.example/stampede", "https://sho.rt/s"):
        line = {
            "action": "note",
            "subject": subject,
            "object": "Section 3 is <outdated>.",
            "reason": "Asked by readers.",
            "since": SEEN,
        }
        factory.row("curation_decisions", **line, who="curator", article_id=stampede)
    factory.row(
        "curation_decisions",
        action="note",
        subject="test:1",
        object="A classic.",
        reason="Often quoted.",
        who="Anna",
        since=SEEN,
        post_id=note,
    )
    build()
    html = page("article/1-stop-cache-stampedes.html")
    assert text(html).count("Curator's note: Section 3 is <outdated>. Asked by readers.") == 1
    assert json.loads(page("article/1-stop-cache-stampedes.json"))["curator_notes"] == [
        "Section 3 is <outdated>."
    ]
    assert "Curator's note (Anna): A classic. Often quoted." in text(page(f"post/{note}.html"))


def test_older_topic_pages_are_numbered_from_the_oldest(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for number in range(60):
        factory.article(
            f"A{number}",
            topics={"caching": "certain"},
            first_seen=f"2026-09-{number // 24 + 1:02d}T{number % 24:02d}:00:00Z",
        )
    build()
    assert article_ids(page("topic/caching/1.html")) == list(range(25, 0, -1))
    assert article_ids(page("topic/caching.html")) == list(range(60, 25, -1))
    assert 'rel="next" href="../topic/caching/1.html"' in page("topic/caching.html")


def test_kind_filter_has_counts_and_works_without_javascript(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for kind in ("guide", "guide", "paper"):
        factory.article("x", kind=kind, topics={"caching": "certain"})
    build()
    html = page("topic/caching.html")
    assert '<label for="k1">book or guide 2</label>' in html
    assert html.count('class="row k1"') == 2


def test_note_has_a_page_and_is_on_its_topic_page(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("solid")
    first = factory.post("One reason to change", topics={"solid": "certain"}, network="paste")
    other = factory.post(
        "Only one reason to change", topics={"solid": "certain"}, similar_to=first, network="paste"
    )
    build()
    html = page(f"post/{first}.html")
    assert "Post (1 similar)" in text(html)
    assert "Only one reason to change" in html
    assert "<mark>" in html
    assert f"url=../post/{first}.html#post-{other}" in page(f"post/{other}.html")
    assert f'href="../post/{first}.html"' in page("topic/solid.html")


def test_note_page_lists_at_most_fifty_similar_posts(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("solid")
    first = factory.post("One reason to change", topics={"solid": "certain"})
    for number in range(60):
        factory.post(f"One reason to change. {'again ' * 5000}{number}", similar_to=first)
    build()
    assert "and 10 more similar posts" in text(page(f"post/{first}.html"))


def test_private_posts_and_shares_have_no_note_page(
    factory: Factory, build: Build, tmp_path: Path
) -> None:
    factory.post("shares", factory.article("A"))
    factory.post("", consent="link-only")
    factory.post("hidden", hidden=1)
    factory.post("deleted", deleted_at="2026-01-01T00:00:00Z")
    build()
    assert not (tmp_path / "site/public/post").exists()


def test_author_without_consent_has_no_page(factory: Factory, build: Build, tmp_path: Path) -> None:
    factory.post(
        "x",
        factory.article("A"),
        author_id=factory.author("Ada", consent="link-only"),
        consent="link-only",
    )
    build()
    assert not (tmp_path / "site/public/author").exists()


def test_week_page_links_next_week_and_shows_iso_year(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for day in ("2026-01-01", "2026-01-05"):
        factory.article(day, topics={"caching": "certain"}, first_seen=f"{day}T00:00:00Z")
    build()
    html = page("week/2026-W01.html")
    assert "<title>Week 01, 2026: Hashtrail</title>" in html
    assert "29 Dec 2025 to 4 Jan 2026" in text(html)
    assert 'rel="next" href="../week/2026-W02.html"' in html


def test_weeks_equal_those_of_view_topic_activity(
    factory: Factory, build: Build, page: Page, tmp_path: Path
) -> None:
    factory.topic("caching")
    for day in ("2020-12-31", "2021-01-03", "2021-01-04", "2024-12-30", "2026-06-15"):
        factory.article(day, topics={"caching": "certain"}, first_seen=f"{day}T23:59:59Z")
    build()
    weeks = {row[0] for row in factory.db.execute("SELECT week FROM topic_activity")}
    assert {path.stem for path in (tmp_path / "site/public/week").glob("*W??.html")} == weeks


def test_topic_page_equals_query_of_view_article_list(
    factory: Factory, build: Build, page: Page
) -> None:
    factory.topic("caching")
    for number in range(12):
        factory.article(
            f"A{number}",
            topics={"caching": ("certain", "likely", "weak")[number % 3]},
            hidden=number % 4 == 3,
        )
    build()
    query = (
        "SELECT l.id FROM article_list l "
        "JOIN taggings t ON t.subject_kind = 'article' AND t.subject_id = l.id "
        "WHERE t.topic = 'caching' AND t.confidence <> 'weak' "
        "ORDER BY l.first_shared DESC, l.id DESC"
    )
    assert article_ids(page("topic/caching.html")) == [row[0] for row in factory.db.execute(query)]
