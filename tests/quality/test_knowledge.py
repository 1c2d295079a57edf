"""Kinds stay above their floors on rows labelled by hand; the entity and kind tables stay tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.quality_knowledge import report
from crawler.knowledge.entities import table
from crawler.knowledge.kinds import KINDS, SIGNS, kind_of

CORPORA = Path(__file__).parents[3] / "shared/corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_kinds_stay_above_their_floors() -> None:
    for name, value, _, floor in report(CORPORA):
        assert value >= floor, name


def test_the_signs_are_sorted_and_each_names_a_kind() -> None:
    assert [(sign.kind, sign.field) for sign in SIGNS] == sorted((sign.kind, sign.field) for sign in SIGNS)
    assert {sign.kind for sign in SIGNS} <= KINDS.keys()
    assert all(re.compile(sign.pattern) for sign in SIGNS)


def test_the_entities_are_sorted_once_each() -> None:
    names = [entity.name.casefold() for entity in table()]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert len(names) >= 300


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        ("https://example.com/careers/4711", "Staff Engineer (remote)", "job"),
        ("https://shop.example/black-friday", "50% off our course on microservices, this week only", "promotion"),
        ("https://github.com/acme/raft", "GitHub - acme/raft: Raft in 500 lines", "repository"),
        ("https://arxiv.org/abs/2601.00001", "Consensus on a Budget", "paper"),
        ("https://www.youtube.com/watch?v=abc", "Cells at scale", "talk"),
        ("https://blog.example/postmortem-of-may-3", "What happened on May 3", "post-mortem"),
        ("https://lu.ma/dist-sys-berlin", "Distributed systems Berlin, the autumn meetup", "event"),
        ("https://blog.example/2026/a-note", "A note on clocks", "article"),
    ],
)
def test_kinds_by_example(url: str, title: str, kind: str) -> None:
    found, reason = kind_of(url, title)
    assert found == kind
    assert bool(reason) == (kind != "article")
