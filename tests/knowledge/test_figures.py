"""Figures of scale with their subject; numbers of examples and settings are not figures."""

from __future__ import annotations

import pytest

from crawler.knowledge.entities import find_mentions
from crawler.knowledge.figures import figure_tables, find_figures
from crawler.sentence_splitter import split_sentences


def figures(text: str) -> list[str]:
    return [mention.name for mention in find_mentions(text) if mention.kind == "figure"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("p99 dropped from 1.2 s to 85 ms.", ["p99 dropped from 1.2 s to 85 ms"]),
        ("We keep p99 < 10ms at all times.", ["p99 < 10ms"]),
        ("Moving saves us $1.4M a year.", ["$1.4M a year"]),
        ("It is 3x faster and 40% cheaper.", ["3x faster", "40% cheaper"]),
        ("The network gives 10 Gbps per node.", ["10 Gbps per node"]),
        ("The outage lasted 4 hours 12 minutes.", ["outage lasted 4 hours 12 minutes"]),
        ("We promise an RTO of 15 minutes.", ["RTO of 15 minutes"]),
        ("It needs 30 GB of RAM per node.", ["30 GB of RAM per node"]),
        ("We reached one million TPS.", ["one million TPS"]),
        ("The service runs in 5 AZs.", ["5 AZs"]),
        ("A team of 12 engineers runs it.", ["team of 12 engineers"]),
        ("We keep 7 days of logs.", ["7 days of logs"]),
        ("We grew from 2 to 32 shards.", ["from 2 to 32 shards"]),
        ("We store 4.5 PB on disk.", ["4.5 PB"]),
        ("We handle 12 million events per second.", ["12 million events per second"]),
        ("The peak is 200k QPS.", ["200k QPS"]),
        ("The cluster has 64 nodes.", ["64 nodes"]),
        ("We offer 99.99% availability.", ["99.99% availability"]),
        ("They own 300 microservices.", ["300 microservices"]),
        ("The table has 1.3 trillion rows.", ["1.3 trillion rows"]),
        ("It is ten times faster.", ["ten times faster"]),
        ("Our fleet has three thousand servers.", ["three thousand servers"]),
        ("The bill fell from $80,000 to $12,000.", ["bill fell from $80,000 to $12,000"]),
        ("We aim at five nines.", ["five nines"]),
        ("Our 40-person team is on call.", ["40-person team"]),
    ],
)
def test_figure_with_unit_and_subject(sentence: str, expected: list[str]) -> None:
    assert figures(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Run kafka-topics --create --partitions 16 first.",
        "For example, create a topic with 16 partitions.",
        "The timeout is 3000 ms in the API.",
        "In 2026 we met in room 12.",
        "Version 3.5 runs on 12 nodes.",
        "Set it to 512 MB of memory.",
        "4 packets transmitted, 4 received, time 87ms",
        "The book has 241 pages.",
        "Coffee costs $4 here.",
        "I am 100% sure.",
        "Chapter 3 has two examples.",
    ],
)
def test_number_without_scale_is_not_a_figure(sentence: str) -> None:
    assert figures(sentence) == []


def test_figure_has_sentence_unit_and_subject() -> None:
    text = "We grew. The cluster has 3,000 nodes and 5 PB. Its p95 is 20 ms."
    found = {figure.text: figure for figure in find_figures(list(split_sentences(text)))}
    assert found["3,000 nodes"].sentence == "The cluster has 3,000 nodes and 5 PB."
    assert found["5 PB"].unit == "PB"
    assert (found["p95 is 20 ms"].subject, found["p95 is 20 ms"].unit) == ("p95", "ms")
    assert all(text[each.start :].startswith(each.text) for each in found.values())


def test_long_text_of_another_field_has_no_figures() -> None:
    text = "Farms with rice showed 15% lower cost of water. " * 12
    assert figures(text) == []
    assert figures("The database cluster serves requests. " + text) != []


def test_unit_tables_are_sorted_and_complete() -> None:
    units, stems = figure_tables()
    assert [unit.measure for unit in units] == sorted(unit.measure for unit in units)
    assert list(stems) == sorted(stems, key=lambda each: (each[0], each[1].casefold()))
    needed = {unit.measure for unit in units if unit.condition == "signal"} | {"factor", "money"}
    assert needed == {measure for measure, _ in stems}
