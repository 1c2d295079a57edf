"""A decision of the curator is applied once, overrides the tagger, stays in force in later crawls,
and is undone when it is withdrawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from crawler.curation.apply_decisions import AppliedDecisions, apply_decisions
from crawler.curation.ineffective_decisions import UnresolvedDecision
from crawler.errors import ConfigurationError
from crawler.links.article_key import normalize_url
from crawler.models.curator_decisions import Decision
from crawler.models.posts import Author, Consent, Link
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import due_articles
from crawler.store.posts import save_posts
from crawler.store.taggings import save_taggings
from crawler.store.verify_database import find_inconsistencies
from tests.store.conftest import NOW, POST, SCORE

LEASES = "https://a.example/leases"
HIDE = Decision("hide", LEASES, "", "Spam.")
TAG = Decision("tag", LEASES, "locks", "Chapter 3 is about locks.", "Anna")
UNTAG = Decision("untag", LEASES, "leases", "Only mentioned.")


@pytest.fixture
def ledger(full: Database) -> IdentityLedger:
    full.execute("INSERT INTO topics (slug, label, definition) VALUES ('locks', 'Locks', 'd')")
    full.execute("UPDATE articles SET key = ?", [normalize_url(LEASES).key])
    full.execute("UPDATE aliases SET key = ?", [normalize_url(LEASES).key])
    return IdentityLedger(full, normalize_url, "1")


def curate(ledger: IdentityLedger, *decisions: Decision, days: int = 0) -> AppliedDecisions:
    return apply_decisions(ledger.db, ledger, decisions, NOW + timedelta(days=days))


def share(ledger: IdentityLedger, url: str, uri: str = "2") -> int:
    save_posts(
        ledger.db, "trail", [replace(POST, uri=uri, links=(Link(url),), cards=(), author=None)], NOW
    )
    ledger.attach_links(NOW)
    article_id = ledger.find(url)
    assert article_id
    return article_id


def topics(db: Database) -> list[tuple[str, str]]:
    return db.execute(
        "SELECT topic, tagger FROM taggings WHERE subject_kind = 'article' ORDER BY topic"
    ).fetchall()


def log(db: Database) -> list[tuple[str, ...]]:
    return db.execute(
        "SELECT who, action, subject, reason FROM curation_log ORDER BY id"
    ).fetchall()


def test_repeated_decision_is_applied_and_logged_once(ledger: IdentityLedger) -> None:
    assert curate(ledger, HIDE) == AppliedDecisions(1, 0, ())
    before = list(ledger.db.conn.iterdump())
    assert curate(ledger, HIDE, days=1) == AppliedDecisions(0, 0, ())
    assert list(ledger.db.conn.iterdump()) == before
    assert log(ledger.db) == [("curator", "hide", LEASES, "Spam.")]


def test_hidden_article_is_not_listed_or_checked_until_withdrawal(
    ledger: IdentityLedger,
) -> None:
    ledger.db.execute("UPDATE articles SET state = 'new'")
    curate(ledger, HIDE)
    assert (
        due_articles(ledger.db, NOW, 5),
        ledger.db.execute("SELECT count(*) FROM article_list").fetchone(),
    ) == ([], (0,))
    assert curate(ledger) == AppliedDecisions(0, 1, ())
    assert len(due_articles(ledger.db, NOW, 5)) == 1
    assert log(ledger.db)[-1] == (
        "curator",
        "withdrawn: hide",
        LEASES,
        "no longer in data/curation",
    )


def test_hidden_post_is_not_counted_and_its_article_stays(ledger: IdentityLedger) -> None:
    curate(ledger, Decision("hide", POST.uri, "", "Rude."))
    assert ledger.db.execute("SELECT hidden FROM posts").fetchone() == (1,)
    assert ledger.db.execute("SELECT shares FROM article_list").fetchone() == (0,)


def test_topics_of_curator_override_the_tagger_and_stay_after_retagging(
    ledger: IdentityLedger,
) -> None:
    curate(ledger, TAG, UNTAG)
    assert topics(ledger.db) == [("locks", "curator")]
    save_taggings(ledger.db, [(("article", 1), [SCORE])], "matcher", "v2")
    curate(ledger, TAG, UNTAG, days=1)
    assert topics(ledger.db) == [("locks", "curator")]
    assert ledger.db.execute(
        "SELECT field, quote FROM evidence JOIN taggings t ON t.id = tagging_id "
        "WHERE tagger = 'curator'"
    ).fetchall() == [("curator", "Chapter 3 is about locks.")]
    assert find_inconsistencies(ledger.db) == []


def test_withdrawn_topic_makes_the_tagger_decide_again(ledger: IdentityLedger) -> None:
    curate(ledger, TAG, UNTAG)
    ledger.db.execute("UPDATE articles SET annotated = 'v1'")
    curate(ledger)
    assert topics(ledger.db) == []
    assert ledger.db.execute("SELECT annotated FROM articles").fetchone() == ("",)


def test_new_reason_is_stored_and_logged(ledger: IdentityLedger) -> None:
    curate(ledger, TAG)
    assert curate(ledger, replace(TAG, reason="Its title says so.")) == AppliedDecisions(1, 0, ())
    assert ledger.db.execute("SELECT quote FROM evidence WHERE field = 'curator'").fetchall() == [
        ("Its title says so.",)
    ]
    assert [row[3] for row in log(ledger.db)] == [
        "locks: Chapter 3 is about locks.",
        "locks: Its title says so.",
    ]


def test_banned_host_hides_its_articles_and_those_of_its_subdomains(
    ledger: IdentityLedger,
) -> None:
    farm = [
        share(ledger, "https://farm.example/1", "2"),
        share(ledger, "https://blog.farm.example/2", "3"),
    ]
    share(ledger, "https://notfarm.example/", "4")
    curate(ledger, Decision("ban-host", "farm.example", "", "A link farm."))
    assert [row[0] for row in ledger.db.execute("SELECT id FROM articles WHERE hidden = 1")] == farm
    later = share(ledger, "https://farm.example/3", "5")
    curate(ledger, Decision("ban-host", "farm.example", "", "A link farm."), days=1)
    assert ledger.db.execute("SELECT hidden FROM articles WHERE id = ?", [later]).fetchone() == (1,)


def test_banned_author_hides_articles_without_other_sharers(ledger: IdentityLedger) -> None:
    ban = Decision("ban-author", "mastodon:anna@trail.example", "", "A bot.")
    assert curate(ledger, ban).unresolved == ()
    assert ledger.db.execute("SELECT p.hidden, a.hidden FROM posts p, articles a").fetchall() == [
        (1, 1)
    ]
    share(ledger, LEASES)
    curate(ledger, ban, days=1)
    assert ledger.db.execute("SELECT hidden FROM articles").fetchall() == [(0,)]


def test_withheld_author_can_be_banned(ledger: IdentityLedger) -> None:
    author = Author("mastodon", "Bot@trail.example", consent=Consent.LINK_ONLY)
    post = replace(
        POST,
        uri="2",
        links=(Link("https://b.example/"),),
        cards=(),
        author=author,
        consent=Consent.LINK_ONLY,
    )
    save_posts(ledger.db, "trail", [post], NOW)
    ledger.attach_links(NOW)
    ban = Decision("ban-author", "mastodon:bot@trail.example", "", "A bot.")
    assert curate(ledger, ban).unresolved == ()
    assert ledger.db.execute("SELECT url FROM articles WHERE hidden").fetchall() == [
        ("https://b.example/",)
    ]


def test_merged_urls_are_one_article_until_withdrawal(
    ledger: IdentityLedger,
) -> None:
    share(ledger, "https://mirror.example/leases")
    merge = Decision("merge", "https://mirror.example/leases", LEASES, "Its mirror.")
    assert curate(ledger, merge) == AppliedDecisions(1, 0, ())
    assert ledger.find("https://mirror.example/leases") == ledger.find(LEASES) == 1
    share(ledger, "https://mirror.example/leases", "3")
    assert curate(ledger, merge, days=1) == AppliedDecisions(0, 0, ())
    assert ledger.db.table("articles").count == 1
    curate(ledger, days=2)
    assert ledger.find("https://mirror.example/leases") != ledger.find(LEASES)


def test_split_stays_in_force_after_the_next_crawl(ledger: IdentityLedger) -> None:
    share(ledger, "https://mirror.example/leases")
    ledger.merge(1, 2, "text-match", "same words", NOW)
    curate(ledger, Decision("split", "https://mirror.example/leases", "", "Another text."))
    share(ledger, "https://mirror.example/leases", "3")
    assert ledger.find("https://mirror.example/leases") != ledger.find(LEASES)


def test_decision_on_unknown_url_is_unresolved_until_the_url_is_stored(
    ledger: IdentityLedger,
) -> None:
    pin = Decision("pin", "https://later.example/", "locks", "A classic.")
    assert curate(ledger, pin) == AppliedDecisions(
        1, 0, (UnresolvedDecision(pin, "no article or post with this URL is stored"),)
    )
    later = share(ledger, "https://later.example/")
    assert curate(ledger, pin) == AppliedDecisions(0, 0, ())
    assert ledger.db.execute(
        "SELECT action, object, article_id FROM curation_decisions"
    ).fetchall() == [("pin", "locks", later)]


def test_unknown_topic_is_refused_and_nothing_is_stored(
    ledger: IdentityLedger,
) -> None:
    with pytest.raises(ConfigurationError, match="there is no topic 'cashing'"):
        curate(ledger, HIDE, replace(TAG, object="cashing"))
    assert log(ledger.db) == []
