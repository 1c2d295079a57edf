"""The page with the log of the curator's decisions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sitegen.conftest import Build
from tests.sitegen.factory import Factory


def text(html: str) -> str:
    """The visible text of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def log(factory: Factory, action: str, subject: str, reason: str, day: int = 20) -> None:
    """A line of the log."""
    at = f"2026-11-{day}T03:41:00Z"
    factory.row("curation_log", at=at, who="ada", action=action, subject=subject, reason=reason)


def test_decision_links_to_the_article_and_the_topic(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    factory.topic("caching")
    article = factory.article("Hiking supplies", "https://example.org/hiking")
    factory.alias(article, "https://example.org/h?old", "redirect")
    log(factory, "untag", "https://example.org/h?old", "caching: About hiking.")
    build()
    shown = text(page("decisions.html"))
    expected = (
        "Removed a topic from Hiking supplies : Caching About hiking. 20 Nov 2026, 03:41 UTC ada"
    )
    assert expected in shown
    assert 'href="article/1-hiking-supplies.html"' in page("decisions.html")


def test_withdrawn_decision_names_the_action(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    log(factory, "withdrawn: ban-host", "spam.example", "no longer in data/curation")
    build()
    assert "Withdrawn: banned the host spam.example" in text(page("decisions.html"))


@pytest.mark.parametrize("reason", ["on request", "on request of the author"])
def test_erasure_states_its_reason_once(
    factory: Factory, build: Build, page: Callable[[str], str], reason: str
) -> None:
    log(factory, "forget", "on request", reason)
    build()
    shown = text(page("decisions.html"))
    assert f"Erased {reason} 20 Nov 2026" in shown
    assert shown.count("on request") == 1


def test_hidden_subject_stays_in_general_terms(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    log(factory, "hide", "an article", "Asked by its author.")
    build()
    assert "Hid an article Asked by its author." in text(page("decisions.html"))


def test_reason_with_a_colon_is_not_a_topic(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    log(factory, "hide", "an article", "Spam: sells watches.")
    build()
    assert "Spam: sells watches." in text(page("decisions.html"))


def test_newest_decision_is_first_and_many_are_paged(
    factory: Factory, build: Build, page: Callable[[str], str], tmp_path: Path
) -> None:
    for day in range(10, 30):
        for number in range(6):
            log(factory, "trust", f"source-{day}-{number}", "Moved.", day)
    build()
    shown = page("decisions.html")
    assert shown.index("source-29-5") < shown.index("source-29-0") < shown.index("source-28-5")
    assert (tmp_path / "site/public/decisions/1.html").is_file()


def test_empty_log_explains_where_decisions_come_from(
    factory: Factory, build: Build, page: Callable[[str], str]
) -> None:
    build()
    assert "No decisions yet." in text(page("decisions.html"))
