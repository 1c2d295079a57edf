"""Excerpts have at most sixty words of the author, and none if the page opts out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.knowledge.excerpts import MAX_WORDS, make_excerpt
from crawler.models.articles import Directives

TEXT = (
    "Locks and leases\n\nA lease is a lock that ends by itself. "
    "The holder must renew it in time, or somebody else may take it over. Clocks make this hard."
)


def test_description_of_the_page_is_preferred() -> None:
    assert make_excerpt("Locks", "Why leases beat locks when processes pause.", TEXT) == (
        "Why leases beat locks when processes pause.",
        "description",
    )


def test_description_that_repeats_the_title_is_ignored() -> None:
    assert (
        make_excerpt(
            "Why leases beat locks when processes pause",
            "Why leases beat locks when processes pause.",
            TEXT,
        )[1]
        == "text"
    )


def test_excerpt_without_description_is_first_sentences_without_heading() -> None:
    found, source = make_excerpt("Locks and leases", "", TEXT)
    assert source == "text"
    assert found.startswith("A lease is a lock that ends by itself. The holder must")
    assert "Locks and leases" not in found


def test_nosnippet_and_max_snippet_are_obeyed() -> None:
    assert make_excerpt(
        "T", "A description of more than six words, really.", TEXT, Directives(nosnippet=True)
    ) == ("", "")
    assert make_excerpt(
        "T", "A description of more than six words, really.", TEXT, Directives(max_snippet=0)
    ) == ("", "")
    assert len(make_excerpt("T", "", TEXT, Directives(max_snippet=40))[0]) <= 40


@given(st.text(max_size=200), st.text(max_size=400), st.text(max_size=2000))
def test_excerpt_has_at_most_sixty_words(title: str, description: str, text: str) -> None:
    assert len(make_excerpt(title, description, text)[0].split()) <= MAX_WORDS + 1
