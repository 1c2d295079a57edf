"""Detection of prose: only files that a person wrote or copied are parsed as pasted text."""

from __future__ import annotations

import re

from crawler.importers.decode_text import decode_text

_HEAD = 20_000  # characters read
_ROWS = 20
# Suffixes of files that are not prose, whatever they begin with.
_SUFFIXES = {
    ".atom": "a feed", ".csv": "a table", ".htm": "an HTML page", ".html": "an HTML page",
    ".ics": "a calendar", ".js": "a script", ".json": "JSON", ".mht": "a saved web page",
    ".mhtml": "a saved web page", ".msg": "a mail", ".pst": "a mailbox", ".rdf": "a feed",
    ".rss": "a feed", ".rtf": "RTF", ".sql": "SQL", ".tsv": "a table", ".vcf": "a contact",
    ".webarchive": "a saved web page", ".xhtml": "an HTML page", ".xml": "XML", ".yaml": "YAML",
    ".yml": "YAML",
}  # fmt: skip
# How files that are not prose begin.
_STARTS = (
    # A post may begin with a link or an emphasized word.
    (re.compile(r"<(?!https?:|(?:a|b|i|em|strong)[\s>])[!?/A-Za-z]"), "markup"),
    (re.compile(r"\{"), "JSON or RTF"),
    (re.compile(r"\[\s*[\[{\"]"), "JSON"),
    (re.compile(r"BEGIN:V[A-Z]+", re.IGNORECASE), "a contact or a calendar"),
    (re.compile(r"%PDF|%!PS"), "PDF or PostScript"),
    (re.compile(r"#!|\"use strict\"|(?:var|const|window)[ .]\w+.*="), "a script"),
    (re.compile(r"---\n(?:[\w-]+:.*\n)+---\n"), "YAML front matter"),
)
_COLUMN_NAMES = """
    author body category collection comment content cover created created_at date
    description excerpt favorite favourite folder highlights href id link message name note
    notes selection state status tag tags text time time_added timestamp title type updated
    url urls
"""
_COLUMNS = frozenset(_COLUMN_NAMES.split())
_COLUMN = re.compile(r"[^\W\d_][\w .()/-]{0,40}")


def non_prose_reason(name: str, data: bytes) -> str:
    """Return why a file cannot be a pasted text, or an empty string.

    `name` is the file name in lower case, `data` the content. Raises InputError for bytes that are
    not text.
    """
    text = decode_text(name, data)
    head = text[:_HEAD].lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n")
    kind = next((kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix)), "")
    if kind:
        return f"its name is that of {kind}"
    kind = next((kind for start, kind in _STARTS if start.match(head)), "")
    if kind:
        return f"it begins like {kind}"
    return "it is a table with a row of columns per line" if _is_table(head) else ""


def _is_table(head: str) -> bool:
    """Return whether the text begins with column names, or rows with equally many delimiters."""
    rows = [line for line in head.split("\n") if line.strip()][:_ROWS]
    return any(_is_delimited(rows, delimiter) for delimiter in ",;\t|")


def _is_delimited(rows: list[str], delimiter: str) -> bool:
    first = rows[0] if rows else ""
    names = [cell.strip(" \"'").lower() for cell in first[:2_000].split(delimiter)]
    if len(names) < 2:
        return False
    if _are_column_names(names):
        return True
    counts = {row.count(delimiter) for row in rows}
    return len(rows) > 2 and len(counts) == 1 and counts.pop() > 2


def _are_column_names(names: list[str]) -> bool:
    matches = sum(name in _COLUMNS or name.replace(" ", "_") in _COLUMNS for name in names)
    return matches > 1 and all(not name or _COLUMN.fullmatch(name) for name in names)
