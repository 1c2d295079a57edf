"""Forms of the words of a phrase: which are found, and which are not."""

from __future__ import annotations

import pytest

from crawler.topics.phrase_matcher import PhraseMatcher
from crawler.topics.word_forms import TECHNICAL_WORD_FORMS, WORD_FORMS, word_forms


def _occurs(phrase: str, text: str) -> bool:
    return bool(PhraseMatcher([phrase]).find(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("smoke test", "Smoke testing in the staging cluster"),
        ("smoke test", "The smoke tester"),
        ("garden server", "Garden serving"),
        ("ship parcels", "Shipping parcels"),
        ("secret drawer", "A secrets drawer"),
        ("tulip optimization", "the tulip optimiser"),
        ("dockerize", "a dockerised tool"),
        ("denormalize", "Denormalization"),
        ("organized crates", "organised crates"),
    ],
)
def test_another_form_of_a_listed_word_is_found(phrase: str, text: str) -> None:
    assert _occurs(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("scaling our", "scaled our"),
        ("garden source", "garden sourcing"),
        ("test", "testing"),
        ("smoke test", "a smoking test"),
    ],
)
def test_other_words_and_lone_everyday_words_do_not_vary(phrase: str, text: str) -> None:
    assert not _occurs(phrase, text)


def test_one_word_of_a_phrase_varies_at_a_time() -> None:
    forms = word_forms("test plan")
    assert "testing plan" in forms
    assert "test planner" in forms
    assert "testing planner" not in forms


def test_rows_of_forms_are_sorted_and_share_no_word() -> None:
    for table in (WORD_FORMS, TECHNICAL_WORD_FORMS):
        assert list(table) == sorted(table)
    words = [word for row in (*WORD_FORMS, *TECHNICAL_WORD_FORMS) for word in row.split()]
    assert len(words) == len(set(words))
