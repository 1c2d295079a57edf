"""The review queue lists uncertain automatic decisions, the most urgent first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from crawler.curation.ineffective_decisions import UnresolvedDecision
from crawler.curation.review_queue import count_review_items, list_review_items
from crawler.models.curator_decisions import Decision
from crawler.models.posts import Card
from crawler.store.posts import save_posts
from tests.store.conftest import ARTICLE, NOW, POST, add_article, read_article

CASES = {
    "address-suspicious": """UPDATE articles
        SET state = 'hijacked', state_since = 'x', state_evidence = 'a casino now'""",
    "copy-joined": """INSERT INTO aliases (url, key, article_id, reason, joined_to, added_at)
        VALUES ('u', 'k', 1, 'text-match', 'v', 'x')""",
    "topic-missing": "DELETE FROM taggings",
    "topic-weak": "UPDATE taggings SET confidence = 'weak'",
}


def test_certain_decisions_are_not_listed(full: Database) -> None:
    assert (list_review_items(full, 5), count_review_items(full)) == ([], {})


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_of_uncertain_decision_is_listed(full: Database, kind: str) -> None:
    full.conn.executescript(CASES[kind])
    assert [item.kind for item in list_review_items(full, 5)] == [kind]
    assert count_review_items(full) == {kind: 1}


def test_card_without_article_is_listed_with_its_post(full: Database) -> None:
    orphans = [
        replace(
            POST,
            uri=f"card:{number}",
            links=(),
            cards=(Card(f"Fallacies {number}", site_name="A blog"),),
        )
        for number in (1, 2)
    ]
    save_posts(full, "inbox", orphans, NOW)
    assert [(item.subject, item.message) for item in list_review_items(full, 1)] == [
        ("Fallacies 1", "on A blog, shared in card:1")
    ]
    assert count_review_items(full) == {"card-unmatched": 2}


def test_story_is_listed_by_its_lead_article(full: Database) -> None:
    read_article(
        full,
        add_article(full, "https://b.example/", "b.example"),
        replace(ARTICLE, title="The same event"),
    )
    full.conn.executescript(
        "INSERT INTO stories (lead_article_id, reason) VALUES (1, 'same event');"
        "UPDATE articles SET story_id = 1"
    )
    stories = [item for item in list_review_items(full, 5) if item.kind == "story"]
    assert [(item.subject, item.message) for item in stories] == [
        ("https://a.example/leases", "Leases beat locks, with 1 more: same event")
    ]


def test_unresolved_decision_is_listed_with_its_entry(full: Database) -> None:
    decision = Decision(
        "hide", "https://gone.example/", "", "Spam.", where="decisions.toml: hide number 1"
    )
    unresolved = [UnresolvedDecision(decision, "no article or post with this URL is stored")]
    assert count_review_items(full, unresolved) == {"decision-unmet": 1}
    assert [(item.kind, item.message) for item in list_review_items(full, 5, unresolved)] == [
        (
            "decision-unmet",
            "decisions.toml: hide number 1: https://gone.example/: "
            "no article or post with this URL is stored",
        )
    ]
