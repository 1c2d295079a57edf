"""Pages of the changes of each day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.template_renderer import Renderer
from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory

DAY = "2026-11-20"
PAGE = f"changes/{DAY}.html"


def text(html: str) -> str:
    """The visible text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def change(factory: Factory, article: int, name: str, detail: str = "", hour: int = 4) -> None:
    """A change on the day of the run."""
    at = f"{DAY}T{hour:02d}:00:00Z"
    factory.row("article_changes", article_id=article, at=at, change=name, detail=detail)


@pytest.fixture
def old(factory: Factory) -> int:
    """An article that was first seen long before the day."""
    for topic in ("caching", "locking"):
        factory.topic(topic)
    factory.run(f"{DAY}T03:00:00Z", counts=json.dumps({"posts_deleted": 2}))
    topics = {"caching": "certain"}
    return factory.article("An old article", topics=topics, first_seen="2026-01-01T00:00:00Z")


def test_new_articles_and_deletions_are_listed(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    factory.article("A new article", topics={"caching": "certain"})
    factory.article("Without a topic")
    build()
    shown = text(page(PAGE))
    assert "Changes on Friday, 20 November 2026 1 run 2 deleted posts" in shown
    assert "New articles 2 A new article" in shown
    assert "1 new article without a topic" in shown
    assert "An old article" not in shown
    assert "Without a topic" not in shown
    assert "Friday, 20 November 2026 2 new 2 deleted posts" in text(page("changes.html"))


def test_added_and_removed_topics_are_listed(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    change(factory, old, "topic-added", "locking")
    change(factory, old, "topic-removed", "queues")
    build()
    shown = text(page(PAGE))
    assert "Other topics than before 1 An old article example.org" in shown
    assert "added Locking removed queues" in shown


def test_topic_added_and_removed_on_one_day_is_left_out(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    change(factory, old, "topic-added", "locking")
    change(factory, old, "topic-removed", "locking", 8)
    build()
    assert "The runs of this day changed no article." not in text(page("changes.html"))
    assert "Other topics" not in text(page(PAGE))


@pytest.mark.parametrize(
    ("states", "heading"),
    [
        (["ok gone"], "No longer available 1"),
        (["parked ok"], "Available again 1"),
        (["ok moved"], "Other changes of state 1"),
        (["ok gone", "gone ok"], "The runs of this day changed no article."),
        (["ok blocked", "blocked gone"], "No longer available 1"),
    ],
)
def test_changed_states_are_grouped(
    states: list[str],
    heading: str,
    factory: Factory,
    old: int,
    build: Build,
    page: Callable[[str], str],
) -> None:
    for hour, detail in enumerate(states, 4):
        change(factory, old, "state", detail, hour)
    factory.db.execute("UPDATE runs SET counts = '{}'")
    build()
    assert heading in text(page(PAGE))


def test_merged_and_split_articles_are_listed(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    change(factory, old, "merged")
    change(factory, old, "split")
    build()
    shown = text(page(PAGE))
    assert "another article was merged into this one" in shown
    assert "split off another article" in shown


def test_changes_of_hidden_articles_are_not_listed(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    change(factory, old, "state", "ok gone")
    factory.db.execute("UPDATE articles SET hidden = 1 WHERE id = ?", (old,))
    build()
    assert "An old article" not in page(PAGE)


def test_pending_changes_are_not_listed(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    factory.row("article_changes", article_id=old, change="merged")
    build()
    assert "merged" not in text(page(PAGE))


def test_days_link_to_each_other(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    factory.run("2026-11-18T03:00:00Z")
    build()
    assert 'rel="prev" href="../changes/2026-11-18.html"' in page(PAGE)
    assert f'rel="next" href="../{PAGE}"' in page("changes/2026-11-18.html")


def test_long_lists_are_cut_with_the_number_left_out(
    factory: Factory, old: int, build: Build, page: Callable[[str], str]
) -> None:
    for number in range(120):
        factory.article(f"New {number}", topics={"caching": "certain"})
    build()
    assert page(PAGE).count('<li class="row">') == 100
    assert "20 more articles" in text(page(PAGE))


def test_site_without_runs_explains_the_empty_index(
    build: Build, page: Callable[[str], str], tmp_path: Path
) -> None:
    build()
    assert "No runs yet." in text(page("changes.html"))
    assert not (tmp_path / "site/public/changes").exists()


def test_only_the_page_of_a_changed_day_is_rendered_again(
    factory: Factory, old: int, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (17, 18, 19):
        factory.run(f"2026-11-{day}T03:00:00Z")
    for name in ("topic-added", "state", "merged"):
        change(factory, old, name, "ok gone" if name == "state" else "locking")
    build()
    rendered: list[str] = []
    render = Renderer.page

    def record(self: Renderer, template: str, path: str, **context: object) -> OutputFile:
        rendered.append(path)
        return render(self, template, path, **context)

    monkeypatch.setattr(Renderer, "page", record)
    erasure = {"who": "ada", "action": "forget", "subject": "a person", "reason": "Asked."}
    factory.row("curation_log", at="2026-11-18T05:00:00Z", **erasure)
    build()
    assert [path for path in rendered if path.startswith("changes/")] == ["changes/2026-11-18.html"]

    rendered.clear()
    factory.db.execute("UPDATE articles SET title = 'A new title' WHERE id = ?", (old,))
    build()
    assert [path for path in rendered if path.startswith("changes/")] == [PAGE]
