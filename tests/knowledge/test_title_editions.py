"""Titles that name different versions, years or parts."""

from __future__ import annotations

import pytest

from crawler.knowledge.title_editions import differ_in_edition

DIFFERENT = [
    ("Apache Flink 1.13.2 Released", "Apache Flink 1.12.5 Released"),
    ("Broker v1.2 is out", "Broker v1.3 is out"),
    ("PostgreSQL 17 released", "PostgreSQL 16 released"),
    ("Version 4 of the broker", "Version 5 of the broker"),
    ("State of databases 2023", "State of databases 2024"),
    ("Leases in practice, part 1", "Leases in practice, part 2"),
    ("Leases in practice (Part II)", "Leases in practice (Part III)"),
    ("Leases in practice: part one", "Leases in practice: part two"),
    ("Leases in practice (1/3)", "Leases in practice (2/3)"),
    ("Distributed weekly #12", "Distributed weekly #13"),
    ("Verteilte Systeme, Teil 3", "Verteilte Systeme, Teil 4"),
    ("Papers we read: episode 7", "Papers we read: episode 8"),
]
SAME = [
    ("Kafka 5.0 released with tiered storage", "Tiered storage arrives in Kafka 5.0"),
    ("Kafka 5.0 released", "Kafka 5.0.0 released"),
    ("Kafka 5.0 released", "Kafka released"),
    ("How we moved from 3.6 to 3.7", "What 3.7 changes"),
    ("Outage of the region: 10 lessons", "Outage of the region: 5 lessons"),
    ("Outage lasts 3 hours", "Outage lasted 15 hours"),
    ("Leases in practice, part 2", "Leases in practice, part II"),
    ("99.99% of requests survive", "Requests survive an outage"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_titles_with_different_editions_differ(one: str, other: str) -> None:
    assert differ_in_edition(one, other)
    assert differ_in_edition(other, one)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_titles_of_one_edition_or_none_do_not_differ(one: str, other: str) -> None:
    assert not differ_in_edition(one, other)
    assert not differ_in_edition(other, one)
