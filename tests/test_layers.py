"""Imports point down: a package imports only what stands on a lower line."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "crawler"
LAYERS = {
    **dict.fromkeys([
        "errors",
        "model",
        "post_profile",
        "sentences",
        "terminal",
        "text",
        "tolerant_json",
        "urls",
        "",
    ], 1),
    **dict.fromkeys([
        "addresses",
        "consent",
        "isolation",
        "journal",
        "lock",
        "markup",
        "url_secrets",
        "versions",
        "withdrawals",
        "workspace",
    ], 2),
    **dict.fromkeys(["sources", "importers", "fetch", "links", "extract", "topics", "knowledge", "curation", "store", "engines", "serving"], 3),
    **dict.fromkeys(["crawl", "sitegen", "explorer", "erasure"], 4),
    "nightly": 5,
    "cli": 6,
}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and node.module == "crawler":
            names = [f"crawler.{alias.name}" for alias in node.names]
        found |= {[*name.split("."), ""][1] for name in names if name.split(".")[0] == "crawler"}
    return {name if name in LAYERS else "" for name in found}


def test_imports_point_down() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")
        for other in _imports(path):
            if other and other != room and LAYERS[other] >= LAYERS[room]:
                wrong.append(f"{path.relative_to(PACKAGE)} (layer {LAYERS[room]}) imports {other} (layer {LAYERS[other]})")
    assert not wrong


def test_every_file_says_its_one_job_in_its_first_line() -> None:
    silent = [str(p.relative_to(PACKAGE)) for p in PACKAGE.rglob("*.py") if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert not silent


def test_no_file_outgrows_one_sitting() -> None:
    long = [f"{p.relative_to(PACKAGE)}: {n} lines" for p in PACKAGE.rglob("*.py") if (n := p.read_text(encoding="utf-8").count("\n")) > 400]
    assert not long
