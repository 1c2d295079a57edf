"""Pages of weeks, authors and publishers: rows, folded stories, words of the author."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.sitegen.display_formats import format_day_in_year, format_week
from crawler.sitegen.page_kinds import Page, PageKind, all_pages
from crawler.sitegen.pages import authors, posts_without_links, publishers, weeks
from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.urls_and_hashtags import without_hashtags
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


@pytest.fixture
def library() -> Factory:
    """A snapshot with one topic."""
    factory = Factory()
    factory.topic("caching")
    return factory


def _first_page(kind: PageKind, factory: Factory, folder: Path) -> Page:
    model = read_site_model(open_snapshot(factory.save(folder / "public.db")))
    page = next(iter(all_pages(kind, model)))
    assert isinstance(page, Page)
    return page


def test_week_page_shows_a_story_once_with_its_articles_below(
    library: Factory, tmp_path: Path
) -> None:
    first, second, third = (
        library.article(title, topics={"caching": "likely"})
        for title in ("Outage of a lock service", "The outage explained", "Leases in practice")
    )
    library.db.conn.execute(
        "INSERT INTO stories (id, lead_article_id, reason) VALUES (1, ?, '')", [first]
    )
    library.db.conn.execute("UPDATE articles SET story_id = 1 WHERE id IN (?, ?)", [first, second])
    page = _first_page(weeks, library, tmp_path)
    folded = {row.lead.id: [article.id for article in row.others] for row in page.context["top"]}
    assert folded == {first: [second], third: []}
    assert (page.context["total"], page.context["stories"]) == (3, 2)


def test_author_page_shows_an_article_once_with_the_words_of_the_newest_post(
    library: Factory, tmp_path: Path
) -> None:
    ada = library.author("Ada")
    article = library.article("Leases in practice", topics={"caching": "likely"})
    for day, text in ((10, "An older remark about the lease."), (12, "Fence every write. #locks")):
        library.post(text, article, author_id=ada, published=f"2026-11-{day}T09:00:00Z")
    page = _first_page(authors, library, tmp_path)
    (share,) = page.context["shared"]  # type: ignore[misc]
    assert (share.article.id, share.shared[:10]) == (article, "2026-11-12")  # type: ignore[has-type]
    assert page.context["topic_counts"] == [("caching", 1)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Leases in practice: a lock with a clock", ""),
        ("leases in practice", ""),
        ("The part about clock drift is the best one I read", "The part about clock drift"),
    ],
    ids=["contains the title", "is the title", "own words"],
)
def test_words_of_an_author_do_not_repeat_the_title(
    library: Factory, tmp_path: Path, text: str, words: str
) -> None:
    article = library.article("Leases in practice", topics={"caching": "likely"})
    library.post(text, article, author_id=library.author("Ada"))
    page = _first_page(authors, library, tmp_path)
    (share,) = page.context["shared"]  # type: ignore[misc]
    assert bool(share.words) == bool(words)  # type: ignore[has-type]
    assert share.words.startswith(words)  # type: ignore[has-type]


@pytest.mark.parametrize(("count", "has_chart"), [(9, False), (10, True)])
def test_publisher_has_a_chart_from_ten_articles_on(
    library: Factory, tmp_path: Path, count: int, has_chart: bool
) -> None:
    for number in range(count):
        library.article(f"Part {number} of a series", topics={"caching": "likely"})
    page = _first_page(publishers, library, tmp_path)
    assert (page.context["chart"] is not None) == has_chart


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clocks drift. #Raft #Paxos", "Clocks drift."),
        ("Clocks drift\n\n#Raft", "Clocks drift"),
        ("Clocks drift #Raft #Paxos #Time", "Clocks drift"),
        ("Read this about #Raft", "Read this about #Raft"),
        ("We finished as #1", "We finished as #1"),
        ("#Raft #Paxos", "#Raft #Paxos"),
        ("#Raft needs clocks.", "#Raft needs clocks."),
        ("", ""),
    ],
)
def test_closing_hashtags_are_left_out_and_those_of_a_sentence_stay(
    text: str, expected: str
) -> None:
    assert without_hashtags(text) == expected


@pytest.mark.parametrize(
    ("year", "expected"), [("2026", "20 Nov"), ("2027", "20 Nov 2026"), ("", "20 Nov 2026")]
)
def test_day_in_the_current_year_has_no_year(year: str, expected: str) -> None:
    assert format_day_in_year("2026-11-20T03:41:00Z", year) == expected


def test_same_words_of_several_people_are_shown_once(library: Factory, tmp_path: Path) -> None:
    first = library.post("Fence the writes of every lease. #Raft", author_id=library.author("Ada"))
    same = library.post(
        "Fence the writes of every lease.", author_id=library.author("Bo"), similar_to=first
    )
    other = library.post("Fence the writes of each lease!", similar_to=first)
    context = _first_page(posts_without_links, library, tmp_path).context
    assert [post.id for post in context["same"]] == [same]  # type: ignore[attr-defined]
    assert [post.id for post in context["similar"]] == [other]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("week", "days"),
    [
        ("2026-W47", "16 to 22 Nov 2026"),
        ("2026-W44", "26 Oct to 1 Nov 2026"),
        ("2026-W01", "29 Dec 2025 to 4 Jan 2026"),
    ],
)
def test_days_of_a_week_repeat_no_month_and_no_year(week: str, days: str) -> None:
    assert format_week(week) == days


def test_weeks_link_to_a_week_that_gets_articles_between_them(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("raft")
    for day in ("2026-10-05", "2026-10-26"):
        factory.article(day, topics={"raft": "certain"}, first_seen=f"{day}T05:00:00Z")
    build()
    assert "week/2026-W44.html" in page("week/2026-W41.html")
    factory.article("Late", topics={"raft": "certain"}, first_seen="2026-10-14T05:00:00Z")
    build()
    assert 'rel="next" href="../week/2026-W42.html"' in page("week/2026-W41.html")
    assert 'rel="prev" href="../week/2026-W42.html"' in page("week/2026-W44.html")
