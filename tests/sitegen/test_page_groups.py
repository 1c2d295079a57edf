"""Page groups: one for each subject, only those of chosen keys, and versions of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.sitegen.article_store import BATCH, ArticleStore
from crawler.sitegen.changed_keys import EVERY_KEY, changed_keys
from crawler.sitegen.page_kinds import Page, PageKind, load_page_kinds
from crawler.sitegen.pages import kinds
from crawler.sitegen.pagination import PAGE_SIZE
from crawler.sitegen.site_model import SiteModel, read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.store.item_versions import store_item_versions
from tests.sitegen.factory import Factory

OF_SUBJECTS = [kind for kind in load_page_kinds() if kind.SUBJECT != "site"]


def model_of(factory: Factory, path: Path) -> SiteModel:
    store_item_versions(factory.db.conn)
    return read_site_model(open_snapshot(factory.save(path)))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with two subjects or more of each kind of page."""
    factory = Factory()
    for topic in ("caching", "leases"):
        factory.topic(topic)
    people = [factory.author("Ada"), factory.author("Ben")]
    articles = []
    for number in range(8):
        topic, kind = (("caching", "talk"), ("leases", "paper"))[number % 2]
        article = factory.article(
            f"Part {number}",
            f"https://host{number % 2}.example/{number}",
            topics={topic: "certain"},
            kind=kind,
            first_seen=f"2026-{9 + number // 4}-12T10:00:00Z",
        )
        factory.post(
            f"About part {number}",
            article,
            author_id=people[number % 2],
            published=f"2026-{9 + number // 4:02}-12T10:00:00Z",
        )
        articles.append(article)
    for name in ("Kafka", "Redis"):
        factory.entity(name, articles)
    for number in range(2):
        factory.post(f"A note on leases, {number}", topics={"leases": "certain"})
    factory.article("News", topics={"caching": "certain"}, first_seen="2026-11-20T10:00:00Z")
    return factory.save(tmp_path_factory.mktemp("groups") / "public.db")


@pytest.mark.parametrize("kind", OF_SUBJECTS, ids=lambda kind: kind.__name__.rpartition(".")[2])
def test_chosen_key_yields_the_group_of_the_full_build(kind: PageKind, snapshot: Path) -> None:
    full = {
        group.key: [page.path for page in group.make()]
        for group in kind.page_groups(read_site_model(open_snapshot(snapshot)))
    }
    assert len(full) > 1
    for key, paths in full.items():
        model = read_site_model(open_snapshot(snapshot))
        (group,) = kind.page_groups(model, {key})
        assert (group.key, [page.path for page in group.make()]) == (key, paths)


@pytest.mark.parametrize("kind", OF_SUBJECTS, ids=lambda kind: kind.__name__.rpartition(".")[2])
def test_key_without_pages_yields_no_group(kind: PageKind, snapshot: Path) -> None:
    model = read_site_model(open_snapshot(snapshot))
    assert list(kind.page_groups(model, {"999"})) == []


def versions(factory: Factory, path: Path) -> dict[str, str]:
    (group,) = kinds.page_groups(model_of(factory, path), {"talk"})
    return {page.path: page.version for page in group.make() if isinstance(page, Page)}


def test_only_the_numbered_page_of_a_changed_article_gets_another_version(tmp_path: Path) -> None:
    factory = Factory()
    factory.topic("caching")
    ids = [
        factory.article(
            f"Part {number}",
            topics={"caching": "certain"},
            kind="talk",
            first_seen=f"2026-11-20T10:{number % 60:02}:00Z",
        )
        for number in range(2 * PAGE_SIZE)
    ]
    extra = [
        factory.article(
            "New",
            topics={"caching": "certain"},
            kind="talk",
            first_seen="2026-11-20T12:00:00Z",
        )
        for _ in range(PAGE_SIZE)
    ]
    first = versions(factory, tmp_path / "1.db")
    assert [path for path, version in first.items() if version] == [
        "kind/talk/2.html",
        "kind/talk/1.html",
    ]

    factory.db.execute("UPDATE articles SET summary = 'Other' WHERE id = ?", (extra[-1],))
    assert versions(factory, tmp_path / "2.db") == first

    factory.db.execute("UPDATE articles SET summary = 'Other' WHERE id = ?", (ids[0],))
    edited = versions(factory, tmp_path / "3.db")
    assert [path for path in first if edited[path] != first[path]] == ["kind/talk/1.html"]


def test_store_keeps_a_limited_number_of_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.sitegen.article_store._MAX_KEPT", 4)
    factory = Factory()
    ids = [factory.article(f"Part {number}") for number in range(9)]
    store = ArticleStore(open_snapshot(factory.save(tmp_path / "public.db")))
    for start in range(0, len(ids), 3):
        store.load(ids[start : start + 3])
        assert len(store._kept) <= 4 < BATCH
    assert [article.id for article in store.visible([*ids[:2], *ids])] == [*ids[:2], *ids]
    assert store.get(999) is None


def test_first_week_of_another_year_chooses_every_page(tmp_path: Path) -> None:
    factory = Factory()
    factory.topic("leases")
    topics = {"leases": "certain"}
    factory.article("Before", topics=topics, kind="talk", first_seen="2026-12-20T10:00:00Z")
    published = factory.save(tmp_path / "published.db")
    factory.article("After", topics=topics, kind="talk", first_seen="2027-01-20T10:00:00Z")
    model = model_of(factory, tmp_path / "public.db")
    groups = {"entities": [], "kinds": ["talk"], "weekly_digests": [], "weeks": ["2026-W51"]}
    assert changed_keys(tmp_path / "public.db", published, model, groups) is EVERY_KEY
