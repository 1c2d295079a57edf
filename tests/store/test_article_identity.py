"""One article however its URL is spelled.

The ledger joins, explains and splits articles, and rebuilds keys under new rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.links.article_key import normalize_url
from crawler.models.articles import AliasReason
from crawler.models.card_matching import ArticleMatch, MatchCandidate, WaitingCard
from crawler.models.http_exchange import Hop
from crawler.models.posts import Card, Link, Post
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.store.rebuild_keys import RekeyResult
from crawler.store.tombstones import add_tombstones, load_tombstones

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN = "https://example.org/clocks"
TRACKED = "http://www.example.org/clocks/?utm_source=feed"
OTHER = "https://example.com/raft"
SHORT = "https://bit.ly/abc123"
FIRST_TWO = [ArticleMatch(2, 1, 0.97)]


def ledger_of(
    urls: Iterable[str] = (), key: Callable[[str], object] = normalize_url, version: str = "1"
) -> IdentityLedger:
    """A ledger over a fresh database to which one post for each URL was attached."""
    ledger = IdentityLedger(open_memory(), key, version)  # type: ignore[arg-type]
    save_posts(ledger.db, "test", [post(url) for url in urls], NOW)
    ledger.rekey(NOW)
    ledger.attach_links(NOW)
    return ledger


def post(*urls: str, cards: tuple[Card, ...] = ()) -> Post:
    return Post(
        "test",
        f"test:{'|'.join(urls)}",
        "clocks drift",
        links=tuple(Link(url) for url in urls),
        cards=cards,
    )


def partition(db: Database) -> set[frozenset[str]]:
    rows = db.execute("SELECT article_id, url FROM links WHERE article_id IS NOT NULL").fetchall()
    return {frozenset(url for article, url in rows if article == one) for one, _ in rows}


def reasons(db: Database, url: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT reason FROM aliases WHERE url = ?", [url])}


def everything(db: Database) -> list[object]:
    return [
        list(db.table(table).rows)
        for table in ("articles", "aliases", "links", "cards", "kept_apart", "versions")
    ]


def test_links_with_one_key_get_one_article_and_an_alias_each() -> None:
    ledger = ledger_of([TRACKED, PLAIN, OTHER])
    assert partition(ledger.db) == {frozenset({TRACKED, PLAIN}), frozenset({OTHER})}
    assert reasons(ledger.db, TRACKED) == {
        "as-posted",
        "rule:scheme",
        "rule:www",
        "rule:tracking-utm",
    }
    assert ledger.find("https://m.example.org/clocks#top") == ledger.find(PLAIN)


def test_attaching_twice_changes_nothing() -> None:
    ledger = ledger_of([TRACKED, PLAIN, OTHER])
    before = everything(ledger.db)
    assert ledger.attach_links(NOW).count == 0
    assert everything(ledger.db) == before


def test_link_with_invalid_url_has_no_article() -> None:
    ledger = ledger_of(["mailto:ada@example.org", "https://"])
    assert ledger.db.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_short_link_gets_the_url_of_its_redirect() -> None:
    ledger = ledger_of([SHORT])
    article = ledger.record_redirect(1, [Hop(SHORT, 301), Hop("https://t.co/x", 302)], TRACKED, NOW)
    assert (article, ledger.find(PLAIN), ledger.find(SHORT), ledger.find("https://t.co/x")) == (
        1,
        1,
        1,
        1,
    )
    assert ledger.db.execute("SELECT url, host, key FROM articles").fetchall() == [
        (TRACKED, "example.org", "example.org/clocks")
    ]
    redirect = ledger.db.execute(
        "SELECT joined_to, evidence FROM aliases WHERE url = ? AND reason = 'redirect'", [TRACKED]
    ).fetchone()
    assert redirect == ("https://t.co/x", "HTTP 302 from https://t.co/x")


def test_redirect_to_a_stored_article_merges_into_the_lower_id() -> None:
    ledger = ledger_of([SHORT, PLAIN])
    save_posts(ledger.db, "test", [post(SHORT, cards=(Card("Clocks drift", link=SHORT),))], NOW)
    assert ledger.record_redirect(2, [], PLAIN, NOW) == 2
    assert ledger.record_redirect(1, [Hop(SHORT, 301)], PLAIN, NOW) == 1
    assert partition(ledger.db) == {frozenset({SHORT, PLAIN})}
    assert ledger.db.execute("SELECT id, url FROM articles").fetchall() == [(1, PLAIN)]


def test_article_id_is_never_reused() -> None:
    ledger = ledger_of([PLAIN, SHORT])
    ledger.merge(1, 2, AliasReason.REDIRECT, "seen", NOW)
    save_posts(ledger.db, "test", [post(OTHER)], NOW)
    ledger.attach_links(NOW)
    assert ledger.find(OTHER) == 3


def test_canonical_url_merges_a_cross_post_and_mutual_claims_are_stable() -> None:
    ledger = ledger_of([OTHER, PLAIN])
    assert ledger.record_canonical(1, PLAIN, "link rel=canonical", NOW) == 1
    before = everything(ledger.db)
    assert ledger.record_canonical(1, OTHER, "link rel=canonical", NOW) == 1
    ledger.record_canonical(1, PLAIN, "link rel=canonical", NOW)
    assert everything(ledger.db) == before
    assert ledger.record_redirect(1, [Hop(PLAIN, 301)], OTHER, NOW) == 1
    assert ledger.db.execute("SELECT url FROM articles").fetchall() == [(PLAIN,)]


def test_merge_moves_everything_and_keeps_the_stored_text() -> None:
    ledger = ledger_of([SHORT, PLAIN])
    ledger.db.execute(
        "UPDATE articles SET title = 'Clocks', text = 'Clocks drift.', content_hash = 'x', state = "
        "'ok', hidden = 1 WHERE id = 2"
    )
    ledger.db.execute(
        "INSERT INTO article_links (article_id, url) VALUES (2, 'https://example.net/')"
    )
    ledger.db.execute(
        "INSERT INTO topics (slug, label, definition) VALUES ('clocks', 'Clocks', 'Time.')"
    )
    ledger.db.execute(
        "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
        "taxonomy_version) "
        "VALUES ('article', 2, 'clocks', 1, 'weak', 't', '1')"
    )
    ledger.merge(1, 2, AliasReason.CURATOR, "the same talk", NOW)
    assert ledger.db.execute("SELECT id, title, text, hidden, state FROM articles").fetchall() == [
        (1, "Clocks", "Clocks drift.", 1, "ok")
    ]
    assert ledger.db.execute("SELECT article_id FROM article_links").fetchall() == [(1,)]
    assert ledger.db.execute("SELECT count(*) FROM taggings").fetchone() == (0,)
    assert ledger.find(PLAIN) == 1


def test_split_of_a_redirect_survives_the_next_crawl() -> None:
    ledger = ledger_of([SHORT, PLAIN])
    ledger.record_redirect(1, [Hop(SHORT, 301)], PLAIN, NOW)
    made = ledger.split(PLAIN, NOW)
    assert partition(ledger.db) == {frozenset({SHORT}), frozenset({PLAIN})}
    assert ledger.record_redirect(1, [Hop(SHORT, 301)], PLAIN, NOW) == 1
    assert ledger.record_canonical(1, TRACKED, "link rel=canonical", NOW) == 1
    assert ledger.merge(1, made, AliasReason.TEXT_MATCH, "same words", NOW) == 1
    assert partition(ledger.db) == {frozenset({SHORT}), frozenset({PLAIN})}
    assert ledger.split(PLAIN, NOW) == made


def test_curator_splits_urls_with_one_key() -> None:
    ledger = ledger_of([PLAIN, TRACKED])
    made = ledger.split(TRACKED, NOW)
    save_posts(ledger.db, "test", [post(TRACKED, OTHER)], NOW)
    ledger.attach_links(NOW)
    assert ledger.find(TRACKED) == made != ledger.find(PLAIN)
    assert IdentityLedger(ledger.db, normalize_url, "2").rekey(NOW) == RekeyResult(0, 0)
    assert ledger.find(TRACKED) == made != ledger.find(PLAIN)


def test_merge_by_the_curator_overrides_an_earlier_split() -> None:
    ledger = ledger_of([PLAIN, TRACKED])
    made = ledger.split(TRACKED, NOW)
    ledger.merge(1, made, AliasReason.CURATOR, "one after all", NOW)
    assert partition(ledger.db) == {frozenset({PLAIN, TRACKED})}
    assert ledger.db.execute("SELECT count(*) FROM not_merged").fetchone() == (0,)


def test_repeated_split_changes_nothing() -> None:
    ledger = ledger_of([SHORT, PLAIN])
    ledger.record_redirect(1, [Hop(SHORT, 301)], PLAIN, NOW)
    made = ledger.split(SHORT, NOW)
    ledger.record_redirect(made, [Hop(SHORT, 301)], OTHER, NOW)
    before = everything(ledger.db)
    assert ledger.split(SHORT, NOW) == made == ledger.find(OTHER)
    assert everything(ledger.db) == before


def test_withdrawn_split_merges_the_articles_again() -> None:
    ledger = ledger_of([PLAIN, TRACKED])
    ledger.split(TRACKED, NOW)
    assert ledger.unsplit(TRACKED, NOW) == 1 == ledger.find(TRACKED)
    assert partition(ledger.db) == {frozenset({PLAIN, TRACKED})}
    assert ledger.split(TRACKED, NOW) != ledger.find(PLAIN)
    with pytest.raises(KeyError):
        ledger.unsplit(OTHER, NOW)


def test_split_of_an_unknown_url_raises_key_error_and_a_single_url_stays() -> None:
    ledger = ledger_of([PLAIN])
    with pytest.raises(KeyError):
        ledger.split(OTHER, NOW)
    assert ledger.split(PLAIN, NOW) == 1


@dataclass(frozen=True)
class OldKey:
    key: str
    rules: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


def test_new_rules_merge_and_split_and_keep_evidence_and_decisions() -> None:
    def old_rules(url: str) -> OldKey:
        return OldKey(url.split("?")[0])

    page_1, page_2 = "https://example.org/list?page=1", "https://example.org/list?page=2"
    kept, apart = "https://example.org/notes", "https://example.org/notes/"
    ledger = ledger_of(
        [PLAIN, TRACKED, page_1, page_2, SHORT, OTHER, kept, apart], old_rules, "old"
    )
    ledger.record_redirect(ledger.find(SHORT) or 0, [Hop(SHORT, 301)], OTHER, NOW)
    assert len(partition(ledger.db)) == 6
    new = IdentityLedger(ledger.db, normalize_url, "new")
    assert new.rekey(NOW) == RekeyResult(joined=2, split=1)
    assert partition(new.db) == {
        frozenset(urls)
        for urls in ([PLAIN, TRACKED], [page_1], [page_2], [SHORT, OTHER], [kept, apart])
    }
    assert "rule:tracking-utm" in reasons(new.db, TRACKED)
    before = everything(new.db)
    assert new.rekey(NOW) == RekeyResult(0, 0)
    assert everything(new.db) == before
    back = IdentityLedger(ledger.db, old_rules, "old")
    assert back.rekey(NOW) == RekeyResult(joined=1, split=2)
    assert new.db.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone() == (0,)


URLS = [
    PLAIN,
    TRACKED,
    OTHER,
    OTHER + "#a",
    SHORT,
    "https://youtu.be/dQw4w9WgXcQ",
    "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://example.org/Clocks",
]
LEADS = {SHORT: PLAIN, OTHER: "https://example.net/raft"}


@settings(max_examples=40)
@given(st.permutations(URLS), st.lists(st.integers(0, len(URLS)), max_size=3))
def test_articles_are_independent_of_the_order_of_arrival(
    urls: list[str], nights: list[int]
) -> None:
    ledger = IdentityLedger(open_memory(), normalize_url, "1")
    cuts = [0, *sorted(nights), len(urls)]
    for start, end in pairwise(cuts):
        save_posts(ledger.db, "test", [post(url) for url in urls[start:end]], NOW)
        ledger.attach_links(NOW)
        for short, target in LEADS.items():
            article = ledger.find(short)
            if article:
                ledger.record_redirect(article, [Hop(short, 301)], target, NOW)
    assert partition(ledger.db) == {
        frozenset({PLAIN, TRACKED, SHORT}),
        frozenset({OTHER, OTHER + "#a"}),
        frozenset(URLS[5:7]),
        frozenset(URLS[7:]),
    }
    assert {row[0] for row in ledger.db.execute("SELECT key FROM articles")} == {
        "example.org/clocks",
        "example.net/raft",
        "youtube.com/watch?v=dQw4w9WgXcQ",
        "example.org/Clocks",
    }


def test_card_without_url_waits_for_a_matching_article() -> None:
    def by_title(
        waiting: Sequence[WaitingCard], articles: Sequence[MatchCandidate]
    ) -> list[ArticleMatch]:
        return [
            ArticleMatch(one.card_id, article.article_id, 0.9)
            for one in waiting
            for article in articles
            if one.card.title == article.title
        ]

    ledger = ledger_of()
    save_posts(
        ledger.db, "paste", [Post("paste", "paste:1", "", cards=(Card("Clocks drift"),))], NOW
    )
    assert ledger.attach_cards(by_title) == 0
    save_posts(
        ledger.db,
        "feed",
        [
            Post(
                "feed",
                "feed:1",
                "",
                links=(Link(PLAIN),),
                cards=(Card("Clocks drift", link=PLAIN),),
            )
        ],
        NOW,
    )
    ledger.attach_links(NOW)
    assert ledger.attach_cards(by_title) == 2
    assert ledger.attach_cards(by_title) == 0
    assert ledger.db.execute("SELECT article_id, score FROM cards ORDER BY id").fetchall() == [
        (1, 0.9),
        (1, None),
    ]


def test_copy_is_merged_into_the_article_published_first() -> None:
    ledger = ledger_of([OTHER, PLAIN])
    ledger.db.execute(
        "UPDATE articles SET text = 'copy', content_hash = 'c', published = '2026-02-02T00:00:00Z' "
        "WHERE id = 1"
    )
    ledger.db.execute(
        "UPDATE articles SET text = 'first', content_hash = 'f', published = "
        "'2026-01-01T00:00:00Z' WHERE id = 2"
    )
    assert ledger.join_copies(FIRST_TWO, NOW) == 1
    assert ledger.db.execute("SELECT id, url, text FROM articles").fetchall() == [
        (1, PLAIN, "first")
    ]
    assert "text-match" in reasons(ledger.db, PLAIN)
    assert ledger.find(OTHER) == 1


def test_feed_date_alone_does_not_make_a_copy_the_original() -> None:
    ledger = ledger_of([OTHER, PLAIN, PLAIN + "#a"])
    copied = (
        "UPDATE articles SET title = ?, text = ?, content_hash = 'c', published = ?, authors = ?, "
        "field_sources = ? WHERE id = ?"
    )
    ledger.db.execute(
        copied,
        [
            "Clocks",
            "copy",
            "2026-01-02T00:00:00Z",
            '["Planet"]',
            '{"published":"feed","authors":"feed"}',
            1,
        ],
    )
    ledger.db.execute(
        copied,
        ["Clocks", "own", "2026-01-10T00:00:00Z", '["Ada Example"]', '{"published":"meta"}', 2],
    )
    ledger.join_copies(FIRST_TWO, NOW)
    assert ledger.db.execute("SELECT url, text, authors FROM articles").fetchall() == [
        (PLAIN, "own", '["Ada Example"]')
    ]


def test_copy_that_calls_itself_a_repost_is_not_the_original() -> None:
    ledger = ledger_of([OTHER, OTHER + "?a=1", PLAIN])
    ledger.db.execute("UPDATE articles SET text = 'copy', title = 'Clocks (repost)' WHERE id = 1")
    ledger.db.execute("UPDATE articles SET text = 'own', title = 'Clocks' WHERE id = 3")
    ledger.join_copies([ArticleMatch(3, 1, 1.0)], NOW)
    assert ledger.db.execute("SELECT url, text FROM articles WHERE id = 1").fetchall() == [
        (PLAIN, "own")
    ]


def test_split_restores_the_title_of_each_side() -> None:
    def titles() -> set[tuple[str, str, str]]:
        return set(ledger.db.execute("SELECT url, title, text FROM articles").fetchall())

    ledger = ledger_of([PLAIN, OTHER])
    stored = "UPDATE articles SET title = ?, text = ?, content_hash = 'c' WHERE id = ?"
    ledger.db.execute(stored, ["Clocks drift", "own", 1])
    ledger.db.execute(stored, ["Clocks drift again", "other", 2])
    ledger.merge(1, 2, AliasReason.CURATOR, "one text", NOW)
    assert titles() == {(PLAIN, "Clocks drift", "own")}
    ledger.split(OTHER, NOW)
    assert titles() == {(PLAIN, "Clocks drift", "own"), (OTHER, "Clocks drift again", "")}


def test_split_of_the_lead_url_takes_the_text_along() -> None:
    ledger = ledger_of([OTHER, PLAIN])
    stored = "UPDATE articles SET title = ?, text = ?, content_hash = ?, published = ? WHERE id = ?"
    ledger.db.execute(stored, ["Copy", "copy", "c", "2026-02-02T00:00:00Z", 1])
    ledger.db.execute(stored, ["Original", "own", "f", "2026-01-01T00:00:00Z", 2])
    ledger.join_copies(FIRST_TWO, NOW)
    made = ledger.split(PLAIN, NOW)
    rows = ledger.db.execute("SELECT id, url, title, text, state FROM articles").fetchall()
    assert set(rows) == {(1, OTHER, "Copy", "", "new"), (made, PLAIN, "Original", "own", "new")}


def test_link_gets_its_target_when_the_article_arrives() -> None:
    def targets() -> list[tuple[str, int | None]]:
        return ledger.db.execute("SELECT url, target_id FROM article_links ORDER BY url").fetchall()

    ledger = ledger_of([PLAIN])
    linked = ["https://example.net/raft?utm_source=x", "javascript:", PLAIN + "#top"]
    ledger.db.conn.executemany(
        "INSERT INTO article_links (article_id, url) VALUES (1, ?)", [(url,) for url in linked]
    )
    assert ledger.link_articles() == 0
    assert targets() == [(url, None) for url in sorted(linked)]

    save_posts(ledger.db, "test", [post("https://www.example.net/raft/")], NOW)
    ledger.attach_links(NOW)
    assert ledger.link_articles() == 1
    assert ledger.link_articles() == 0
    assert dict(targets())[linked[0]] == ledger.find("https://example.net/raft")


def test_link_target_follows_merges_and_erasure() -> None:
    ledger = ledger_of([PLAIN, OTHER, SHORT])
    ledger.db.execute("INSERT INTO article_links (article_id, url) VALUES (1, ?)", [OTHER])
    ledger.link_articles()
    ledger.merge(3, 2, AliasReason.CURATOR, "one text", NOW)
    query = "SELECT target_id FROM article_links"
    assert ledger.db.execute(query).fetchall() == [(3,)]
    assert ledger.link_articles() == 0
    ledger.db.execute("UPDATE links SET article_id = NULL")
    ledger.db.execute("DELETE FROM articles WHERE id = 3")
    assert ledger.db.execute(query).fetchall() == [(None,)]


def test_new_rules_for_keys_give_links_new_targets() -> None:
    ledger = ledger_of([PLAIN, OTHER], lambda url: OldKey(url), "old")
    ledger.db.execute("INSERT INTO article_links (article_id, url) VALUES (1, ?)", [OTHER + "#a"])
    assert ledger.link_articles() == 0
    new = IdentityLedger(ledger.db, normalize_url, "new")
    new.rekey(NOW)
    assert new.link_articles() == 1


def test_url_erased_under_earlier_rules_is_not_attached_again() -> None:
    ledger = ledger_of()
    earlier_key = "cloud.google.com/spanner/docs/clocks"
    add_tombstones(ledger.db, [earlier_key], NOW, "forget")
    spelled = "https://cloud.google.com/spanner/docs/clocks?hl=en"
    assert normalize_url(spelled).key != earlier_key
    assert ledger.attach([spelled, PLAIN], NOW)[0] is None
    assert load_tombstones(ledger.db, normalize_url).has_url(spelled)
