"""Prose: phrases, long sentences, commit subjects and spelling."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from devtools import prose
from devtools.backlog import new_findings
from devtools.prose_texts import DOC, make_prose, prose_of
from devtools.repository import DEVTOOLS, ROOT, table_rows
from tests.conventions import fail_with

PYTHON = '''"""Module docstring, with `beside` as code."""

SQL = "SELECT text FROM posts WHERE what was kept IS NOT NULL"
PATTERN = r"what was kept|beside them"


def test_posts_that_fall_silent() -> None:
    """Return the posts.

    Nothing is stored beside them.
    """
    # The rows are
    # decided anew.
    print(f"{SQL} is asked for again")
'''


def findings_in(path: str, content: str) -> list[str]:
    found = [f for text in prose_of(path, content) for f in prose.phrase_findings(text)]
    return [f"{finding.line} {finding.message.partition(':')[0]}" for finding in sorted(found)]


def test_repository_has_no_findings_beyond_the_backlog() -> None:
    fail_with(new_findings(prose.find_all(), prose.BACKLOG))


def test_commit_subjects_are_short_and_imperative() -> None:
    fail_with("".join(f"\n{finding}" for finding in prose.commit_findings()))


def test_codespell_finds_no_typing_errors() -> None:
    command = [sys.executable, "-m", "codespell_lib", *prose.spelled_files()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    fail_with(done.stdout + done.stderr if done.returncode else "")


@pytest.mark.parametrize("phrase", prose.load_phrases(), ids=lambda phrase: phrase.example)
def test_every_phrase_matches_its_example_and_not_its_replacement(phrase: prose.Phrase) -> None:
    example = make_prose("example.md", 1, DOC, phrase.example)
    assert [*prose.phrase_findings(example, [phrase])]
    for better in re.findall(r"“([^”]*)”", phrase.instead):
        assert not [*prose.phrase_findings(make_prose("example.md", 1, DOC, better), [phrase])]


def test_tables_are_sorted_and_complete() -> None:
    rows = table_rows(DEVTOOLS / "phrases.tsv")
    assert rows == sorted(rows)
    assert all(len(row) == 3 and all(row) for row in rows)
    assert all(len(row) == 3 and all(row) for row in table_rows(DEVTOOLS / "prose_exclusions.tsv"))


def test_python_file_reports_docstrings_comments_messages_and_test_names() -> None:
    assert findings_in("example.py", PYTHON) == [
        "7 “fall silent”",
        "10 “beside”",
        "13 “anew”",
        "14 “is asked”",
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.md", "# Title\n\nIt is decided anew.\n\n```\nanew\n```\n"),
        ("a.md", "| a | b |\n|---|---|\n| x | shown beside the title |\n"),
        ("a.html", "{% if a %}\n\n<p>Decided <b>anew</b> in {{ anew }}</p>{% endif %}"),
        ("a.html", '<p class="beside">\n\n{{ "not read anew here" if it }}</p>'),
        ("a.js", 'const anew = 1\n\nx.textContent = "The rows are decided anew."\n'),
        ("a.css", ".beside { color: red }\n\n/* placed beside it */\n"),
        ("a.toml", 'aliases = ["anew"]\n\ndefinition = "Reads it anew."\n'),
        ("a.tsv", "anew\tb\n\n# decided anew\n"),
        ("Makefile", "beside: x\n\t@echo beside\nall: ## do it anew\n"),
    ],
)
def test_other_files_report_prose_and_skip_code(path: str, content: str) -> None:
    assert [line.split()[0] for line in findings_in(path, content)] == ["3"]


def test_sentence_of_31_words_is_reported_with_its_line() -> None:
    words = " ".join(["word"] * 15)
    long, short = f"Aa {words}\n{words}.", f"Aa {words}. Bb {words}."
    reported = [*prose.sentence_findings(make_prose("a.md", 4, DOC, f"{short}\n{long}"))]
    assert [(finding.line, finding.message[:8]) for finding in reported] == [(5, "31 words")]


@pytest.mark.parametrize(
    "subject",
    [
        "Added a check",
        "Adds a check",
        "Adding a check",
        "The check of prose",
        "add a check",
        "Add a check.",
        "Add " + "x" * 60,
        "Store what was kept",
    ],
)
def test_bad_commit_subject_is_reported(subject: str) -> None:
    assert [*prose.subject_findings("1234", subject)]


@pytest.mark.parametrize("subject", ["Add a check", "Process feeds in order", "Embed the icon"])
def test_good_commit_subject_is_accepted(subject: str) -> None:
    assert not [*prose.subject_findings("1234", subject)]
