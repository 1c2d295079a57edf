"""Quality of kinds on rows labelled by hand, and the format of the entity and kind tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.quality_knowledge import report
from crawler.knowledge.article_kinds import FIELDS, KINDS, classify_kind, kind_hosts, kind_patterns
from crawler.knowledge.entities import entity_table

CORPORA = Path(__file__).parents[3] / "shared/corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_quality_of_kinds_meets_floors() -> None:
    for name, value, _, floor in report(CORPORA):
        assert value >= floor, name


def test_kind_patterns_are_sorted_valid_and_name_a_kind() -> None:
    order = [(sign.kind, sign.field) for sign in kind_patterns()]
    assert order == sorted(order)
    assert {sign.kind for sign in kind_patterns()} <= KINDS.keys()
    assert {sign.field for sign in kind_patterns()} <= set(FIELDS)
    assert all(
        re.compile(sign.pattern) and sign.weight > 0 and sign.reason for sign in kind_patterns()
    )


def test_long_word_in_brackets_takes_linear_time() -> None:
    title = f"The saga pattern ({'a' * 5_000}"
    assert classify_kind("https://blog.example/a", title) == ("article", "")


def test_kind_hosts_are_sorted_unique_and_name_a_kind() -> None:
    hosts = [place.place for place in kind_hosts()]
    assert hosts == sorted(set(hosts))
    assert {place.kind for place in kind_hosts()} <= KINDS.keys()
    assert all(place.weight > 0 and place.reason for place in kind_hosts())
    assert not any("://" in host or host.startswith("www.") for host in hosts)


def test_entities_are_sorted_and_unique() -> None:
    names = [entity.name.casefold() for entity in entity_table()]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert len(names) >= 900


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        ("https://example.com/careers/4711", "Staff Engineer (remote)", "job"),
        (
            "https://shop.example/black-friday",
            "50% off our course on microservices, this week only",
            "promotion",
        ),
        ("https://github.com/acme/raft", "GitHub - acme/raft: Raft in 500 lines", "repository"),
        ("https://arxiv.org/abs/2601.00001", "Consensus on a Budget", "paper"),
        ("https://www.youtube.com/watch?v=abc", "Cells at scale", "talk"),
        ("https://blog.example/postmortem-of-may-3", "What happened on May 3", "post-mortem"),
        ("https://lu.ma/dist-sys-berlin", "Distributed systems Berlin, the autumn meetup", "event"),
        ("https://status.cloud.google.com/incident/42", "Networking", "post-mortem"),
        ("https://microservices.io/patterns/data/saga.html", "Saga", "pattern"),
        ("https://docs.vendor.example/cluster/quorum", "Quorum queues", "documentation"),
        ("https://sre.google/workbook/canarying-releases/", "Canarying Releases", "guide"),
        ("https://blog.example/a", "How-To: Enable preview features", "tutorial"),
        ("https://blog.example/a", "How Klarna moved to cells", "case-study"),
        ("https://blog.example/a", "How Kafka works", "deep-dive"),
        ("https://about.gitlab.com/product/ci", "GitLab CI", "article"),
        ("https://learn.microsoft.com/de-de/azure/architecture/patterns/x", "CQRS", "pattern"),
        ("https://boards.greenhouse.io/acme/4711", "Engineer", "job"),
        ("https://notmicroservices.io/patterns.html", "Saga", "article"),
        ("https://blog.example/2026/a-note", "A note on clocks", "article"),
    ],
)
def test_examples_have_their_expected_kind(url: str, title: str, kind: str) -> None:
    found, reason = classify_kind(url, title)
    assert found == kind
    assert bool(reason) == (kind != "article")


@pytest.mark.parametrize(
    ("title", "opening", "kind"),
    [
        ("Creating a cluster", "In this tutorial we set up three nodes.", "tutorial"),
        ("Storage", "We are excited to announce it. It is now available.", "announcement"),
        ("Writes", "Context and problem\nA service writes twice.", "pattern"),
        ("Scoring", "This reference architecture shows a pipeline.", "guide"),
        ("Keys", "This page lists the keys of the file.", "documentation"),
        ("Observer Pattern in Java: Reacting", "", "pattern"),
        ("A walk", "We walked along the river.", "article"),
    ],
)
def test_opening_supports_a_kind(title: str, opening: str, kind: str) -> None:
    assert classify_kind("https://blog.example/a", title, opening)[0] == kind
