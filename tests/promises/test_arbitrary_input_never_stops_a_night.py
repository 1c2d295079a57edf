"""Arbitrary posts, links, feeds, mails and pages: the run finishes and keeps the good items."""

from __future__ import annotations

from tests.promises.arbitrary_nights import run_examples

EXAMPLES = 3


def test_crawl_and_build_of_arbitrary_input_succeed() -> None:
    assert run_examples(EXAMPLES) == EXAMPLES
