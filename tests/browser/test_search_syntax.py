"""Queries of the search page over a small library, in Chromium: syntax, order, hostile queries."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.search_rig import ask, model_of, write_search
from tests.sitegen.factory import Factory

pytestmark = pytest.mark.browser

TEXT = "A coordinator collects votes. Heliotropic clusters elect a gardener before midnight."


@pytest.fixture(scope="module")
def search(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The search page of the library, open for all tests of this file."""
    folder = tmp_path_factory.mktemp("search")
    page = browser.new_page()
    page.set_default_timeout(5_000)
    page.goto(write_search(model_of(library(), folder), folder / "site").as_uri())
    yield page
    page.close()


def library() -> Factory:
    """Two topics and articles that differ in one property each."""
    factory = Factory()
    factory.topic("orchestration", "Container orchestration", hashtags=json.dumps(["k8s"]))
    factory.topic(
        "commit", "Distributed transactions", aliases=json.dumps(["two phase commit", "sagas"])
    )
    factory.article("Scheduling on k8s", rank=0.9, topics={"orchestration": "certain"})
    factory.article("Commit protocols in two phases", topics={"commit": "likely"}, text=TEXT)
    factory.article("Leases", rank=0.1, kind="paper", language="de")
    factory.article("Leases explained", rank=0.8, url="https://papers.example/leases")
    factory.article("Leases and locks", rank=0.5, summary="Oracle is mentioned in passing.")
    factory.article("Fencing tokens", authors=json.dumps(["Zoë Müller-Lüdenscheid"]))
    factory.article("Übersicht der Replikation", summary="Kopien von Daten überall.")
    factory.article("一致性模型入門", url="https://ja.example/1")
    factory.article("Records in C#", first_seen="2025-03-04T00:00:00Z")
    factory.article("Moves in C++", first_seen="2026-03-14T00:00:00Z")
    factory.article("Modules of .NET", first_seen="2026-03-15T00:00:00Z")
    factory.article("Gossip about Go", first_seen="2026-04-01T00:00:00Z")
    factory.article("Exactly once delivery", summary="Messages arrive in order, exactly once.")
    factory.article("Once more, exactly", summary="Another order of the same words.")
    factory.article("Quiet page", text="Nepheline", directives=json.dumps({"nosnippet": True}))
    for name in ("Kafka", "Kafka streams", "Kafka connect"):
        factory.article(name, topics={"commit": "weak"})
    factory.post("Gossip spreads like rumours. Nothing else to say today about membership.")
    author = factory.author("Grace Gossamer")
    factory.post("", 1, author_id=author, consent="full")
    return factory


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("k8s", ["Container orchestration", "Scheduling on k8s"]),
        ("contai", ["Container orchestration", "Scheduling on k8s"]),
        ("two phase commit", ["Distributed transactions", "Commit protocols in two phases"]),
        ("leases", ["Leases", "Leases explained", "Leases and locks"]),
        ("leases -oracle", ["Leases", "Leases explained"]),
        ("lease", ["Leases", "Leases explained", "Leases and locks"]),
        ("leases OR fencing", ["Leases", "Leases explained", "Leases and locks", "Fencing tokens"]),
        ("leases kind:paper", ["Leases"]),
        ("leases site:papers", ["Leases explained"]),
        ("leases site:www.papers.example", ["Leases explained"]),
        ("lang:de", ["Leases"]),
        ("topic:orchestration", ["Scheduling on k8s"]),
        ("topic:k8s scheduling", ["Scheduling on k8s"]),
        ("by:muller", ["Fencing tokens"]),
        ('by:"zoe muller"', ["Fencing tokens"]),
        ("lüdenscheid", ["Fencing tokens"]),
        ("ubersicht", ["Übersicht der Replikation"]),
        ("before:2026", ["Records in C#"]),
        ("after:2026-03-15 before:2026-04", ["Modules of .NET"]),
        ("year:2025", ["Records in C#"]),
        ("after:2026-04 gossip", ["Gossip about Go", "Gossip spreads like rumours. Nothing else"]),
        ("一致性", ["一致性模型入門"]),
        ("入門", ["一致性模型入門"]),
        ("型", ["一致性模型入門"]),
        ("C#", ["Records in C#"]),
        ("c++", ["Moves in C++"]),
        (".net", ["Modules of .NET"]),
        ("go", ["Gossip about Go", "Grace Gossamer", "Gossip spreads like rumours."]),
        ('"exactly once"', ["Exactly once delivery"]),
        ('"once exactly"', []),
        ("heliotropic", ["Commit protocols in two phases"]),
        ("gardeners midnight", ["Commit protocols in two phases"]),
        ("nepheline", []),
        ("gossamer", ["Grace Gossamer"]),
        ("kafka", ["Kafka", "Kafka streams", "Kafka connect"]),
        ("schedulign", ["Scheduling on k8s"]),
        ("repliaktion", ["Übersicht der Replikation"]),
        ("unknownword leases", []),
    ],
)
def test_query_returns_titles_in_order(search: Page, query: str, titles: list[str]) -> None:
    rows = [row.title for row in ask(search, query)]
    assert len(rows) == len(titles), rows
    assert all(row.startswith(title) for row, title in zip(rows, titles, strict=True)), rows


@pytest.mark.parametrize(
    "query",
    [
        "__proto__",
        "constructor",
        "toString hasOwnProperty",
        "topic:__proto__",
        "by:constructor",
        "[(",
        "a(b|c)*+?{2}\\",
        "\\u0000 \\",
        '"',
        "-",
        "- OR -",
        "OR OR OR",
        "-leases",
        "site:",
        "after:9999-99-99",
        "before:0000",
        "<img src=x onerror=alert(1)>",
        "\u202eabc \ud83d\ude08",
        "x" * 5_000,
        "ab " * 2_000,
    ],
)
def test_hostile_query_raises_no_error(search: Page, query: str) -> None:
    complaints: list[str] = []
    search.on("pageerror", lambda error: complaints.append(str(error)))
    search.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    search.fill("#q", query)
    search.press("#q", "Enter")
    search.locator("#results[aria-busy=false]").wait_for(state="attached")
    assert complaints == []
    assert "unavailable" not in search.inner_text("#search-status")
    assert ask(search, "kafka")[0].title == "Kafka"


def test_text_match_is_marked_as_such(search: Page) -> None:
    (row,) = ask(search, "heliotropic")
    assert "word in the text" in row.text
    for query in ("lüdenscheid", "sagas", "fencing"):  # an author, an alias, a title
        assert "in the text" not in ask(search, query)[0].text


def test_corrected_word_is_announced(search: Page) -> None:
    ask(search, "schedulign")
    status = search.inner_text("#search-status")
    assert "“scheduling”" in status
    assert "No results for “schedulign”" in status


def test_arrow_keys_move_between_results(search: Page) -> None:
    ask(search, "kafka")
    search.focus("#q")
    for _ in range(2):
        search.keyboard.press("ArrowDown")
    assert search.evaluate("document.activeElement.textContent") == "Kafka streams"
    for _ in range(2):
        search.keyboard.press("ArrowUp")
    assert search.evaluate("document.activeElement.id") == "q"


def test_typing_announces_only_the_settled_query(search: Page) -> None:
    ask(search, "leases")
    search.evaluate(
        """() => {
            window.announcements = []
            const status = document.getElementById("search-status")
            new MutationObserver(() => announcements.push(status.textContent))
                .observe(status, { childList: true, characterData: true, subtree: true })
        }"""
    )
    # One script enters all letters: no pause between two of them is as long as that after a query.
    search.evaluate(
        """query => {
            const field = document.getElementById("q")
            for (let length = 0; length <= query.length; length++) {
                field.value = query.slice(0, length)
                field.dispatchEvent(new Event("input", { bubbles: true }))
            }
        }""",
        "fencing tokens",
    )
    search.locator("#search-status").filter(has_text="fencing tokens").wait_for()
    announcements = search.evaluate("announcements.filter(Boolean)")
    assert announcements == ["1 result for “fencing tokens”"]
