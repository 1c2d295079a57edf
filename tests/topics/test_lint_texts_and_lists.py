"""Findings about topic texts and reading lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.knowledge.article_kinds import PICK_KINDS
from crawler.links.article_key import normalize_url
from crawler.models.reading_lists import Pick
from crawler.topics.lint import LintFinding
from crawler.topics.lint_texts_and_lists import ListRules, lint_reading_lists, lint_texts
from crawler.topics.reading_lists import read_reading_lists
from crawler.topics.taxonomy import read_taxonomy
from crawler.topics.topic_texts import read_topic_texts
from crawler.workspace import bundled_path

TOPICS = ("leases", "locking")
WORDS = "A lease is a lock that ends by itself. " * 15
TEXT = WORDS + "Compare it with [locks](topic:locking), as [a paper](https://a.example/) does."
PICK = Pick(
    "https://a.example/1",
    "Leases",
    "paper",
    "Explains leases with one proof.",
    "someone/awesome-list",
    ("A. Author",),
    1989,
)
LIST = (PICK, replace(PICK, url="https://a.example/2"), replace(PICK, url="https://a.example/3"))
RULES = ListRules(PICK_KINDS, 2026, lambda url: normalize_url(url).key)


def _of_text(text: str) -> list[str]:
    return [finding.message for finding in lint_texts({"leases": text}, ["leases"])]


def _of_list(*picks: Pick) -> list[str]:
    findings = lint_reading_lists({"leases": picks}, ["leases"], RULES)
    return [finding.message for finding in findings]


def test_valid_text_and_list_have_no_findings() -> None:
    texts = dict.fromkeys(TOPICS, TEXT.replace("topic:locking", "https://b.example/"))
    assert lint_texts({**texts, "leases": TEXT}, TOPICS) == []
    assert lint_reading_lists(dict.fromkeys(TOPICS, LIST), TOPICS, RULES) == []


def test_topic_without_text_or_list_is_a_finding_if_others_have_one() -> None:
    missing = LintFinding("locking", "text", "is missing")
    assert lint_texts({"leases": TEXT}, TOPICS) == [missing]
    missing = LintFinding("locking", "reading_list", "is missing")
    assert lint_reading_lists({"leases": LIST}, TOPICS, RULES) == [missing]
    assert lint_texts({}, TOPICS) == []
    assert lint_reading_lists({}, TOPICS, RULES) == []


def test_file_without_topic_is_a_finding() -> None:
    (finding,) = lint_texts({"typo": WORDS}, [])
    assert finding == LintFinding("typo", "text", "has no topic file of the same name")
    (finding,) = lint_reading_lists({"typo": LIST}, [], RULES)
    assert finding == LintFinding("typo", "reading_list", "has no topic file of the same name")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A lease ends.", "has 3 words"),
        (WORDS * 3, "words; 120 to 220"),
        (WORDS + "\n\n# More", "a heading"),
        (WORDS + "\n- one\n- two", "a list item"),
        (WORDS + "\n1. one", "a list item"),
        (WORDS + "It is *very* short.", "emphasis"),
        (WORDS + "It is _very_ short.", "emphasis"),
        (WORDS + "Call `lock()`.", "code"),
        (WORDS + "<b>bold</b>", "HTML"),
        (WORDS + "See [this](other.html).", "a link of another form"),
        (WORDS + "See https://a.example/.", "a URL without a name"),
        (WORDS + "See [fencing](topic:fencing).", "'fencing', which does not exist"),
        (WORDS + "See [leases](topic:leases).", "its own topic"),
    ],
)
def test_fault_of_a_text_is_a_finding(text: str, message: str) -> None:
    assert [finding for finding in _of_text(text) if message in finding]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "has no title"),
        ({"authors": ()}, "has no authors"),
        ({"kind": "podcast"}, "'podcast' is not a kind"),
        ({"year": 1900}, "1900 is not a year"),
        ({"year": 2027}, "2027 is not a year"),
        ({"listed_in": ""}, "listed_in is ''"),
        ({"listed_in": "a blog"}, "listed_in is 'a blog'"),
        ({"why": ""}, "why has 0 words"),
        ({"why": "word " * 26}, "why has 26 words"),
        ({"why": "It is short. It is good."}, "not one sentence"),
        ({"why": "It has no end"}, "not one sentence"),
        ({"why": "Leases."}, "repeats the title"),
    ],
)
def test_fault_of_a_pick_is_a_finding(change: dict[str, object], message: str) -> None:
    findings = _of_list(replace(PICK, **change), *LIST[1:])  # type: ignore[arg-type]
    assert [finding for finding in findings if "pick 1" in finding and message in finding]


def test_number_of_picks_and_repeated_urls_are_findings() -> None:
    assert _of_list(*LIST[:2]) == ["has 2 picks; 3 to 5 are allowed"]
    again = replace(PICK, url="http://www.a.example/2?utm_source=x")
    assert "occurs 2 times" in "".join(_of_list(*LIST, again))
    lists = dict.fromkeys(("a", "b", "c", "d"), LIST)
    findings = lint_reading_lists(lists, tuple(lists), RULES)
    assert {finding.topic for finding in findings if "more than 3 lists" in finding.message} == {
        *lists
    }
    twice_in_one = {"a": (*LIST, again), "b": LIST, "c": LIST}
    findings = lint_reading_lists(twice_in_one, tuple(twice_in_one), RULES)
    assert not [finding for finding in findings if "more than 3 lists" in finding.message]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"url": "http://a.example/1"}, "url"),
        ({"authors": ("B. Author",)}, "authors"),
        ({"year": 1990}, "year"),
        ({"kind": "talk"}, "kind"),
    ],
)
def test_work_with_other_facts_in_another_list_is_a_finding(
    change: dict[str, object], name: str
) -> None:
    lists = {"leases": LIST, "locking": (replace(PICK, **change), *LIST[1:])}
    (finding,) = lint_reading_lists(lists, TOPICS, RULES)
    assert finding.message.endswith(f"has another {name} in another list")


def test_every_shipped_topic_has_a_text_and_a_reading_list_without_findings() -> None:
    folder = bundled_path("data", "topics")
    topics = read_taxonomy(folder).topics.keys()
    texts, lists = (
        read_topic_texts(folder),
        read_reading_lists(bundled_path("data", "reading_lists")),
    )
    assert texts.keys() == lists.keys() == topics
    assert lint_texts(texts, topics) == []
    assert lint_reading_lists(lists, topics, RULES) == []
