"""Names of modules, classes and variables follow docs/GLOSSARY.md."""

from __future__ import annotations

import pytest

from crawler.store.table_meanings import table_meanings
from devtools import glossary
from devtools.backlog import new_findings
from devtools.names import (
    BACKLOG,
    find_all,
    homonym_findings,
    name_findings,
    names_in,
    variable_findings,
)
from devtools.repository import ROOT
from tests.conventions import fail_with

RESERVED = {"note": ["crawler.sitegen.*", "*curator_note*"]}
VAGUE = {"look": "check", "told": "report"}


def messages(path: str, content: str) -> list[str]:
    found = [f for n in names_in(path, content) for f in name_findings(n, RESERVED, VAGUE)]
    return [f"{finding.line} {finding.rule}" for finding in found]


def test_repository_has_no_findings_beyond_the_backlog() -> None:
    fail_with(new_findings(find_all(), BACKLOG))


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("crawler/store/notes.py", "", ["1 second meaning"]),
        ("crawler/store/look_again.py", "", ["1 vague name"]),
        ("crawler/store/a.py", "class TopicNotes: ...", ["1 second meaning"]),
        ("crawler/store/a.py", "class CuratorNote: ...", []),
        ("crawler/sitegen/a.py", "class Note: ...", []),
        ("crawler/store/a.py", "class Denoted: ...", []),
    ],
)
def test_reserved_and_vague_words_are_reported(
    path: str, content: str, expected: list[str]
) -> None:
    assert messages(path, content) == expected


def test_class_name_in_two_modules_is_reported_for_both() -> None:
    names = [n for path in ("crawler/a.py", "crawler/b.py") for n in names_in(path, "class A: ...")]
    assert [finding.path for finding in homonym_findings(names)] == ["crawler/a.py", "crawler/b.py"]
    assert not [*homonym_findings(names[:2])]


def test_vague_variable_and_parameter_are_reported() -> None:
    content = "def f(told, told_at):\n    look = told\n    return look"
    assert [f.line for f in variable_findings("crawler/a.py", content, VAGUE)] == [1, 2]


def is_place(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    is_module = name.startswith("crawler") and (path.is_dir() or path.with_suffix(".py").is_file())
    return is_module or name in table_meanings()


@pytest.mark.parametrize("term", glossary.terms(), ids=lambda term: term.word)
def test_term_has_a_definition_and_an_existing_place(term: glossary.Term) -> None:
    missing = [place for place in term.places if not is_place(place)]
    assert not missing, f"{glossary.GLOSSARY}, {term.word}: not a module or table: {missing}"
    assert term.places
    assert len(term.definition.split()) >= 4
    assert term.definition.endswith(".")
    assert term.avoid


def test_terms_are_defined_once() -> None:
    words = [term.word for term in glossary.terms()]
    assert len(words) == len(set(words))
    assert not set(words) & set(glossary.vague_words())
