"""The shipped `data/sources.toml`: its form, order, evidence and size."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.links.article_key import normalize_url
from crawler.sources.configured_sources import Source, load_sources
from crawler.url_parser import host_of

PATH = Path(__file__).parents[2] / "data/sources.toml"
SOURCES = load_sources(PATH)
TABLES: list[dict[str, Any]] = tomllib.loads(PATH.read_text(encoding="utf-8"))["source"]
EVIDENCE = re.compile(r"(probe|list|documentation) 20\d\d(-[01]\d(-[0-3]\d)?)?")
MEDIUM_HOSTS = ("medium.com", "eng.lyft.com", "netflixtechblog.com")
KEYS = ["name", "group", "kind", "enabled", "note", "evidence"]


def _url(source: Source) -> str:
    return source.first_request(None).url


def _is_on_medium(source: Source) -> bool:
    host = host_of(_url(source)) or ""
    return host in MEDIUM_HOSTS or host.endswith(".medium.com")


def test_list_has_140_sources_of_which_120_are_enabled() -> None:
    assert len(SOURCES) >= 140
    assert sum(source.enabled for source in SOURCES) >= 120


def test_tables_are_sorted_by_group_and_name() -> None:
    keys = [(source.group.casefold(), source.name.casefold()) for source in SOURCES]
    assert [pair for pair in pairwise(keys) if pair[0] >= pair[1]] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_source_has_group_note_evidence_and_an_https_url(source: Source) -> None:
    assert source.group
    assert EVIDENCE.fullmatch(source.evidence), source.evidence
    assert 3 <= len(source.note.split()) <= 30
    assert source.note.endswith(".")
    assert source.enabled != source.note.startswith("Off: ")
    assert _url(source).startswith("https://")


def test_keys_of_each_table_are_in_one_order() -> None:
    for table in TABLES:
        common = [key for key in table if key in KEYS]
        assert common == [key for key in KEYS if key in table], table["name"]


def test_no_url_occurs_twice() -> None:
    keys = [normalize_url(_url(source)).key for source in SOURCES]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_at_most_four_enabled_sources_are_on_medium() -> None:
    on_medium = [source.name for source in SOURCES if source.enabled and _is_on_medium(source)]
    assert len(on_medium) <= 4, on_medium


def test_no_tag_of_medium_is_a_source() -> None:
    assert [source.name for source in SOURCES if "medium.com/feed/tag/" in _url(source)] == []


@pytest.mark.parametrize("name", ["Cloudflare", "Discord", "Fly.io", "InfoQ (all)", "Stripe"])
def test_blog_of_a_whole_company_is_filtered_by_topic(name: str) -> None:
    (source,) = (source for source in SOURCES if source.name == name)
    assert source.only_topics
