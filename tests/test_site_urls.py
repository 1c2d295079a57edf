"""Paths of pages stay inside the site, are plain ASCII and are unique."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import site_urls

HARD_TITLES = [
    "../../etc/passwd",
    "..",
    "",
    "CON",
    "aux",
    "trailing.",
    "nul\0byte",
    "x" * 400,
    "🚀",
    "café",
    "cafe\u0301",
    "Caching",
    "caching",
    "ı",
    "/",
]


@pytest.mark.parametrize("title", HARD_TITLES)
def test_article_path_stays_in_its_folder_for_any_title(title: str) -> None:
    assert re.fullmatch(r"article/7(-[a-z0-9-]{1,60})?\.html", site_urls.article_path(7, title))


@given(st.text())
def test_publisher_path_is_a_plain_file_for_any_host(host: str) -> None:
    assert re.fullmatch(r"source/[a-z0-9_][a-z0-9_.-]{0,130}\.html", site_urls.publisher_path(host))
    assert ".." not in site_urls.publisher_path(host)


def test_similar_hosts_have_different_files() -> None:
    hosts = ["[::1]", "[::2]", "EXAMPLE.org", "example.org", "..", "a..b", "x" * 300, "y/../z"]
    assert len({site_urls.publisher_path(host) for host in hosts}) == len(hosts)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:x",
        "java\tscript:x",
        "data:text/html,x",
        "blob:x",
        "ssh://h",
        "//h",
        "http://",
        "",
        "&#1;javascript:x",
    ],
)
def test_only_http_urls_become_links(url: str) -> None:
    assert not site_urls.is_web_url(url)


def test_path_to_root_has_one_step_per_folder() -> None:
    assert [
        site_urls.path_to_root(path) for path in ("index.html", "topic/a.html", "topic/a/1.html")
    ] == [
        "",
        "../",
        "../../",
    ]
