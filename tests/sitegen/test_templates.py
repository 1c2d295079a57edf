"""The templates follow the rules that make hostile text harmless."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from jinja2 import Environment

from crawler.sitegen.site_model import read_site_model
from crawler.sitegen.template_folders import TemplateFolders
from crawler.sitegen.template_renderer import Renderer
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

FOLDERS = [
    bundled_path("templates", "site"),
    bundled_path("templates", "feeds"),
    bundled_path("site", "pages"),
]
FOLDERS_OF_SITE = TemplateFolders(bundled_path("templates"), bundled_path("site", "assets"))
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.iterdir() if path.is_file())
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.name)
def template(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text(encoding="utf-8")


def test_no_template_marks_text_as_safe(template: str) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", template)


def test_every_attribute_in_templates_is_quoted(template: str) -> None:
    plain = EXPRESSION.sub(lambda match: "X" * len(match[0]), template)
    assert not [
        tag
        for tag in re.findall(r"<[a-z][^>]*>", plain)
        if re.search(r"\s[a-z-]+=[^\"\s]", re.sub(r'"[^"]*"', '""', tag))
    ]


def test_templates_have_no_inline_script_or_style(template: str) -> None:
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", template)
    assert all("src=" in tag or "ld+json" in tag for tag in re.findall(r"<script[^>]*>", template))


def test_templates_load_no_external_resource(template: str) -> None:
    assert not re.search(r'(?:src|action)="(?:https?:)?//', template)


def test_autoescape_is_always_on() -> None:
    rows = Factory().db.conn
    rows.row_factory = sqlite3.Row
    renderer = Renderer(read_site_model(rows), FOLDERS_OF_SITE, {})
    environment: Environment = renderer._environment
    assert environment.autoescape is True
