"""States of pages: a page without text is not "ok", and each state's sentence is always true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from crawler.links.content_drift import CheckedPage, StoredArticle, classify_drift
from crawler.models.articles import ArticleState
from crawler.models.outcomes import Outcome
from crawler.sitegen.display_formats import STATES
from tests.promises.pages_world import World, page, pages_world

KEPT = StoredArticle("https://a.example/", "Leases", "A lease expires.", "")


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome.BAD_CONTENT, ArticleState.UNREADABLE, "cannot be read"),
        (Outcome.BLOCKED_ROBOTS, ArticleState.BLOCKED, "robots.txt"),
        (Outcome.CHALLENGE, ArticleState.BLOCKED, "proof that a person"),
        (Outcome.EMPTY, ArticleState.UNREADABLE, "no text"),
        (Outcome.FORBIDDEN, ArticleState.BLOCKED, "403"),
        (Outcome.GONE, ArticleState.GONE, "410"),
        (Outcome.LEGAL, ArticleState.BLOCKED, "451"),
        (Outcome.LOGIN_WALL, ArticleState.BLOCKED, "login"),
        (Outcome.NOT_FOUND, ArticleState.GONE, "404"),
        (Outcome.RATE_LIMITED, ArticleState.BLOCKED, "429"),
        (Outcome.TOO_LARGE, ArticleState.UNREADABLE, "too large"),
        (Outcome.UNSUPPORTED, ArticleState.UNREADABLE, "format"),
    ],
)
def test_each_response_leads_to_a_state_with_its_reason(
    outcome: Outcome, state: ArticleState, reason: str
) -> None:
    sign = classify_drift(KEPT, CheckedPage(outcome))
    assert sign is not None
    assert sign.state is state
    assert reason in sign.evidence


def test_sentence_of_each_shown_state_claims_no_single_cause() -> None:
    assert {state.value for state in ArticleState} - {"ok"} == set(STATES)
    assert not re.search("robots|login|403|451", STATES["blocked"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One article that answers with an empty body from the second night on, and a server that hangs
    up.
    """
    start = datetime(2027, 1, 1, 2, tzinfo=UTC)
    with pages_world(tmp_path_factory.mktemp("states"), start, ["/empty"]) as made:
        made.answers["/empty"] = lambda request: page("Empty")
        made.night(1)
        made.answers["/empty"] = lambda request: web.Response(body=b"", content_type="text/html")
        for night in (2, 3, 6):
            made.night(night)
        yield made


def test_page_without_text_is_not_ok(world: World) -> None:
    row = world.article("/empty")
    assert (row["state"], row["last_outcome"], row["failures"]) == ("unreadable", "empty", 3)
    site = (world.folder / "site/public").resolve()
    (path,) = site.glob(f"article/{row['id']}-*.html")
    html = path.read_text()
    assert STATES["unreadable"] in html
    assert 'class="ok">ok<' not in html
