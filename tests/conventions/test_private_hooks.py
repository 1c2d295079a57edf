"""Private attributes of libraries are used in one small module per library, and still exist."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from devtools.repository import ROOT, matching_files
from tests.conventions import fail_with

# Every use of a private attribute: module, attribute, classes or the module that define it.
HOOKS = {
    "crawler.explorer.datasette_private": {
        "_table_permission_allows": ("datasette.app.Datasette",),
    },
    "crawler.fetch.aiohttp_private": {
        "_factory": ("aiohttp.connector.BaseConnector",),
        "_loop": ("aiohttp.connector.BaseConnector",),
        "_payload": ("aiohttp.client_proto.ResponseHandler",),
        "_resolve_host": ("aiohttp.connector.TCPConnector",),
        "_retry_connection": ("aiohttp.client.ClientSession",),
    },
    "crawler.knowledge.pattern_literals": {
        "_parser": ("re",),
    },
    "crawler.sources.formats.bounded_feedparser": {
        "_add_tag": ("feedparser.mixin._FeedParserMixin",),
        "_get_context": ("feedparser.mixin._FeedParserMixin",),
        "_sync_author_detail": ("feedparser.mixin._FeedParserMixin",),
    },
}
MAX_LINES = 250
PUBLIC = {"_asdict", "_fields", "_make", "_replace"}  # documented by namedtuple


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def library_of(cls: type) -> str:
    """The third-party library that defines a class; empty for this project and Python."""
    name = cls.__module__.partition(".")[0]
    return "" if name in {"crawler", "builtins", *sys.stdlib_module_names} else name


@cache
def source_of(thing: type | ModuleType) -> str:
    try:
        return textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):
        return ""


def defines(cls: type, name: str) -> bool:
    return (
        name in vars(cls) or f"self.{name} " in source_of(cls) or f"self.{name}:" in source_of(cls)
    )


def names_on_self(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        is_attribute = isinstance(node, ast.Attribute) and is_private(node.attr)
        if is_attribute and ast.unparse(node.value) in {"self", "cls", "super()"}:
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_private(node.name):
            yield node.name


def inherited_uses(module: ModuleType) -> Iterator[str]:
    """The private names of library classes that subclasses in the module read or override."""
    classes = [c for c in vars(module).values() if inspect.isclass(c)]
    for cls in classes:
        own = [c for c in cls.__mro__ if c.__module__ == module.__name__]
        foreign = [c for c in cls.__mro__ if library_of(c) and c not in own]
        names = {name for c in own if foreign for name in names_on_self(source_of(c))}
        yield from (name for name in names if any(defines(base, name) for base in foreign))


def direct_uses(source: str) -> Iterator[str]:
    """The private names that the source imports or reads from objects it does not define."""
    tree = ast.parse(source)
    own = {n.name for n in ast.walk(tree) if hasattr(n, "name") and isinstance(n.name, str)}
    own |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and is_stored(n)}
    annotations = {
        id(child)
        for n in ast.walk(tree)
        if isinstance(n, ast.AnnAssign | ast.arg) and n.annotation
        for child in ast.walk(n.annotation)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (part for part in parts if is_private(part))
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            on_self = ast.unparse(node.value) in {"self", "cls", "super()"}
            if not on_self and node.attr not in own and id(node) not in annotations:
                yield node.attr


def is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"


def has_foreign_base(source: str) -> bool:
    """Whether a class of the source has a base that is imported from a library."""
    tree = ast.parse(source)
    known = {"crawler", "__future__", *sys.stdlib_module_names}
    foreign = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in known:
            foreign |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            foreign |= {
                n for alias in node.names if (n := alias.name.partition(".")[0]) not in known
            }
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {ast.unparse(base).partition(".")[0] for node in classes for base in node.bases}
    return bool(bases & foreign)


def private_uses(name: str, source: str) -> set[str]:
    """The private names of libraries that the module of this name uses."""
    inherited = inherited_uses(importlib.import_module(name)) if has_foreign_base(source) else ()
    return {*inherited, *direct_uses(source)}


def test_private_attributes_are_used_only_where_the_table_allows_them() -> None:
    found = {}
    for path in matching_files(["crawler"]):
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        source = (ROOT / path).read_text(encoding="utf-8") if path.endswith(".py") else ""
        if uses := private_uses(name, source):
            found[name] = uses
    expected = {module: set(hooks) for module, hooks in HOOKS.items()}
    lines = [
        f"\n{module.replace('.', '/')}.py:1: private attributes {sorted(found.get(module, ()))}, "
        f"the table of hooks has {sorted(expected.get(module, ()))}: use a public interface, or "
        "move the hook to the one module of the library"
        for module in sorted({*found, *expected})
        if found.get(module, set()) != expected.get(module, set())
    ]
    fail_with("".join(lines))


@pytest.mark.parametrize(
    ("module", "attribute", "owner"),
    [
        (module, attribute, owner)
        for module, hooks in HOOKS.items()
        for attribute, owners in hooks.items()
        for owner in owners
    ],
)
def test_hook_still_exists_in_the_library(module: str, attribute: str, owner: str) -> None:
    """An upgrade that fails here breaks the module named in the message."""
    owner_module, _, name = owner.rpartition(".")
    if owner_module:
        exists = defines(getattr(importlib.import_module(owner_module), name), attribute)
    else:
        exists = hasattr(importlib.import_module(owner), attribute)
    assert exists, f"{owner}.{attribute} no longer exists; rewrite {module}"


def test_each_library_has_one_small_module_and_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    libraries = []
    for module, hooks in HOOKS.items():
        names = {owner.partition(".")[0] for owners in hooks.values() for owner in owners}
        assert len(names) == 1, f"{module} has hooks into {names}"
        libraries += names
        lines = source_of(importlib.import_module(module)).count("\n")
        assert lines <= MAX_LINES, f"{module} has {lines} lines, at most {MAX_LINES}"
    assert len(libraries) == len({*libraries})
    for library in {*libraries} - sys.stdlib_module_names:
        bounds = [r for r in project["dependencies"] if r.startswith(f"{library}>")]
        assert "<" in bounds[0], f"{library} needs an upper bound: {bounds[0]}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("response._body", {"_body"}),
        ("from aiohttp import _helpers", {"_helpers"}),
        ("from aiohttp._x import y", {"_x"}),
        ("row._replace(a=1)", set()),
        ("def f(other):\n    return other._mine\nclass A:\n    def _mine(self): ...", set()),
        ("class A:\n    def f(self): self._x = self._x", set()),
    ],
)
def test_private_attribute_of_another_object_is_found(line: str, expected: set[str]) -> None:
    assert {*direct_uses(line)} == expected


def test_override_of_a_private_method_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        import aiohttp
        class Child(aiohttp.TCPConnector):
            def _resolve_host(self): return self._loop, self._mine
            def _new(self): ...
    """
    (tmp_path / "connector_example.py").write_text(textwrap.dedent(source))
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("connector_example")
    assert has_foreign_base(source_of(module))
    assert {*inherited_uses(module)} == {"_loop", "_resolve_host"}
