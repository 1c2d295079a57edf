"""Extract prose from files: documentation, comments, docstrings, messages, test names.

Code, inline code, SQL and regular expressions are left out.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

DOC, DOCSTRING, COMMENT, STRING, TEST_NAME, COMMIT = (
    "doc", "docstring", "comment", "string", "test name", "commit",
)  # fmt: skip

_SQL = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA|DROP|ALTER|VACUUM|ATTACH|BEGIN)\b"
    r"|\b(?:FROM|WHERE|JOIN|VALUES|ORDER BY|GROUP BY|UNION|COALESCE|EXISTS|AND NOT|IS NULL"
    r"|REFERENCES|IS NOT|NOT NULL|PRIMARY KEY|CASE WHEN)\b"
)
_INLINE_CODE = re.compile(r"``[^`]+``|`[^`\n]+(?:\n[^`\n]+)?`")
_CODE = "CODE"
_BREAK = " | "
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_OWN_LINE = re.compile(r"^\s*(?:[-*├└│•]|\d+\.)\s|\S {2,}\S|^\s*(?:python -m|hashtrail) ")


@dataclass(frozen=True, slots=True)
class Prose:
    """One piece of prose; `text` has single spaces, `starts` are the offsets of its lines."""

    path: str
    line: int
    part: str
    text: str
    starts: tuple[int, ...] = (0,)

    def line_at(self, offset: int) -> int:
        """Return the line in the file of the character at `offset` in the text."""
        return self.line + bisect_right(self.starts, offset) - 1


def make_prose(path: str, line: int, part: str, raw: str) -> Prose:
    """Return `raw` as prose whose first line is `line`: one space between words, code replaced."""
    without_code = _INLINE_CODE.sub(lambda m: _CODE + "\n" * m[0].count("\n"), raw)
    joined, starts = "", []
    for text_line in without_code.split("\n"):
        words = " ".join(text_line.split())
        starts.append(len(joined))
        if _OWN_LINE.search(text_line):
            words = _BREAK + words + _BREAK
        joined += (words + " ") if words else _BREAK
    return Prose(path, line, part, joined, tuple(starts))


def prose_of(path: str, content: str) -> Iterator[Prose]:
    """Yield the prose of the file at `path` with this `content`, chosen by the file's suffix."""
    suffix = PurePosixPath(path).suffix
    if suffix == ".py":
        yield from python_prose(path, content)
    elif suffix == ".md":
        yield from markdown_prose(path, content)
    elif suffix in {".html", ".atom", ".xml"}:
        yield from template_prose(path, content)
    elif suffix in {".js", ".css"}:
        yield from script_prose(path, content)
    elif suffix in {".toml", ".tsv", ".txt", ".yml"} or path == "Makefile":
        yield from table_prose(path, content)


def python_prose(path: str, content: str) -> Iterator[Prose]:
    """Yield docstrings, comments, messages and test names of a Python file at `path`."""
    yield from _python_comments(path, content)
    nodes = [*ast.walk(ast.parse(content))]
    docstrings = set()
    for node in nodes:
        if docstring := _docstring(node):
            docstrings.add(id(docstring))
            yield make_prose(path, docstring.lineno, DOCSTRING, str(docstring.value))
        if isinstance(node, _FUNCTION) and node.name.startswith("test_"):
            yield make_prose(path, node.lineno, TEST_NAME, node.name[5:].replace("_", " "))
    yield from _python_messages(path, nodes, content.splitlines(), docstrings)


def _docstring(node: ast.AST) -> ast.Constant | None:
    if not isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTION)):
        return None
    first = node.body[0] if node.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None
    return first.value if isinstance(first.value.value, str) else None


def _python_messages(
    path: str, nodes: list[ast.AST], lines: list[str], skipped: set[int]
) -> Iterator[Prose]:
    for node in nodes:
        if id(node) in skipped or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(child) for child in ast.walk(node)}
            parts = [v.value if isinstance(v, ast.Constant) else "X" for v in node.values]
            text = "".join(map(str, parts))
        else:
            text = node.value if isinstance(node.value, str) else ""
        if text.count(" ") < 2:
            continue
        opening = lines[node.lineno - 1].encode()[node.col_offset :][:2].lower()
        is_raw = b"r" in opening.partition(b'"')[0]
        if not is_raw and is_message(text):
            yield make_prose(path, node.lineno, STRING, text)


def is_message(text: str) -> bool:
    """Whether `text` is prose of three or more words, and neither SQL nor a pattern."""
    is_pattern = bool(re.search(r"\\[bdsw(]|\(\?", text))
    return len(re.findall(r"[A-Za-z]+ ", text)) >= 2 and not _SQL.search(text) and not is_pattern


def _python_comments(path: str, content: str) -> Iterator[Prose]:
    block: list[str] = []
    first = last = 0
    if "#" not in content:
        return
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type != tokenize.COMMENT:
            continue
        text = token.string.lstrip("#! ")
        if re.match(r"(?:noqa|type: ignore|fmt:|ruff:|pragma|pylint)", text):
            continue
        own_line = not token.line[: token.start[1]].strip()
        if block and own_line and token.start[0] == last + 1:
            block.append(text)
        else:
            if block:
                yield make_prose(path, first, COMMENT, "\n".join(block))
            block, first = [text], token.start[0]
        last = token.start[0] if own_line else 0
    if block:
        yield make_prose(path, first, COMMENT, "\n".join(block))


def markdown_prose(path: str, content: str) -> Iterator[Prose]:
    """Yield the paragraphs, list items, headings and table cells of a Markdown file at `path`."""
    block: list[str] = []
    start, fenced = 1, False
    for number, line in enumerate([*content.splitlines(), ""], 1):
        fence = line.lstrip().startswith("```")
        begins_block = bool(re.match(r"\s*(?:[-*+]|\d+\.|#+|>)\s|\s*\|", line))
        if block and (fence or not line.strip() or begins_block):
            yield make_prose(path, start, DOC, _markdown_text("\n".join(block)))
            block = []
        fenced = fenced != fence
        if fenced or fence or not line.strip() or line.startswith("    "):
            continue
        if not block:
            start = number
        block.append(re.sub(r"^\s*(?:[-*+]|\d+\.|#+|>)\s", "", line))


def _markdown_text(text: str) -> str:
    if text.lstrip().startswith("|"):
        text = text.replace("|", _BREAK)
    text = re.sub(r"!?\[([^\]]*)\]\((?:[^)]*)\)", r"\1", text)
    text = re.sub(r"<!--.*?-->", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    return re.sub(r"\*\*|__|<[^>\n]+>", "", text)


_INLINE_TAGS = "a|abbr|b|cite|code|em|i|kbd|q|small|span|strong|time|var"


def template_prose(path: str, content: str) -> Iterator[Prose]:
    """Yield the text, the comments and the strings of a template at `path`."""
    for match in re.finditer(r"\{#(.*?)#\}|<!--(.*?)-->", content, re.DOTALL):
        line = content.count("\n", 0, match.start()) + 1
        yield make_prose(path, line, COMMENT, match[1] or match[2] or "")
    for match in re.finditer(r"\{[{%].*?[%}]\}", content, re.DOTALL):
        line = content.count("\n", 0, match.start()) + 1
        for string in re.findall(r'"([^"]*)"', match[0]):
            if is_message(string):
                yield make_prose(path, line, STRING, string)
    for match in re.finditer(
        r'\b(?:title|alt|placeholder|aria-label|content)="([^"{]* [^"{]*)"', content
    ):
        line = content.count("\n", 0, match.start()) + 1
        yield make_prose(path, line, STRING, match[1])
    text = content
    for pattern, replacement in _TEMPLATE_MARKUP:
        text = _replace_keeping_lines(pattern, replacement, text)
    yield make_prose(path, 1, DOC, text)


def _replace_keeping_lines(pattern: str, replacement: str, text: str) -> str:
    def with_lines(match: re.Match[str]) -> str:
        return replacement + "\n" * match[0].count("\n")

    return re.sub(pattern, with_lines, text, flags=re.DOTALL)


_TEMPLATE_MARKUP = (
    (r"\{#.*?#\}|<!--.*?-->|<(script|style|svg|code|pre)\b.*?</\1>", _BREAK),
    (r"\{%.*?%\}", ""),
    (r"\{\{.*?\}\}", "X"),
    (rf"</?(?:{_INLINE_TAGS})\b[^>]*>", ""),
    (r"<[^>]*>", _BREAK),
)


def script_prose(path: str, content: str) -> Iterator[Prose]:
    """Yield the comments and the strings of a script or style sheet at `path`."""
    pattern = r'//[^\n]*(?:\n\s*//[^\n]*)*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`[^`]*`'
    for match in re.finditer(pattern, content, re.DOTALL):
        line = content.count("\n", 0, match.start()) + 1
        if match[0][0] == "/":
            text = re.sub(r"(?m)^\s*(?://|/\*|\*/?)|\*/$", "", match[0])
            yield make_prose(path, line, COMMENT, text)
        else:
            text = re.sub(r"\$\{[^}]*\}", "X", match[0][1:-1])
            if is_message(text):
                yield make_prose(path, line, STRING, text)


def _toml_prose(*keys: str) -> re.Pattern[str]:
    """The texts of these keys in a TOML file."""
    return re.compile(
        rf'^(?:{"|".join(keys)})\s*=\s*(?:"""\\?(.*?)"""|"([^"\n]*)")', re.DOTALL | re.MULTILINE
    )


_TOML_PROSE = _toml_prose("definition", "note", "description", "title")
_PICK_PROSE = _toml_prose("why")
_PICKS = "data/reading_lists/"  # their titles and authors are those of other people's works


def table_prose(path: str, content: str) -> Iterator[Prose]:
    """Yield the comments of a TOML, TSV or make file at `path`, and the definitions of TOML."""
    pattern = r"^#[^\n]*(?:\n#[^\n]*)*|(?<=[^\n#] )##? [^\n\"']*$"
    for match in re.finditer(pattern, content, re.MULTILINE):
        line = content.count("\n", 0, match.start()) + 1
        yield make_prose(path, line, COMMENT, re.sub(r"(?m)^#+ ?", "", match[0]))
    if path.endswith(".toml"):
        prose = _PICK_PROSE if path.startswith(_PICKS) else _TOML_PROSE
        for match in prose.finditer(content):
            line = content.count("\n", 0, match.start()) + 1
            yield make_prose(path, line, DOC, match[1] or match[2] or "")
