"""The words of all pages, feeds and errors: no listed phrase, no long sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from crawler.serving import http_server
from crawler.sitegen.page_kinds import load_page_kinds
from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.snapshot_reader import open_snapshot
from devtools.prose import load_phrases
from tests.sitegen.conftest import Build
from tests.sitegen.factory import SEEN, Factory

MAX_WORDS = 25
BLOCKS = "p|li|dt|dd|h1|h2|h3|th|td|legend|label|button|option|figcaption|summary|title|pre"
ATTRIBUTES = ("aria-label", "title", "placeholder", "content")

# Phrases of translated English and of readers' puzzles, as regular expressions. One line adds one.
FORBIDDEN = (
    r"\ball of it\b",
    r"\bat all\b",
    r"\bby now\b",
    r"\bfor good\b",
    r"\bgone\b",
    r"\bin all\b",
    r"\bis no (?!longer)",
    r"\bits addresses\b",
    r"\bkept\b",
    r"\bmuch like\b",
    r"\bnames in it\b",
    r"\bnear it\b",
    r"\bnobody\b",
    r"\bnot asked\b",
    r"\bnot read yet\b",
    r"\bon the move\b",
    r"\bon their own\b(?! and|\.)",
    r"(?<!first )\bseen \d",
    r"\bspeaks? for\b",
    r"\bstands?\b",
    r"\btake it along\b",
    r"\btells?\b",
    r"\bthere is nothing\b",
    r"\bwhere from\b",
    r"\bwhoever\b",
    r"\bwhy here\b",
    r"\bwithin it\b",
    r"\b1 (?-i:articles|posts|people|sources|runs|points|comments|figures|sites|topics|days)\b",
)
Words = Iterator[tuple[str, str]]


@pytest.fixture
def full(factory: Factory, build: Build, tmp_path: Path) -> Path:
    """Build a site with every kind of page from rows with plain words; return its folder."""
    _insert_articles(factory)
    _insert_status(factory)
    build(
        base_url="https://trail.example/",
        explorer_url="https://data.trail.example/",
        contact="mailto:me@trail.example",
        source_code="https://forge.example/trail",
    )
    return tmp_path / "site/public"


def _insert_articles(factory: Factory) -> None:
    factory.topic("storage", "Storage", "Storage systems.")
    factory.topic("logs", "Logs", "Logs of databases.", broader="storage", related='["storage"]')
    ada = factory.author("Ada", url="https://social.example/@ada")
    topics = {"logs": "certain", "storage": "weak"}
    states = ("ok", "gone", "new", "blocked", "moved", "parked", "changed", "unreachable")
    for number, state in enumerate(states):
        article = factory.article(
            f"Log structure part {number}",
            url=f"https://site{number % 2}.example/{number}",
            topics=topics,
            state=state,
            state_since=SEEN,
            kind=("paper", "talk")[number % 2],
            word_count=900,
            summary_source="description",
            archive_at=SEEN,
            archive_file="a.warc.gz",
            archive_offset=1,
        )
        factory.post("A careful text " * 40, article, author_id=ada)
        factory.post("Short.", article, network="hackernews", url="https://news.example/1")
        factory.post("", article, consent="link-only")
        factory.alias(article, f"https://short.example/{number}", "redirect")
        change = {"at": SEEN, "change": "topic-added", "detail": "logs"}
        factory.row("article_changes", article_id=article, **change)
    factory.article("An older log", topics=topics, first_seen="2026-11-03T08:00:00Z")
    factory.row("related_articles", article_id=1, other_id=2, score=1, reason="both about Logs")
    factory.row("article_links", article_id=1, url="https://x.example/", target_id=2)
    factory.entity("Kestrel", [1, 2, 3, 4], "Kestrel stores logs.")
    factory.entity("Merlin", [1], kind="person")
    first = factory.post("A note about logs.", topics={"logs": "certain"}, author_id=ada)
    factory.post("A note about logs!", similar_to=first)
    factory.row("stories", id=1, lead_article_id=1, reason="shared words in the titles: log")
    factory.db.execute("UPDATE articles SET story_id = 1 WHERE id IN (1, 2)")


def _insert_status(factory: Factory) -> None:
    factory.run("2026-11-19T03:00:00Z", "failed", message="The disk is full.")
    factory.run("2026-11-20T03:00:00Z", "degraded", counts=json.dumps({"posts_new": 1}))
    for number, outcome in enumerate(("dns", "not_found", "gone", "bad_feed", "")):
        factory.row(
            "sources",
            name=f"Feed {number}",
            kind="feed",
            failures=number and 1,
            last_outcome=outcome,
            last_ok=SEEN,
        )
    factory.row("sources", name="New feed", kind="mastodon")
    factory.row(
        "curation_log",
        at=SEEN,
        who="ada",
        action="untag",
        subject="https://site0.example/0",
        reason="logs: A different subject.",
    )


def _words_of_pages(site: Path) -> Words:
    for path in sorted(site.rglob("*.html")):
        tree = lxml_html.fromstring(path.read_bytes())
        name = path.relative_to(site).as_posix()
        for code in [*tree.iter("code", "script", "svg")]:
            code.drop_tree()
        for block in tree.iter(*BLOCKS.split("|")):
            yield name, " ".join(block.text_content().split())
        for element in tree.iter():
            for attribute in ATTRIBUTES:
                if element.get("http-equiv") is None and element.get(attribute):
                    yield name, element.get(attribute)


def _words_of_files(site: Path) -> Words:
    for path in sorted(site.rglob("*")):
        if path.suffix in {".atom", ".md", ".txt"} and path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                yield path.relative_to(site).as_posix(), re.sub(r"https?://\S+|urn:\S+", "", line)


def _words_of_errors() -> Words:
    for name, value in vars(http_server).items():
        if isinstance(value, str) and not name.startswith("__"):
            yield f"http_server.{name}", value


def _forbidden(words: Words) -> list[str]:
    phrases = [re.compile(rf"\b{phrase.pattern}", re.IGNORECASE) for phrase in load_phrases()]
    phrases += [re.compile(pattern, re.IGNORECASE) for pattern in FORBIDDEN]
    matches = {
        f"{name}: {match[0]!r} in {text[:90]!r}"
        for name, text in words
        for phrase in phrases
        if (match := phrase.search(text))
    }
    return sorted(matches)


def test_site_of_this_test_has_every_kind_of_page(full: Path, tmp_path: Path) -> None:
    with open_snapshot(tmp_path / "public.db") as db:
        model = read_site_model(db)
        kinds = [kind.__name__ for kind in load_page_kinds() if not list(kind.page_groups(model))]
    assert kinds == []


def test_pages_have_no_forbidden_phrase(full: Path) -> None:
    assert _forbidden(_words_of_pages(full)) == []


def test_feeds_and_texts_have_no_forbidden_phrase(full: Path) -> None:
    assert _forbidden(_words_of_files(full)) == []


def test_empty_site_has_no_forbidden_phrase(build: Build, tmp_path: Path) -> None:
    build()
    assert _forbidden(_words_of_pages(tmp_path / "site/public")) == []


def test_errors_of_the_server_have_no_forbidden_phrase() -> None:
    assert _forbidden(_words_of_errors()) == []


def test_sentences_have_at_most_25_words(full: Path) -> None:
    long = {
        (name.partition("/")[0], sentence)
        for name, text in _words_of_pages(full)
        for sentence in re.split(r"(?<=[.!?;:])\s", text)
        if len(sentence.split()) > MAX_WORDS and "careful text" not in sentence
        if re.search(r"[.!?]$", sentence)
    }
    assert long == set()


@pytest.mark.parametrize("text", ["Nothing speaks for a topic.", "Seen 3 times", "1 articles"])
def test_phrases_are_recognized(text: str) -> None:
    check: Callable[[Words], list[str]] = _forbidden
    assert check(iter([("page", text)]))
