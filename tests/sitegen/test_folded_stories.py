"""Lists with one row for each story, and the front page that uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crawler.sitegen.folded_stories import fold_stories
from crawler.sitegen.page_kinds import Page, all_pages
from crawler.sitegen.pages import front_page
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def _model(factory: Factory, folder: Path) -> SiteModel:
    return read_site_model(open_snapshot(factory.save(folder / "public.db")))


def _front_page(model: SiteModel) -> list[Page]:
    return [page for page in all_pages(front_page, model) if isinstance(page, Page)]


def _story(factory: Factory, *titles: str) -> list[int]:
    """Articles of one story, the first one its stored lead, shared one day after another."""
    ids = [
        factory.article(title, topics={"caching": "likely"}, first_seen=f"2026-11-1{day}T10:00:00Z")
        for day, title in enumerate(titles)
    ]
    factory.db.conn.execute(
        "INSERT INTO stories (id, lead_article_id, reason) VALUES (1, ?, '')", [ids[0]]
    )
    factory.db.conn.executemany(
        "UPDATE articles SET story_id = 1 WHERE id = ?", [(article,) for article in ids]
    )
    return ids


def _factory() -> Factory:
    factory = Factory()
    factory.topic("caching")
    return factory


def test_story_is_one_row_led_by_its_stored_lead(tmp_path: Path) -> None:
    factory = _factory()
    first, second, third = _story(factory, "Outage", "The outage", "About the outage")
    other = factory.article("Leases", topics={"caching": "likely"})
    model = _model(factory, tmp_path)
    rows = fold_stories(model.listed, model.story_leads)
    folded = [(row.lead.id, [article.id for article in row.others]) for row in rows]
    assert sorted(folded) == [(first, [third, second]), (other, [])]


def test_article_that_the_others_link_to_leads_the_story(tmp_path: Path) -> None:
    factory = _factory()
    first, second, _ = _story(factory, "News", "The report of the operator", "More news")
    factory.db.conn.execute(
        "INSERT INTO article_links (article_id, url, target_id) VALUES (?, ?, ?)",
        [first, "https://example.org/report", second],
    )
    model = _model(factory, tmp_path)
    (row,) = fold_stories(model.listed, model.story_leads)
    assert row.lead.id == second


def test_lead_outside_of_the_list_leaves_the_first_article_in_front(tmp_path: Path) -> None:
    factory = _factory()
    first, *_ = _story(factory, "Outage", "The outage")
    model = _model(factory, tmp_path)
    listed = [article for article in model.listed if article.id != first]
    (row,) = fold_stories(listed, model.story_leads)
    assert (row.lead.title, row.others) == ("The outage", ())


def test_front_page_leaves_out_an_article_without_any_title(tmp_path: Path) -> None:
    factory = _factory()
    for number in range(7):
        factory.article(f"Number {number}", topics={"caching": "likely"}, rank=9)
    factory.article("", "https://short.example/a1", topics={"caching": "likely"}, state="new")
    (page,) = _front_page(_model(factory, tmp_path))
    latest = [row.lead.title for _, rows in page.context["days"] for row in rows]
    assert [title[:6] for title in latest] == ["Number"]


def test_front_page_leads_with_at_most_two_stories_of_a_host(tmp_path: Path) -> None:
    factory = _factory()
    for number, host in enumerate(["a.example"] * 3 + ["b.example"] * 3 + ["c.example"] * 2):
        url = f"https://{host}/{number}"
        factory.article(f"Number {number}", url, topics={"caching": "likely"}, rank=9 - number)
    (page,) = _front_page(_model(factory, tmp_path))
    hosts = [row.lead.host for row in page.context["lead"]]
    assert hosts == ["a.example"] * 2 + ["b.example"] * 2 + ["c.example"] * 2


def test_shelf_has_no_article_that_was_never_read(tmp_path: Path) -> None:
    factory = _factory()
    for title, state in (("Read", "ok"), ("Unread", "new"), ("Lost", "gone")):
        factory.article(title, topics={"caching": "likely"}, state=state, kind="talk")
    (page,) = _front_page(_model(factory, tmp_path))
    (shelf,) = page.context["shelves"]
    assert [article.title for article in shelf.articles] == ["Read"]


def test_front_page_shows_a_story_once(tmp_path: Path) -> None:
    factory = _factory()
    _story(factory, "Outage", "The outage", "About the outage")
    (page,) = _front_page(_model(factory, tmp_path))
    assert [len(row.others) for row in page.context["lead"]] == [2]
    assert page.context["days"] == []


def test_topic_with_few_articles_has_no_chart_on_the_front_page(tmp_path: Path) -> None:
    factory = _factory()
    factory.topic("leases")
    for number in range(10):
        factory.article(f"Caching, part {number}", topics={"caching": "likely"})
    for number in range(2):
        factory.article(f"Leases, part {number}", topics={"leases": "likely"})
    trending = front_page.trending_topics(_model(factory, tmp_path))
    assert [(item.topic, item.chart is None) for item in trending] == [
        ("caching", False),
        ("leases", True),
    ]


def test_front_page_offers_another_work_of_a_reading_list_every_week(tmp_path: Path) -> None:
    factory = _factory()
    lost = factory.article("Lost", "https://lost.example/1", state="gone", shared=False)
    for position, (title, article_id) in enumerate((("A", None), ("B", None), ("C", lost))):
        factory.row(
            "reading_list",
            topic="caching",
            position=position,
            title=title,
            url=f"https://works.example/{title}",
            article_id=article_id,
        )
    shown = []
    for week, day in enumerate(("2026-11-11", "2026-11-18", "2026-11-25")):
        factory.article("News", topics={"caching": "likely"}, first_seen=f"{day}T10:00:00Z")
        folder = tmp_path / str(week)
        folder.mkdir()
        (page,) = _front_page(_model(factory, folder))
        shown += [(pick.topic, pick.work.title) for pick in page.context["picks"]]
    assert shown == [("caching", "A"), ("caching", "B"), ("caching", "A")]


def test_status_line_warns_only_if_no_source_was_reached(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.run("2026-11-20T03:00:00Z")
    factory.row("sources", name="bad", kind="feed", last_outcome="dns", failures=1)
    build()
    assert "<b>No source could be reached</b>" in page("index.html")
    factory.row("sources", name="good", kind="feed", last_ok="2026-11-20T03:00:00Z")
    build()
    assert "No source could be reached" not in page("index.html")
