"""All foreign URLs go through crawler/url_parser.py, which returns a value for every string and
never raises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.html_text_and_links import absolute_web_url
from crawler.knowledge.article_kinds import classify_kind
from crawler.links.article_key import normalize_url
from crawler.store.url_aliases import host_of
from crawler.url_parser import (
    InvalidUrl,
    Url,
    has_userinfo,
    origin_of,
    parse_url,
    path_of,
    query_of,
    resolve_url,
)

PACKAGE = Path(__file__).parent.parent.parent / "crawler"
PARSERS = {"urldefrag", "urljoin", "urlparse", "urlsplit", "urlunparse", "urlunsplit"}
NOT_URLSPLIT = [
    "https://a[b@example.com/x",
    "https://user：x@example.com/",
    "https://[::1",
    "https://example.com:99999/",
    "https://\ud800.example/",
    "//[",
    "https://℀.example/",
]
SCHEMES = st.sampled_from(["", "http://", "https://", "https:", "//", "javascript:", "HTTPS://["])
FOREIGN = st.builds(str.__add__, SCHEMES, st.text(st.characters(), max_size=40))


def _second_parsers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "urllib.parse":
            yield from PARSERS & {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and node.attr in PARSERS:
            yield node.attr
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            yield from {"ada_url"} & {name.split(".")[0] for name in names}


def test_only_the_url_module_imports_a_url_parser() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "url_parser.py"
        for name in _second_parsers(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "from urllib.parse import quote, urlsplit",
        "import urllib.parse\nurllib.parse.urlparse('')",
        "import ada_url",
    ],
)
def test_check_reports_a_second_parser(source: str) -> None:
    assert list(_second_parsers(ast.parse(source)))


@settings(derandomize=True, max_examples=300)
@given(FOREIGN)
@example("https://a[b@example.com/x")
def test_any_string_gives_a_url_or_a_reason(text: str) -> None:
    parsed = parse_url(text)
    assert isinstance(parsed, Url) or parsed.reason in ("invalid", "not-http")
    assert isinstance(
        path_of(text) + query_of(text) + origin_of(text) + resolve_url(text, text), str
    )
    assert isinstance(has_userinfo(text), bool)
    assert isinstance(
        normalize_url(text).key + classify_kind(text, "t")[0] + host_of(text, "k"), str
    )
    assert isinstance(absolute_web_url(text, text), str)


@pytest.mark.parametrize("text", NOT_URLSPLIT)
def test_urls_that_urlsplit_rejects_have_a_kind_and_a_key(text: str) -> None:
    kind, _ = classify_kind(text, "A title")
    assert kind == "article"
    assert bool(normalize_url(text).key) != isinstance(parse_url(text), InvalidUrl)
