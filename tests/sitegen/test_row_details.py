"""The rows of lists: titles, sentences, people and discussions."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.sitegen.article_store import ArticleStore
from crawler.sitegen.note_reader import read_notes
from crawler.sitegen.row_details import (
    opening_sentences,
    read_row_details,
)
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.store.shown_titles import article_title, first_sentence
from crawler.urls_and_hashtags import without_hashtags
from tests.sitegen.factory import Factory

URL = "https://bit.ly/4eG"


@pytest.mark.parametrize(
    ("title", "words", "shown"),
    [
        ("Leases", "What we learned about leases.", "Leases"),
        ("", "What we learned about leases.", "What we learned about leases."),
        ("https://bit.ly/4eG", "Leases for beginners.", "Leases for beginners."),
        ("bit.ly/4eG", "Leases for beginners.", "Leases for beginners."),
        ("www.example.org/a", "", "Link to bit.ly"),
        ("", "", "Link to bit.ly"),
        ("", "word " * 30, " ".join(["word"] * 20) + " …"),
    ],
)
def test_title_is_never_a_url(title: str, words: str, shown: str) -> None:
    assert article_title(title, URL, "bit.ly", words) == shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Worth it! The section on failure is best. #CRDT", "The section on failure is best."),
        ("Read https://example.org/a?b=1 about leases today", "Read about leases today"),
        ("Inside #Atlassian’s billing: how it counts", "Inside Atlassian’s billing: how it counts"),
        ("Look https://example.org #CRDT #Raft", ""),
        ("A backup of workers https://example.org #CRDT", "A backup of workers"),
        ("Read this careful post about #Raft", "Read this careful post about Raft"),
        ("5/ The last part of the thread.", "The last part of the thread."),
        ("(2/7) The second part of it.", "The second part of it."),
        ("", ""),
    ],
)
def test_first_sentence_has_four_words_and_no_url(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_two_short_sentences_are_shown_and_a_long_second_one_is_not() -> None:
    assert opening_sentences("One is here. Two is here. Three is here.") == (
        "One is here. Two is here."
    )
    assert opening_sentences(f"One is here. It {'goes on ' * 20}for long.") == "One is here."
    assert opening_sentences("") == ""
    assert opening_sentences("One is here. - First item. - Second item.") == "One is here."


def _articles(factory: Factory) -> dict[int, ListedArticle]:
    factory.db.conn.row_factory = sqlite3.Row
    return dict(ArticleStore(factory.db.conn))


def test_unread_short_link_takes_its_title_from_the_post() -> None:
    factory = Factory()
    article = factory.article("", URL, summary="", state="new")
    factory.post("Ten years of queues at a bank. https://bit.ly/4eG", article)
    listed = _articles(factory)[article]
    assert listed.title == "Ten years of queues at a bank."
    assert listed.opening == ""
    assert listed.path == f"article/{article}.html"


def test_article_without_a_summary_shows_the_sentence_of_a_post() -> None:
    factory = Factory()
    article = factory.article("Leases", URL, summary="")
    factory.post("The section on clocks is careful. Read it.", article)
    assert _articles(factory)[article].opening == "The section on clocks is careful."


def test_post_that_allows_only_its_link_adds_no_words_and_no_name() -> None:
    factory = Factory()
    ada = factory.author("Ada", consent="link-only")
    article = factory.article("", URL, summary="")
    factory.post("What we learned about leases.", article, author_id=ada, consent="link-only")
    assert read_row_details(factory.db.conn, f"[{article}]") == {}
    assert _articles(factory)[article].title == "Link to bit.ly"


def test_people_are_named_in_the_order_of_their_posts() -> None:
    factory = Factory()
    ada, ben, eve = (factory.author(name) for name in ("Ada", "Ben", "Eve"))
    article = factory.article("Leases", URL)
    for day, author in ((3, ada), (1, ben), (2, eve)):
        factory.post("Good.", article, author_id=author, published=f"2026-11-0{day}T10:00:00Z")
    assert read_row_details(factory.db.conn, f"[{article}]")[article].people == (ben, eve)


def test_discussions_are_one_of_each_network_with_most_replies_first() -> None:
    factory = Factory()
    article = factory.article("Leases", URL)
    for network, points, replies in (
        ("hackernews", 9, 4),
        ("hackernews", 90, 30),
        ("lobsters", 0, 0),
        ("mastodon", 0, 2),
        ("bluesky", 0, 7),
    ):
        factory.post(
            "Good.",
            article,
            network=network,
            url=f"https://{network}.example/{points}",
            counts=f'{{"points": {points}, "replies": {replies}}}',
        )
    discussions = read_row_details(factory.db.conn, f"[{article}]")[article].discussions
    assert [(d.network, d.points, d.replies) for d in discussions] == [
        ("hackernews", 90, 30),
        ("bluesky", 0, 7),
        ("lobsters", 0, 0),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Leases need fencing. #CRDT #Raft", "Leases need fencing."),
        ("Use #Raft for leases.", "Use #Raft for leases."),
        ("#CRDT #Raft", "#CRDT #Raft"),
        ("One line.\n\n#CRDT\n#Raft\n", "One line."),
    ],
)
def test_hashtags_at_the_end_of_a_post_are_not_repeated_in_lists(text: str, shown: str) -> None:
    assert without_hashtags(text) == shown


def test_link_preview_without_a_url_is_a_note_with_its_words() -> None:
    factory = Factory()
    post = factory.post("")
    factory.row("cards", post_id=post, title="Eight fallacies", description="Still believed.")
    factory.db.conn.row_factory = sqlite3.Row
    (note,) = read_notes(factory.db.conn)
    assert note.text == "Eight fallacies\nStill believed."
