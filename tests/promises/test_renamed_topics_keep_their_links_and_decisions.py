"""A topic that gets another slug keeps its page URLs, its decisions and its explorer links."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler.curation.apply_decisions import apply_decisions
from crawler.errors import ConfigurationError
from crawler.links.article_key import normalize_url
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Topic
from crawler.named_queries.query_files import all_queries
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.sitegen.publish_gates import PublishedSite, find_losses
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.store.taggings import save_topics
from crawler.topics.taxonomy import make_taxonomy
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory
from tests.store.conftest import NOW, POST

NEW = Topic("message-brokers", "Message brokers", "d", formerly=("queues",))


def _page(factory: Factory, folder: Path, path: str) -> str:
    factory.article("About brokers", topics={"message-brokers": "certain"})
    database, target = factory.save(folder / "public.db"), folder / "site"
    folders = bundled_path("templates"), bundled_path("site", "assets")
    build_site(database, target, SiteSettings(), NOW, *folders)
    return (target / path).read_text(encoding="utf-8")


def test_page_of_the_former_slug_redirects(tmp_path: Path) -> None:
    factory = Factory()
    factory.topic("message-brokers", "Message brokers", formerly='["queues"]')
    page = _page(factory, tmp_path, "topic/queues.html")
    assert 'content="0; url=../topic/message-brokers.html"' in page


def test_former_slug_that_is_a_topic_keeps_its_own_page(tmp_path: Path) -> None:
    factory = Factory()
    factory.topic("message-brokers", "Message brokers", formerly='["queues"]')
    factory.topic("queues", "Queues")
    assert "<h1>Queues</h1>" in _page(factory, tmp_path, "topic/queues.html")


def test_renamed_topic_is_not_reported_as_emptied() -> None:
    before = PublishedSite(articles=20, topics={"queues": 20})
    counts = {"message-brokers": 20}
    assert list(find_losses(before, 20, counts)) != []
    assert list(find_losses(before, 20, counts, renamed={"queues": "message-brokers"})) == []


def test_decision_about_the_former_slug_applies_to_the_present_topic() -> None:
    db = open_memory()
    save_topics(db, [NEW])
    ledger = IdentityLedger(db, normalize_url, "1")
    save_posts(db, "trail", [POST], NOW)
    ledger.attach_links(NOW)
    url = POST.links[0].url
    decision = Decision("tag", url, "queues", "It is.", "curator")
    apply_decisions(db, ledger, [decision], NOW)
    assert db.execute("SELECT topic, tagger FROM taggings").fetchall() == [
        ("message-brokers", "curator")
    ]
    assert apply_decisions(db, ledger, [decision], NOW).new == 0


def test_explorer_accepts_the_former_slug() -> None:
    db = open_memory()
    save_topics(db, [NEW])
    (named,) = [query for query in all_queries() if query.name == "articles_of_a_topic"]
    clause = named.sql[named.sql.index("t.topic = ") :].split("ORDER BY")[0].partition(" = ")[2]
    for slug in ("queues", "message-brokers"):
        found = db.execute(f"SELECT {clause}", {"topic": slug}).fetchone()
        assert found == ("message-brokers",)


def test_two_topics_cannot_have_the_same_former_slug() -> None:
    other = replace(NEW, slug="streams")
    with pytest.raises(ConfigurationError, match="formerly names 'queues', as message-brokers"):
        make_taxonomy([NEW, other])
    assert make_taxonomy([NEW, other, Topic("queues", "Queues", "d")]).topics.keys()
