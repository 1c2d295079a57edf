"""Challenges, walls, soft 404s and parked domains are detected; articles about them are not."""

from __future__ import annotations

import pytest

from crawler.extract.extract_page import PageInput, extract_page
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome

ESSAY = "".join(
    f"<p>Part {n}: why a challenge such as Just a moment, or a 404 not found, is served to a "
    f"crawler, and how a captcha or a consent banner differs.</p>"
    for n in range(12)
)


def read(title: str, inside: str, headers: tuple[tuple[str, str], ...] = ()) -> Article | Failure:
    body = f"<!doctype html><html><head><title>{title}</title></head><body>{inside}</body></html>"
    return extract_page(PageInput("https://x.example/", body.encode(), headers=headers))


@pytest.mark.parametrize(
    ("title", "inside", "outcome"),
    [
        ("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>", Outcome.CHALLENGE),
        (
            "site.example",
            "<script>window._cf_chl_opt={}</script><p>Verifying</p>",
            Outcome.CHALLENGE,
        ),
        (
            "Pardon Our Interruption",
            "<p>As you were browsing something about your browser made us think you were a "
            "bot.</p>",
            Outcome.CHALLENGE,
        ),
        (
            "Before you continue",
            "<p>We use cookies and data to deliver our services.</p><button>Accept all</button>",
            Outcome.CONSENT_WALL,
        ),
        (
            "Log in | Forum",
            "<form>Name</form><p>Welcome back to the forum.</p>",
            Outcome.LOGIN_WALL,
        ),
        ("Page not found - Blog", "<p>Try the search.</p>", Outcome.SOFT_NOT_FOUND),
        ("404", "<p>Nothing here.</p>", Outcome.SOFT_NOT_FOUND),
        ("Oops", "<p>The page you are looking for does not exist.</p>", Outcome.SOFT_NOT_FOUND),
        ("nice.example", "<p>This domain is for sale. Make an offer.</p>", Outcome.PARKED),
    ],
)
def test_non_article_page_gives_its_outcome(title: str, inside: str, outcome: Outcome) -> None:
    result = read(title, inside)
    assert isinstance(result, Failure)
    assert result.outcome is outcome


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment: what challenges cost",
        "404 not found, an oral history",
        "Before you continue: consent on the web",
    ],
)
def test_article_about_walls_is_extracted(title: str) -> None:
    assert isinstance(read(title, f"<article><h1>{title}</h1>{ESSAY}</article>"), Article)


def test_challenge_header_gives_challenge_for_any_page() -> None:
    result = read("A fine article", ESSAY, (("cf-mitigated", "challenge"),))
    assert isinstance(result, Failure)
    assert result.outcome is Outcome.CHALLENGE
