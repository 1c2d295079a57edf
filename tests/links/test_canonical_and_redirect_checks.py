"""Which canonical URLs and redirect targets are trusted."""

from __future__ import annotations

import pytest

from crawler.links.canonical_and_redirect_checks import is_plausible_target, trusted_canonical
from crawler.links.title_similarity import slug_words, strip_site_name, title_similarity
from crawler.links.url_shorteners import is_shortener
from crawler.models.articles import Article
from crawler.public_suffixes import registrable_domain

HERE = "https://blog.example.org/2026/06/why-clocks-drift?ref=home"


def declared(
    canonical: str, *, here: str = HERE, title: str = "Why clocks drift", title_there: str = ""
) -> str | None:
    return trusted_canonical(Article(here, title, "", canonical), here, title_there)


@pytest.mark.parametrize(
    ("canonical", "here"),
    [
        ("https://blog.example.org/2026/06/why-clocks-drift", HERE),
        ("https://www.example.org/why-clocks-drift/", HERE),
        ("https://ada.example.net/why-clocks-drift", "https://dev.to/ada/why-clocks-drift-2dhl"),
        (
            "https://letters.example.net/p/why-clocks-drift",
            "https://ada.substack.com/p/why-clocks-drift",
        ),
        ("https://blog.example.org/node/1234", HERE),
    ],
)
def test_plausible_canonical_is_trusted(canonical: str, here: str) -> None:
    assert declared(canonical, here=here) == canonical


@pytest.mark.parametrize(
    ("why", "canonical"),
    [
        ("nothing declared", ""),
        ("relative", "/2026/06/why-clocks-drift"),
        ("itself", HERE),
        ("not the web", "mailto:ada@example.org"),
        ("the front page", "https://blog.example.org/"),
        ("a listing", "https://blog.example.org/category/time/"),
        ("a login", "https://blog.example.org/login?next=/2026/06/why-clocks-drift"),
        ("this machine", "http://localhost:8080/2026/06/why-clocks-drift"),
        ("an address in numbers", "http://192.168.0.4/2026/06/why-clocks-drift"),
        ("the AMP twin", "https://blog.example.org/2026/06/why-clocks-drift/amp/"),
        ("somebody else", "https://thief.example.com/why-clocks-drift"),
        ("another article", "https://blog.example.org/2026/06/raft-in-three-pictures"),
    ],
)
def test_implausible_canonical_is_not_trusted(why: str, canonical: str) -> None:
    assert declared(canonical) is None


@pytest.mark.parametrize(
    ("here", "canonical", "is_trusted"),
    [
        (
            "https://conf.example.org/agenda?session_id=101",
            "https://conf.example.org/agenda",
            False,
        ),
        ("https://example.org/view.php?p=12", "https://example.org/view.php", False),
        ("https://example.org/list?page=2", "https://example.org/list", False),
        ("https://example.org/clocks?theme=dark", "https://example.org/clocks", True),
        ("https://example.org/clocks?session_id=1&mc_eid=2", "https://example.org/clocks", False),
        ("https://example.org/clocks?mc_eid=2", "https://example.org/clocks", True),
        ("https://example.org/clocks/print", "https://example.org/clocks", True),
        ("https://example.org/clocks/amp", "https://example.org/clocks", True),
        ("https://example.org/?p=12", "https://example.org/clocks", True),
    ],
)
def test_canonical_without_the_selecting_parameter_is_not_trusted(
    here: str, canonical: str, is_trusted: bool
) -> None:
    assert (declared(canonical, here=here) == canonical) is is_trusted


def test_known_title_at_canonical_must_match() -> None:
    there = "https://blog.example.org/n/77"
    assert declared(there, title_there="Why Clocks Drift | Example") == there
    assert declared(there, title_there="Raft in three pictures") is None


def test_hosted_blogs_have_different_registrable_domains() -> None:
    assert (
        declared(
            "https://bob.github.io/why-clocks-drift", here="https://ada.github.io/why-clocks-drift"
        )
        is None
    )
    assert (
        registrable_domain("a.b.example.co.uk"),
        registrable_domain("localhost"),
        registrable_domain("10.0.0.1"),
        registrable_domain("co.uk"),
    ) == ("example.co.uk", "", "", "")


@pytest.mark.parametrize(
    ("url", "target", "same"),
    [
        ("https://bit.ly/abc", "https://example.org/why-clocks-drift", True),
        ("http://example.org/blog", "https://www.example.org/blog/", True),
        ("https://example.org/why-clocks-drift", "https://example.org/", False),
        ("https://example.org/why-clocks-drift", "https://login.example.org/signin?next=x", False),
        ("https://bit.ly/abc", "https://example.org/", False),
        ("https://example.org/why-clocks-drift", "https://example.org/not-found", False),
        ("https://example.org/why-clocks-drift", "http://router.local/", False),
    ],
)
def test_front_page_and_login_are_implausible_targets(url: str, target: str, same: bool) -> None:
    assert is_plausible_target(url, target) is same


def test_title_similarity_uses_words_and_their_order() -> None:
    assert title_similarity("Why Clocks Drift", "why clocks drift") == 1
    assert title_similarity("Why clocks drift", "Raft in three pictures") == 0
    assert 0.5 < title_similarity("Why clocks drift in data centres", "Why clocks drift") < 1
    assert strip_site_name("Why clocks drift | Example Blog", "Example Blog") == "Why clocks drift"
    assert strip_site_name("Clocks - a history", "Example Blog") == "Clocks - a history"
    assert slug_words("/2026/06/23/why-clocks-drift-2dhl") == {"clock", "drift"}


def test_is_shortener_recognizes_known_hosts() -> None:
    assert is_shortener("https://bit.ly/abc123")
    assert not is_shortener("https://bit.ly/")
    assert not is_shortener("https://example.org/abc123")
