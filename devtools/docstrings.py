"""Check the docstrings of public names of crawler/.

python -m devtools.docstrings            all findings
python -m devtools.docstrings PATH…      the findings in these files or folders
python -m devtools.docstrings --counts   the number of findings per package and rule
python -m devtools.docstrings --renew    lower the backlog to today's findings

Rules, for public module-level functions, classes and methods of public classes:

missing      a docstring exists (dunder methods need none)
summary      its first line ends with a full stop or a question mark
parameter    each parameter is mentioned, except the standard parameters of docs/GLOSSARY.md
result       a function with a result names it: “Return”, “Yield”, “Whether”, or a verb whose
             object is the result, such as “Parse”
exception    each exception class that the body raises is named

Properties, overrides marked with @override, hooks of Datasette and commands need a summary only:
the help of a command describes its options and arguments where they are declared.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence

from devtools.backlog import Finding, run_check
from devtools.glossary import standard_parameters
from devtools.repository import DEVTOOLS, ROOT, matching_files

BACKLOG = DEVTOOLS / "docstrings_backlog.tsv"

Function = ast.FunctionDef | ast.AsyncFunctionDef

_SUMMARY_ONLY = {
    "property",
    "cached_property",
    "override",
    "command",
    "group",
    "hookimpl",
    "setter",
}
_RESULT = re.compile(r"\b(?:returns?|yields?|whether|iterates?)\b", re.IGNORECASE)
_RESULT_VERBS = re.compile(
    r"(?:Build|Calculate|Choose|Classify|Collect|Combine|Compare|Compute|Convert|Count|Create|Decide"
    r"|Decode|Derive|Describe|Detect|Estimate|Extract|Fetch|Find|Fold|Format|Group|Join|List|Load"
    r"|Look up|Make|Map|Match|Measure|Merge|Normalize|Open|Parse|Pick|Rank|Read|Render|Score|Select"
    r"|Sort|Split|Strip|Summarize|Tokenize|Translate)\b"
)
_UNDOCUMENTED_ERRORS = {"AssertionError", "NotImplementedError", "StopIteration"}


def find_all(paths: Sequence[str] = ()) -> list[Finding]:
    """Return the findings in `paths` (files, folders or patterns; default: crawler/)."""
    files = [p for p in matching_files(paths or ["crawler"]) if p.endswith(".py")]
    findings = [
        finding
        for path in files
        for finding in module_findings(path, (ROOT / path).read_text(encoding="utf-8"))
    ]
    return sorted(findings)


def module_findings(path: str, content: str) -> Iterator[Finding]:
    """Yield the findings in the module at `path` with this `content`."""
    for node in ast.parse(content).body:
        if isinstance(node, Function) and _is_public(node.name):
            yield from _function_findings(path, node, node.name)
        elif isinstance(node, ast.ClassDef) and _is_public(node.name):
            yield from _class_findings(path, node)


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _class_findings(path: str, node: ast.ClassDef) -> Iterator[Finding]:
    docstring = ast.get_docstring(node) or ""
    yield from _summary_findings(path, node.lineno, node.name, docstring)
    for child in node.body:
        if isinstance(child, Function) and _is_public(child.name):
            yield from _function_findings(path, child, f"{node.name}.{child.name}")


def _summary_findings(path: str, line: int, name: str, docstring: str) -> Iterator[Finding]:
    if not docstring:
        yield Finding(path, line, "missing", f"{name}: add a docstring")
    elif docstring.split("\n\n")[0].rstrip()[-1] not in ".?:":
        yield Finding(path, line, "summary", f"{name}: end the summary with a full stop")


def _function_findings(path: str, node: Function, name: str) -> Iterator[Finding]:
    docstring = ast.get_docstring(node) or ""
    yield from _summary_findings(path, node.lineno, name, docstring)
    if not docstring or _decorators(node) & _SUMMARY_ONLY:
        return
    for parameter in _parameters(node):
        if not is_mentioned(parameter, docstring):
            message = f"{name}: mention the parameter `{parameter}`"
            yield Finding(path, node.lineno, "parameter", message)
    if _has_result(node) and not (_RESULT.search(docstring) or _RESULT_VERBS.match(docstring)):
        yield Finding(path, node.lineno, "result", f"{name}: say what it returns")
    for error in sorted(raised_errors(node)):
        if not re.search(rf"\b{error}\b", docstring):
            message = f"{name}: name the exception {error}"
            yield Finding(path, node.lineno, "exception", message)


def _decorators(node: Function) -> set[str]:
    calls = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return {ast.unparse(call).rpartition(".")[2] for call in calls}


def _parameters(node: Function) -> list[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = [argument.arg for argument in arguments]
    skipped = {"self", "cls"} | set(standard_parameters())
    return [name for name in names if name not in skipped and _is_public(name)]


def is_mentioned(parameter: str, docstring: str) -> bool:
    """Whether the `docstring` names the `parameter`: as it is, as words, singular or plural."""
    stem = parameter.removesuffix("_id").removesuffix("s").replace("_", "[ _-]")
    return bool(re.search(rf"\b{stem}(?:s|es|_ids?)?\b", docstring, re.IGNORECASE))


def _has_result(node: Function) -> bool:
    annotation = ast.unparse(node.returns) if node.returns else "None"
    return annotation.strip("'\"") not in {"None", "NoReturn", "Never"}


def raised_errors(node: Function) -> set[str]:
    """Return the names of the exception classes that the body of `node` raises and not catches."""
    raised: set[str] = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = [(child, frozenset()) for child in node.body]
    while pending:
        current, caught = pending.pop()
        if isinstance(current, ast.Raise):
            error = current.exc.func if isinstance(current.exc, ast.Call) else current.exc
            name = ast.unparse(error).rpartition(".")[2] if error else ""
            raised |= {name} - caught if name[:1].isupper() else set()
        if isinstance(current, Function | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(current, ast.Try):
            handled = caught | {name for h in current.handlers for name in _handled(h)}
            pending += [(child, handled) for child in current.body]
            others = [*current.handlers, *current.orelse, *current.finalbody]
            pending += [(child, caught) for child in others]
        else:
            pending += [(child, caught) for child in ast.iter_child_nodes(current)]
    return raised - _UNDOCUMENTED_ERRORS


def _handled(handler: ast.ExceptHandler) -> list[str]:
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [ast.unparse(t).rpartition(".")[2] for t in types if t]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings that the `arguments` select; return 1 when there are any."""
    return run_check("docstrings", __doc__ or "", BACKLOG, find_all, arguments)


if __name__ == "__main__":
    sys.exit(main())
