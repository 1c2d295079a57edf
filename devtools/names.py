"""Check the names of modules, classes and variables of crawler/ against docs/GLOSSARY.md.

python -m devtools.names            all findings
python -m devtools.names PATH…      the findings in these files or folders
python -m devtools.names --counts   the number of findings per package and rule
python -m devtools.names --renew    lower the backlog to today's findings

second meaning   a reserved word in the name of a module or class where it means something else
homonym          a public class name that another module defines too
vague name       a vague word in the name of a module or class, or as the whole name of a variable
                 or parameter
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from devtools.backlog import Finding, run_check
from devtools.glossary import reserved_words, vague_words
from devtools.repository import DEVTOOLS, ROOT, matching_files

BACKLOG = DEVTOOLS / "names_backlog.tsv"
_PLUGIN_CONTRACT = {"Options"}


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """The name of a module or class: where it is, and its dotted name from `crawler`."""

    path: str
    line: int
    dotted: str
    is_class: bool

    @property
    def last(self) -> str:
        """The name of the class or module itself."""
        return self.dotted.rpartition(".")[2]

    @property
    def words(self) -> set[str]:
        """The words of the name in lower case, as they are and in the singular."""
        words = split_name(self.last)
        return words | {word.removesuffix("s") for word in words}

    @property
    def comparable(self) -> str:
        """The dotted name in lower case with underscores, as the patterns of the glossary."""
        return ".".join("_".join(split_words(part)) for part in self.dotted.split("."))


def split_words(name: str) -> list[str]:
    """Return the words of a camel-case or underscored `name` in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def split_name(name: str) -> set[str]:
    """Return the set of the words of a `name`."""
    return set(split_words(name))


def names_in(path: str, content: str) -> Iterator[Name]:
    """Yield the module at `path` and the public classes in its `content`."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    yield Name(path, 1, module, is_class=False)
    for node in ast.parse(content).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield Name(path, node.lineno, f"{module}.{node.name}", is_class=True)


def name_findings(
    name: Name, reserved: Mapping[str, Sequence[str]], vague: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each `reserved` word out of its place and each `vague` word in `name`."""
    for word in sorted(name.words & set(reserved)):
        if not any(fnmatchcase(name.comparable, pattern) for pattern in reserved[word]):
            message = f"{name.last}: “{word}” has another meaning (docs/GLOSSARY.md)"
            yield Finding(name.path, name.line, "second meaning", message)
    for word in sorted(name.words & set(vague)):
        message = f"{name.last}: instead of “{word}” write {vague[word]}"
        yield Finding(name.path, name.line, "vague name", message)


def homonym_findings(names: Sequence[Name]) -> Iterator[Finding]:
    """Yield a finding for each public class of `names` whose name another module defines too."""
    by_name = defaultdict(list)
    for name in names:
        if name.is_class and name.last not in _PLUGIN_CONTRACT:
            by_name[name.last].append(name)
    for group in by_name.values():
        for name in group if len(group) > 1 else ():
            modules = ", ".join(n.path for n in group if n.path != name.path)
            message = f"{name.last} is also defined in {modules}"
            yield Finding(name.path, name.line, "homonym", message)


def variable_findings(path: str, content: str, vague: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each variable or parameter in `content` whose name is a `vague` word."""
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name in vague:
            message = f"variable `{name}`: write {vague[name]}"
            yield Finding(path, node.lineno, "vague name", message)


def find_all(paths: Sequence[str] = ()) -> list[Finding]:
    """Return the findings in `paths` (files, folders or patterns; default: crawler/)."""
    files = {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in matching_files(["crawler"])
        if path.endswith(".py")
    }
    reserved, vague = reserved_words(), vague_words()
    names = [name for path, content in files.items() for name in names_in(path, content)]
    findings = [
        *(finding for name in names for finding in name_findings(name, reserved, vague)),
        *homonym_findings(names),
        *(f for path, content in files.items() for f in variable_findings(path, content, vague)),
    ]
    selected = set(matching_files(paths)) if paths else set(files)
    return sorted(finding for finding in findings if finding.path in selected)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings that the `arguments` select; return 1 when there are any."""
    return run_check("names", __doc__ or "", BACKLOG, find_all, arguments)


if __name__ == "__main__":
    sys.exit(main())
