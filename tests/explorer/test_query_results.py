"""Results of named queries: defaults, labels, summary sentences and limits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.named_queries.query_files import offered_queries, parse_query
from crawler.named_queries.query_parameters import parse_parameters, query_parameters
from crawler.named_queries.query_results import bound_values, run_query, used_values
from crawler.named_queries.summary_sentences import summary_fields, summary_sentence
from tests.browser.sample import sample

HEADER = "-- title: T\n-- description: D.\n-- group: articles\n"
OF_A_TOPIC = f"""{HEADER}-- summary: {{articles:article}} on {{topic}}.
SELECT l.id, l.title FROM taggings t JOIN article_list l ON l.id = t.subject_id
WHERE t.subject_kind = 'article' AND t.topic = :topic ORDER BY l.id LIMIT 2
-- summary SQL
SELECT count(*) AS articles FROM taggings WHERE subject_kind = 'article' AND topic = :topic
"""
HOSTILE = (
    "'; DROP TABLE articles; --",
    '" OR 1=1',
    "<script>alert(1)</script>",
    "\x00\ud800\u202e",
    "a" * 100_000,
    '" ' * 5000,
    "%_\\",
    "-9223372036854775809",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("snapshot") / "public.db"
    sample().save(path)
    with closing(sqlite3.connect(path)) as conn:
        yield conn


def test_missing_value_is_replaced_by_the_default_and_its_label(
    snapshot: sqlite3.Connection,
) -> None:
    query = parse_query("q", OF_A_TOPIC)
    missing, blank = run_query(snapshot, query, {}), run_query(snapshot, query, {"topic": " "})
    (topic,) = snapshot.execute(query_parameters()["topic"].default).fetchone()
    (label,) = snapshot.execute("SELECT label FROM topics WHERE slug = ?", (topic,)).fetchone()
    assert missing == blank
    assert missing.values == {"topic": topic}
    assert missing.labels == {"topic": label}
    assert missing.rows
    assert missing.summary.endswith(f" on {label}.")


def test_limit_cuts_the_rows_and_not_the_summary(snapshot: sqlite3.Connection) -> None:
    topic, articles = snapshot.execute(
        "SELECT topic, count(*) FROM taggings WHERE subject_kind = 'article'"
        " GROUP BY topic ORDER BY 2 DESC, 1"
    ).fetchone()
    result = run_query(snapshot, parse_query("q", OF_A_TOPIC), {"topic": topic})
    assert articles > 2
    assert (len(result.rows), result.is_truncated) == (2, True)
    assert result.summary.startswith(f"{articles} articles on ")
    assert not result.is_empty


def test_result_with_all_rows_is_not_truncated(snapshot: sqlite3.Connection) -> None:
    query = parse_query("q", f"{HEADER}SELECT 1 AS a UNION SELECT 2 ORDER BY a LIMIT 2")
    result = run_query(snapshot, query, {})
    assert (result.columns, result.rows, result.is_truncated) == (("a",), ((1,), (2,)), False)


def test_unknown_value_gives_an_empty_result_with_a_count_of_zero(
    snapshot: sqlite3.Connection,
) -> None:
    result = run_query(snapshot, parse_query("q", OF_A_TOPIC), {"topic": "no-such-topic"})
    assert (result.rows, result.is_empty) == ((), True)
    assert result.summary == "0 articles on no-such-topic."


def test_default_of_a_query_replaces_the_default_of_its_parameter(
    snapshot: sqlite3.Connection,
) -> None:
    text = f"{HEADER}-- default: words=SELECT 'lease'\nSELECT :words AS w ORDER BY w LIMIT 1"
    result = run_query(snapshot, parse_query("q", text), {})
    assert (result.values, result.rows) == ({"words": "lease"}, (('("lease")',),))


def test_semantic_search_reads_words_as_text_and_full_text_search_an_expression() -> None:
    full_text, semantic = (
        parse_query("q", f"{HEADER}{requires}SELECT :words AS w ORDER BY w LIMIT 1")
        for requires in ("", "-- requires: semantic model\n")
    )
    assert bound_values(full_text, {"words": "a lease"}) == {"words": '("a") AND ("lease")'}
    assert bound_values(semantic, {"words": "a lease"}) == {"words": "a lease"}


def test_every_parameter_has_a_default_and_labelled_choices(snapshot: sqlite3.Connection) -> None:
    for name, parameter in query_parameters().items():
        query = parse_query("q", f"{HEADER}SELECT :{name} AS value, :topic ORDER BY 1 LIMIT 1")
        value = run_query(snapshot, query, {}).values[name]
        if name not in ("language", "organization", "other_topic", "words"):
            assert value, name
        if parameter.choices:
            cursor = snapshot.execute(parameter.choices)
            assert [entry[0] for entry in cursor.description] == ["value", "label"], name
            choices = {str(choice): label for choice, label in cursor}
            assert not value or value in choices, name


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_value_of_every_parameter_is_bound_as_text(
    snapshot: sqlite3.Connection, value: str
) -> None:
    for name in query_parameters():
        query = parse_query("q", f"{HEADER}SELECT :{name} AS value ORDER BY 1 LIMIT 1")
        result = run_query(snapshot, query, {name: value})
        assert len(result.rows) == 1


def test_every_query_names_existing_columns_for_its_chart_and_its_feed(
    snapshot: sqlite3.Connection,
) -> None:
    for query in offered_queries(semantic_model=False):
        result = run_query(snapshot, query, {})
        chart = query.chart.columns.values() if query.chart else ()
        assert {*chart, *query.feed.values()} <= set(result.columns), query.name


def test_every_query_has_a_summary_with_fields_that_exist(snapshot: sqlite3.Connection) -> None:
    for query in offered_queries(semantic_model=False):
        assert query.summary, query.name
        values = bound_values(query, used_values(snapshot, query, {}))
        cursor = snapshot.execute(query.summary_sql, values)
        known = {entry[0] for entry in cursor.description} | set(query.parameters)
        assert set(summary_fields(query.summary)) <= known, query.name


def test_other_names_than_parameters_are_ignored(snapshot: sqlite3.Connection) -> None:
    result = run_query(snapshot, parse_query("q", OF_A_TOPIC), {"_columns": "all", "kind": "x"})
    assert list(result.values) == ["topic"]


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{n:article}", "1 article"),
        ("{many:article}", "1,204 articles"),
        ("{zero:person|people}", "0 people"),
        ("{many:person|people} on {topic}", "1,204 people on Consensus"),
        ("since {at}", "since 2026-02-01"),
        ("since {none}, {absent}", "since unknown, unknown"),
        ("{none:article}", "0 articles"),
        ("{braces}", "{n:article}"),
    ],
)
def test_summary_template_gives_a_sentence(template: str, sentence: str) -> None:
    values = {
        "n": 1,
        "many": 1204,
        "zero": 0,
        "at": "2026-02-01T10:00:00Z",
        "none": None,
        "braces": "{n:article}",
    }
    assert summary_sentence(template, values, {"topic": "Consensus"}) == sentence


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("label='L'\nexample='x'\ninput='text'", "default is missing"),
        ("label='L'\nexample='x'\ninput='list'\ndefault='SELECT 1'", "unknown input 'list'"),
        ("label='L'\nexample='x'\ninput='choice'\ndefault='SELECT 1'", "choices is missing"),
        (
            "label='L'\nexample='x'\ninput='text'\ndefault='SELECT 1'\nsize='1'",
            "unknown key 'size'",
        ),
    ],
)
def test_invalid_parameter_error_names_the_parameter(entry: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match="week") as error:
        parse_parameters(f"[week]\n{entry}")
    assert problem in error.value.message
