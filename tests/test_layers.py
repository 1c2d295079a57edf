"""Layers: a package imports only packages on a lower line."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "crawler"
LAYERS = {
    **dict.fromkeys(
        [
            "errors",
            "example_secrets",
            "paused_collector",
            "random_tokens",
            "short_text_encodings",
            "tokenization",
            "url_parser",
            "url_users",
            "utc_times",
            "validation_messages",
        ],
        0,
    ),
    **dict.fromkeys(
        [
            "",
            "archive_storage",
            "charset_detection",
            "counted_nouns",
            "csv_formulas",
            "group_by_key",
            "models",
            "prometheus_textfile",
            "sentence_splitter",
            "settings",
            "terminal_streams",
            "tsv_tables",
            "progress_display",
            "public_suffixes",
            "search_words",
            "secret_paths",
            "text_cleaning",
            "token_formats",
            "tolerant_json",
            "url_ends",
        ],
        1,
    ),
    **dict.fromkeys(
        [
            "consent",
            "dates",
            "derivation_versions",
            "error_isolation",
            "html_text_and_links",
            "module_discovery",
            "redirect_pages",
            "run_lock",
            "run_telemetry",
            "site_urls",
            "strictest_directives",
            "svg_charts",
            "search_expressions",
            "urls_and_hashtags",
            "url_secrets",
            "workspace",
        ],
        2,
    ),
    **dict.fromkeys(
        [
            "extract",
            "fetch",
            "knowledge",
            "links",
            "markdown_text",
            "parallel",
            "serving",
            "sources",
            "store",
            "tag_uris",
            "topics",
        ],
        3,
    ),
    **dict.fromkeys(["curation", "importers", "monitoring", "named_queries", "publishing"], 4),
    **dict.fromkeys(["crawl", "erasure", "explorer", "sitegen"], 5),
    "nightly": 6,
    "demo": 7,
    "cli": 8,
    "__main__": 9,
}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if isinstance(node, ast.ImportFrom) and node.module == "crawler":
            names = [f"crawler.{alias.name}" for alias in node.names]
        found |= {[*name.split("."), ""][1] for name in names if name.split(".")[0] == "crawler"}
    return {name if name in LAYERS else "" for name in found}


def test_packages_import_only_from_lower_layers() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")
        for other in _imports(path):
            if other and other != room and LAYERS[other] >= LAYERS[room]:
                wrong.append(
                    f"{path.relative_to(PACKAGE)} (layer {LAYERS[room]}) imports {other} "
                    f"(layer {LAYERS[other]})"
                )
    assert not wrong


def test_every_module_states_its_job_in_its_first_line() -> None:
    silent = [
        str(p.relative_to(PACKAGE))
        for p in PACKAGE.rglob("*.py")
        if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_no_module_exceeds_the_line_limit() -> None:
    long = [
        f"{p.relative_to(PACKAGE)}: {n} lines"
        for p in PACKAGE.rglob("*.py")
        if (n := p.read_text(encoding="utf-8").count("\n")) > 400
    ]
    assert not long
