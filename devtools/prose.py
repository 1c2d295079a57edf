"""Check prose: unidiomatic phrases (phrases.tsv), sentences of more than 30 words, commit subjects.

python -m devtools.prose            all findings
python -m devtools.prose PATH…      the findings in these files or folders
python -m devtools.prose --counts   the number of findings per package
python -m devtools.prose --renew    lower the backlog to today's findings
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from devtools.backlog import Finding, run_check
from devtools.prose_texts import COMMIT, DOC, DOCSTRING, Prose, make_prose, prose_of
from devtools.repository import DEVTOOLS, ROOT, git, matching_files, table_rows, tracked_files

PHRASE, SENTENCE, SUBJECT = "phrase", "long sentence", "commit subject"
MAX_WORDS = 30
MAX_SUBJECT = 60
BACKLOG = DEVTOOLS / "prose_backlog.tsv"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to avoid: its regular expression, what to write instead, and an example."""

    pattern: str
    instead: str
    example: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A part of some files that is not checked, with the reason.

    `part` is `all`, a part name of prose_texts, or the text that the rule would report.
    """

    path: str
    part: str
    reason: str


@cache
def load_phrases() -> tuple[Phrase, ...]:
    """Return the rows of phrases.tsv."""
    return tuple(Phrase(*row) for row in table_rows(DEVTOOLS / "phrases.tsv"))


@cache
def load_exclusions() -> tuple[Exclusion, ...]:
    """Return the rows of prose_exclusions.tsv."""
    return tuple(Exclusion(*row) for row in table_rows(DEVTOOLS / "prose_exclusions.tsv"))


@cache
def _compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


def phrase_findings(prose: Prose, phrases: Sequence[Phrase] | None = None) -> Iterator[Finding]:
    """Yield a finding for each of the `phrases` in the `prose` (default: those of phrases.tsv)."""
    table = load_phrases() if phrases is None else tuple(phrases)
    # A group for each phrase would name it, but such a pattern takes twice the time.
    for match in _compiled(*(p.pattern for p in table)).finditer(prose.text):
        phrase = next(p for p in table if _compiled(p.pattern).match(prose.text, match.start()))
        message = f"“{match[0].strip()}”: write {phrase.instead}"
        yield Finding(prose.path, prose.line_at(match.start()), PHRASE, message)


_SENTENCE_END = re.compile(r"[.!?…][\"”’')]*\s+(?=[\"“(]?[A-Z0-9*])| \| |\n")


def sentence_findings(prose: Prose) -> Iterator[Finding]:
    """Yield a finding for each sentence of more than `MAX_WORDS` words in a doc or docstring."""
    if prose.part not in {DOC, DOCSTRING}:
        return
    start = 0
    for end in [*(m.end() for m in _SENTENCE_END.finditer(prose.text)), len(prose.text)]:
        sentence = prose.text[start:end]
        words = len([word for word in sentence.split() if re.search(r"\w", word)])
        if words > MAX_WORDS:
            message = f"{words} words, at most {MAX_WORDS}: “{sentence[:40].strip()}…”"
            yield Finding(prose.path, prose.line_at(start), SENTENCE, message)
        start = end


def is_excluded(path: str, part: str) -> bool:
    """Whether prose_exclusions.tsv excludes this `part` of the file at `path`."""
    return any(
        fnmatchcase(path, row.path) and row.part in {"all", part} for row in load_exclusions()
    )


def file_findings(path: str) -> Iterator[Finding]:
    """Yield the findings in the file at `path`, a path from the root of the repository."""
    if is_excluded(path, "all"):
        return
    content = (ROOT / path).read_text(encoding="utf-8", errors="replace")
    excluded_texts = [row.part for row in load_exclusions() if fnmatchcase(path, row.path)]
    for prose in prose_of(path, content):
        if prose.part in excluded_texts:
            continue
        for finding in (*phrase_findings(prose), *sentence_findings(prose)):
            quoted = finding.message.lower()
            if not any(f"“{text}" in quoted for text in excluded_texts):
                yield finding


def spelled_files() -> list[str]:
    """Return the files that codespell checks: all with prose that are not excluded."""
    suffixes = (".md", ".py", ".html", ".js", ".css", ".toml", "Makefile")
    files = [path for path in tracked_files() if path.endswith(suffixes)]
    return [p for p in files if not (is_excluded(p, "all") or is_excluded(p, "spelling"))]


def find_all(paths: Sequence[str] = ()) -> list[Finding]:
    """Return all findings in `paths` (files, folders or patterns; default: every tracked file)."""
    files = matching_files(paths) if paths else tracked_files()
    return sorted(finding for path in files for finding in file_findings(path))


_IMPERATIVES = frozenset(
    """
    Access Address Alias Bless Bring Bus Compress Discuss Dismiss Embed Exceed Express Feed Focus
    Miss Need Pass Ping Press Process Proceed Seed Shed Speed String Suppress
    """.split()
)
_NO_VERBS = frozenset(
    """
    A All Also An Any At Better By Each Every For From How In It More New No Not Of On One Only Some
    That The There These This Those Three To Two We What When Where Which Who Why With
    """.split()
)


def subject_findings(commit: str, subject: str) -> Iterator[Finding]:
    """Yield what is wrong with the `subject` of a `commit`: length, full stop, mood, phrases."""
    first = subject.split(" ", 1)[0]
    problems = []
    if len(subject) > MAX_SUBJECT:
        problems.append(f"{len(subject)} characters, at most {MAX_SUBJECT}")
    if subject.endswith("."):
        problems.append("ends with a full stop")
    inflected = re.search(r"(?:ed|ing|[^s]s)$", first) and first not in _IMPERATIVES
    if inflected or first in _NO_VERBS or not first[:1].isupper():
        problems.append(f"begins with “{first}”: begin with an imperative such as “Add”")
    for problem in problems:
        yield Finding(f"commit {commit[:10]}", 1, SUBJECT, f"{problem}: “{subject}”")
    yield from phrase_findings(make_prose(f"commit {commit[:10]}", 1, COMMIT, subject))


def commit_findings() -> list[Finding]:
    """Return the findings in the subjects of the commits since this check was added."""
    added = git("log", "--diff-filter=A", "--format=%H", "--", "devtools/phrases.tsv").split()
    if not added:
        return []
    log = git("log", "--format=%H%x09%s", f"{added[-1]}..HEAD").splitlines()
    commits = [line.split("\t", 1) for line in log]
    return [
        finding
        for commit, subject in commits
        if not is_excluded(f"commit {commit}", COMMIT)
        for finding in subject_findings(commit, subject)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings that the `arguments` select; return 1 when there are any."""
    return run_check("prose", __doc__ or "", BACKLOG, find_all, arguments)


if __name__ == "__main__":
    sys.exit(main())
